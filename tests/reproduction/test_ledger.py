"""Every claim of the sources has a row, and every row leads somewhere."""

import dataclasses
import re
from collections import Counter

import pytest

from reproduction.learning import RECIPES
from reproduction.pages import ledger
from reproduction.pages.ledger import FACTS, ROOT, STATUSES, Group, Ledger, Row
from reproduction.paper import SOURCES, WHOLE_ROWS

LEDGER = ledger.load()
ROWS = [row for _, row in LEDGER]
PAGE = ROOT / "book" / "ledger.md"
BIBLIOGRAPHY = ROOT / "book" / "references.bib"
HERE = "tests/reproduction/test_ledger.py::test_every_row_leads_somewhere"


def summary(recipe="paper", median=2.0):
    """Make a run's summary in which every figure is (2, 1, 4)."""
    spread = {"median": median, "min": 1.0, "max": 4.0}
    parts = ["train", "test", "test_handwritten", "test_printed"]
    measures = {
        "patterns": 2000,
        "error_percent": spread,
        "mse": spread,
        "rejected": {"difference": spread, "thresholds": spread},
    }
    return dict.fromkeys(parts, measures) | {"recipe": recipe, "seconds": 21.5}


def of_one(**changes):
    """Make a ledger of one row, sound but for the changes."""
    row = Row("It has {LENET1[units]}.", "reproduced", "Counted.", (HERE,))
    return Ledger((Group("one", "lecun1989handwritten", (dataclasses.replace(row, **changes),)),))


# --- the rows -------------------------------------------------------------------------------


def test_every_row_leads_somewhere():
    assert ledger.faults(LEDGER) == []


def test_every_published_figure_of_the_paper_and_its_sister_is_claimed():
    claimed = {name for row in ROWS for name in row.facts}
    assert claimed == {f"{table}[{key}]" for table, facts in FACTS.items() for key in facts}


def test_no_claim_is_made_twice():
    assert max(Counter(row.claim for row in ROWS).values()) == 1


def test_every_status_occurs_and_the_counts_add_up():
    counts = ledger.counts(LEDGER)
    assert list(counts) == list(STATUSES)
    assert min(counts.values()) > 0
    assert sum(counts.values()) == len(ROWS)


def test_a_reached_figure_is_one_that_a_test_compares_with_the_papers():
    compared = {row.measure for row in WHOLE_ROWS} | {"test_handwritten.errors", "seconds"}
    for row in ROWS:
        for key in re.findall(r"\{ours\[([^]]+)\]\}", row.done):
            recipe, _, figure = f"paper/{key}".rpartition("/")
            assert recipe.rpartition("/")[2] in RECIPES
            assert figure in compared


def test_a_figure_of_a_study_is_in_its_record():
    for row in ROWS:
        for name in re.findall(r"\{study\[([^]]+)\]\}", row.done):
            assert re.match(r"\d", ledger.Studied(ledger.RECORDS)[name]), name
        for name in re.findall(r"\{answer\[([^]]+)\]\}", row.done):
            assert ledger.Answers(ledger.RECORDS)[name].endswith(".")


def test_texts_hold_no_figure_of_a_run():
    texts = [re.sub(r"\{[^}]*\}", "", row.done) for row in ROWS]
    assert not [text for text in texts if re.search(r"\d(\.\d+)? %", text)]


def test_the_page_shows_every_group_once_in_order():
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r'^show\("(\w+)"\)$', text, flags=re.MULTILINE)
    assert shown == [group.name for group in LEDGER.groups]


def test_the_tutorials_parameters_are_counted_as_described():
    """Kernels 4 x 25 and 12 x 4 x 25, 48-30-10, biases; two more for every averaged map."""
    plain = 4 * 26 + 12 * 101 + 30 * 49 + 10 * 31
    derived = ledger.derived()
    assert derived["tutorial_plain"] == plain
    assert derived["tutorial_described"] == plain + 2 * (4 + 12)


# --- what is refused ------------------------------------------------------------------------

FAULTS = {
    "status": ({"status": "perhaps"}, "status 'perhaps' is none of reproduced"),
    "source": ({"source": "lecun2089"}, "no source 'lecun2089'"),
    "fact": ({"claim": "It has {LENET1[legs]}."}, "no published figure PAPER[legs]"),
    "another's fact": ({"claim": "{NET1989[units]}"}, "not a figure of lecun1989handwritten"),
    "page": ({"page": "405"}, "page 405 is not in lecun1989handwritten"),
    "no page": ({"claim": "It learns."}, "there is no page"),
    "nothing": ({"shown": ()}, "nothing shows it"),
    "test": ({"shown": (f"{HERE}_else",)}, "has no function test_every_row_leads_somewhere_else"),
    "module": ({"shown": ("tests/test_none.py::test_it",)}, "there is no tests/test_none.py"),
    "helper": ({"shown": (HERE.replace("test_every_row_leads_somewhere", "of_one"),)}, "of_one"),
    "chapter": ({"shown": ("book/none.md",)}, "there is no book/none.md"),
    "heading": ({"shown": ("book/ledger.md#none",)}, "has no heading 'none'"),
    "elsewhere": ({"shown": ("README.md",)}, "there is no README.md"),
}


def test_a_sound_row_has_no_fault():
    assert ledger.faults(of_one()) == []
    assert ledger.faults(of_one(shown=("book/ledger.md#the-network",))) == []
    assert ledger.faults(of_one(page="section 7", source="lecun1998efficient", claim="It.")) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_row_that_leads_nowhere_is_named(fault):
    changes, message = FAULTS[fault]
    (found,) = ledger.faults(of_one(**changes))
    assert found.startswith("one, ")
    assert message in found


def test_functions_are_those_that_a_module_defines():
    source = "def test_a():\n    def test_b(): pass\n\n'def test_c(): pass'\ndef helper(): pass\n"
    assert ledger.functions(source) == {"test_a"}


def test_anchors_are_headings_and_labels_outside_code():
    text = "# The 5 x 5 kernels\n(label)=\n```python\n# a comment\n```\n## 2. Why?\n"
    assert ledger.anchors(text) == {"the-5-x-5-kernels", "why", "label"}


# --- the table ------------------------------------------------------------------------------


def test_figures_are_medians_and_ranges():
    asked = []

    def summary_of(recipe):
        asked.append(recipe)
        return summary(recipe)

    figures = ledger.Figures(summary_of)
    assert figures["test.error_percent"] == "2.00 % (1.00 to 4.00 %)"
    assert figures["staged/train.mse"] == "2.0000 (1.0000 to 4.0000)"
    assert figures["test_handwritten.errors"] == "40 (20 to 80)"
    assert figures["seconds"] == "22"
    assert asked == ["paper", "staged", "paper", "paper"]
    assert ledger.Figures(lambda recipe: summary(median=None))["test.mse"] == "diverged"


@pytest.mark.parametrize("group", LEDGER.groups, ids=lambda group: group.name)
def test_a_table_has_all_rows_and_no_hole(group):
    table = ledger.table(group, summary)
    assert table.count("<tr ") == len(group.rows) + 1
    assert not re.search(r"[{}]", table)
    for status in STATUSES:
        statuses = [row.status for row in group.rows]
        assert table.count(f'data-status="{status}"') == statuses.count(status)


def test_a_table_escapes_what_it_shows():
    (group,) = of_one(done="Where a < b, `x & y`.").groups
    assert "Where a &lt; b, <code>x &amp; y</code>." in ledger.table(group, summary)


def test_the_choice_names_every_status_with_its_count():
    head = ledger.choice(LEDGER)
    for status, number in ledger.counts(LEDGER).items():
        assert f"{STATUSES[status]}: {number}" in head
        assert f"#ledger-{status}:checked" in head


# --- the bibliography -----------------------------------------------------------------------


def entries():
    """Read the bibliography: fields by key."""
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    found = {}
    for key, body in re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", text, flags=re.DOTALL | re.MULTILINE):
        fields = re.findall(r"^ +(\w+) = \{(.*)\},?$", body, flags=re.MULTILINE)
        found[key] = {name: re.sub(r"[{}\\]", "", value) for name, value in fields}
    return found


def test_the_bibliography_has_every_source_and_the_book_of_the_digits():
    assert set(entries()) == {*SOURCES, "hastie2009elements"}


@pytest.mark.parametrize("key", SOURCES)
def test_the_bibliography_says_what_the_source_says(key):
    source, entry = SOURCES[key], entries()[key]
    names = [name.split(", ") for name in entry["author"].split(" and ")]
    assert tuple(f"{first} {last}" for last, first in names) == source.authors
    assert entry["title"] == source.title
    assert entry.get("pages", "").replace("--", "-") == source.pages
    assert entry["year"] in f"{source.year} {source.venue}"  # of print, where the venue has it
    venue = next(entry[kind] for kind in ("booktitle", "journal", "institution") if kind in entry)
    assert source.venue.startswith(venue)
