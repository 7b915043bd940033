"""Tables hold what they are given, figures are described, and nothing is taken for markup."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from reproduction.figures.sheet import styled
from reproduction.network import plain
from reproduction.network.kernels import subsampling
from reproduction.pages import show, source, table

CELL = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)


@st.composite
def tables(draw):
    """Draw a head and rows under it."""
    width = draw(st.integers(1, 4))
    line = st.lists(CELL, min_size=width, max_size=width)
    return draw(line), draw(st.lists(line, max_size=4))


def cells(row):
    return ["".join(cell.itertext()) for cell in row]


@given(tables(), CELL, st.booleans())
def test_a_table_holds_its_cells_and_its_label(drawn, label, folded):
    head, rows = drawn
    page = ElementTree.fromstring(table(head, rows, label, folded)._repr_html_())
    above, *lines = page.iter("tr")
    assert cells(above) == head
    assert [cells(line) for line in lines] == rows
    assert all([cell.tag for cell in line] == ["th", *["td"] * (len(line) - 1)] for line in lines)
    (region,) = (box for box in page.iter() if box.get("role") == "region")
    assert region.get("aria-label") == label
    assert [summary.text or "" for summary in page.iter("summary")] == [label] * folded


@pytest.mark.parametrize("row", [["a"], ["a", "b", "c"]])
def test_a_ragged_row_is_refused_by_name(row):
    with pytest.raises(ValueError, match=rf"row a has {len(row)} cells under 2 heads"):
        table(["one", "two"], [row], "what")


@styled
def ink():
    figure = Figure(figsize=(5, 2))
    figure.text(0, 1, "Ink")
    figure.set_label('Ink, "black" & <white>')
    return figure


def test_a_figure_is_shown_with_its_description_and_caption():
    text = show(ink(), "The <em>gap</em>.")._repr_html_()
    page = ElementTree.fromstring(text)
    assert page.get("class") == "drawn"
    drawings = page.findall("{*}svg")
    assert {each.get("aria-label") for each in drawings} == {'Ink, "black" & <white>'}
    assert "<figcaption>The <em>gap</em>.</figcaption>" in text
    assert "figcaption" not in show(ink())._repr_html_()


def test_a_figure_without_a_description_is_refused():
    with pytest.raises(ValueError, match="no description"):
        show(Figure())


def test_what_is_added_stands_below():
    first, second = table(["a"], [["1"]], "first"), table(["b"], [["2"]], "second")
    assert (first + second)._repr_html_() == first._repr_html_() + second._repr_html_()


def test_source_is_shown_as_it_stands_in_its_file():
    shown = source(plain.connection, subsampling.subsample)._repr_markdown_()
    body = shown.removeprefix("```python\n").removesuffix("```")
    found = body.split("\n\n\n")
    for text, module, name in zip(
        found, (plain, subsampling), ("connection", "subsample"), strict=True
    ):
        assert f"def {name}(" in text
        assert text in Path(module.__file__).read_text(encoding="utf-8")
