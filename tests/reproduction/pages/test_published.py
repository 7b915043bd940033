"""Tables of published numbers say what runs, networks and marks say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproduction import evaluation
from reproduction.evaluation import account
from reproduction.network import ARCHITECTURES, LENET1, Connection
from reproduction.pages import published, record
from reproduction.paper import PUBLISHED, WHOLE_ROWS, Comparison
from reproduction.studies.selection import choose
from tests.reproduction.pages.test_arms import rows_of

PAPER = PUBLISHED["LENET1"]


def summary_of(shift: float) -> dict:
    """Make a summary whose networks have each published number, times 1, 2 and 1 + shift."""
    summary: dict = {}
    for row in WHOLE_ROWS:
        place = summary
        for step in row.measure.split("."):
            place = place.setdefault(step, {})
        place.update(evaluation.spread(row.published.value * np.array([1, 2, 1 + shift])))
    return summary


@pytest.mark.parametrize("name", ["LENET1", "NET1989", "FC40"])
def test_the_papers_count_what_the_layers_have(name):
    assert not published.miscounted(ARCHITECTURES[name])


def test_what_is_counted_otherwise_is_named():
    dense = replace(ARCHITECTURES["DENSE"], name="LENET1")
    assert published.miscounted(dense) == ["connections", "parameters"]
    plain = replace(ARCHITECTURES["FC40"], name="NET1989")
    assert published.miscounted(plain) == ["units", "connections", "parameters"]
    (h1, *above), net1989 = ARCHITECTURES["NET1989"].layers, ARCHITECTURES["NET1989"]
    shared = replace(net1989, layers=(replace(h1, bias="map"), *above))
    assert published.miscounted(shared) == ["parameters"]
    renamed = replace(net1989, layers=(*net1989.layers[:2], Connection("H3", 29), above[-1]))
    assert "connections_into_h3" in published.miscounted(renamed)


def test_a_row_has_its_published_number_with_page_our_median_and_our_range():
    head, *rows = rows_of(published.measured(WHOLE_ROWS, summary_of(0.5), "Beside"))
    assert head == ["", "paper", "page", "our median", "our range"]
    assert len(rows) == len(WHOLE_ROWS)
    fact = PAPER["test.error_percent"]
    assert rows[2] == ["test error", "3.4 %", fact.page, "5.10 %", "3.40 to 6.80 %"]
    mse = PAPER["train.mse"]
    assert rows[1] == ["train MSE", "0.017", mse.page, "0.0255", "0.0170 to 0.0340"]


def test_the_papers_own_sets_are_drawn_and_all_rows_stand_below():
    summary = summary_of(0.5)
    text = published.beside_paper(WHOLE_ROWS, summary, "Look.").text
    below = published.measured(WHOLE_ROWS, summary, "The same as a table", folded=True).text
    assert text.endswith(below)
    drawn = text.removesuffix(below)
    assert "Look." in drawn
    for row in WHOLE_ROWS:
        assert (f"{row.what}:" in drawn) is not row.note or row.note


def test_a_run_that_diverged_has_dashes():
    _, *rows = rows_of(published.measured(WHOLE_ROWS, summary_of(float("nan")), "Beside"))
    assert all("–" in row[3] and "–" in row[4] for row in rows)


@given(*[st.none() | st.floats(0, 10)] * 2)
def test_a_published_number_is_held_by_the_range_that_it_lies_in(low, high):
    row = WHOLE_ROWS[2]  # a test error of 3.4 %
    sound = low is not None and high is not None
    found = Comparison(row, low, low, high).holds_published
    assert found == (sound and low <= 3.4 <= high)


def test_layers_add_up_to_the_sums():
    for architecture in ARCHITECTURES.values():
        _, *rows, last = rows_of(published.layers_with_units(architecture, "Counted"))
        cells = [[int(cell.replace(" ", "")) for cell in row[1:]] for row in [*rows, last]]
        assert np.sum(cells[:-1], axis=0).tolist() == cells[-1]
        assert [row[0] for row in rows[1:]] == [layer.name for layer in architecture.layers]


def test_the_sums_of_lenet_1_are_the_papers():
    *_, last = rows_of(published.layers_with_units(LENET1, "Counted"))
    printed = [PAPER[name].value for name in ("units", "connections", "parameters")]
    assert [float(cell.replace(" ", "")) for cell in last[1:]] == printed


def test_kinds_of_errors_stand_beside_the_papers():
    misread = np.array([[1, 1], [1, 1], [1, 0], [0, 1], [0, 0]], bool)  # digits, networks
    fragment = np.array([1, 0, 0, 0, 1], bool)
    suspect = np.array([1, 0, 1, 1, 0], bool)
    _, *rows = rows_of(published.errors_by_kind(fragment, suspect, misread))
    assert rows == [
        ["badly cut", "50 %", "33 % (33 to 33 %)", "1 of 2"],
        ["wrong label", "25 %", "67 % (67 to 67 %)", "1 of 2"],
    ]


def test_every_class_has_a_row():
    labels = np.arange(10).repeat(3)
    found = account.by_class(labels, labels == 3)
    _, *rows = rows_of(published.missed_by_class(found))
    assert [row[0] for row in rows] == [str(digit) for digit in range(10)]
    assert rows[3][1:] == ["3", "0.3", "0.000"]
    assert rows[4][1:] == ["0", "0.3", "1.000"]


def test_candidates_stand_in_the_order_of_their_held_out_errors():
    choices = [choose(record(f"choice-{order}-order")) for order in ("second", "first")]
    head, *rows = rows_of(published.candidates(choices, "All candidates"))
    assert all(len(row) == len(head) for row in rows)
    for choice in choices:
        found, rows = rows[: len(choice.candidates)], rows[len(choice.candidates) :]
        errors = [float(row[1]) for row in found]
        assert errors == sorted(errors)
        assert float(found[0][2]) == 0
        assert {row[0] for row in found if row[-1]} == {each.name for each in choice.ties}
    assert not rows
