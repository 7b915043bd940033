"""The house keeps its goals, and is counted as the rules say."""

import pytest

from tests.house import Count, cells, counts, table

CHAPTER = """\
# Cells

```{code-cell} ipython3
:tags: [remove-input, wide]
a = 1

def f():
    return 1
```

```python
def not_a_cell():
```

```{code-cell} ipython3
b = 2
```
"""


NOT_YET: set[str] = set()
"""Goals that are still missed; one that is met must leave this list."""


@pytest.mark.parametrize("count", counts(), ids=lambda count: count.what)
def test_a_goal_is_met_unless_it_is_known_to_be_missed(count: Count) -> None:
    said = f"{count.number} {count.what}, at most {count.most}"
    assert count.is_met is (count.what not in NOT_YET), said


def test_cells_have_their_tags_and_their_lines() -> None:
    first, second = cells(CHAPTER)
    assert first.tags == {"remove-input", "wide"}
    assert len(first.lines) == 5
    assert first.lines[-1] == "    return 1"
    assert (second.tags, second.lines) == (frozenset(), ("b = 2",))


def test_what_is_missed_is_marked() -> None:
    text = table([Count("more", 3, 2), Count("as many", 2, 2), Count("any", 9)])
    assert [line.endswith("missed") for line in text.splitlines()] == [False, True, False, False]
