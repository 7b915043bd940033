"""Figures of trainings side by side say what the data say, and their texts keep apart."""

import numpy as np
import pytest

from reproduction import paper
from reproduction.figures import results, training
from reproduction.figures.distributions import error_counts
from reproduction.learning.history import errors, percent
from reproduction.learning.training import HISTORY
from reproduction.paper import PUBLISHED
from reproduction.studies.comparison import same_counts
from reproduction.studies.measured import Measured
from tests.reproduction.figures.looked_at import EveryFigure

SETS = {"train": 9840, "test": 2707, "test_handwritten": 2007}


def history_of(stages=("all",), passes=6, networks=4, parts=SETS, rng=0):
    rng = np.random.default_rng(rng)
    lines = [
        (
            number,
            stages[(number - 1) * len(stages) // passes],
            part,
            seed,
            errors,
            patterns,
            0.02,
            2578,
        )
        for number in range(1, passes + 1)
        for part, patterns in parts.items()
        for seed, errors in enumerate(rng.integers(60, 900, networks) // number)
    ]
    return np.array(lines, HISTORY)


def summary_of():
    summary = {}
    for row in paper.WHOLE_ROWS:
        place = summary
        for step in row.measure.split("."):
            place = place.setdefault(step, {})
        place["each"] = (row.published.value * np.linspace(0.8, 1.3, 16)).tolist()
    return summary


COUNTS = np.array([90, 92, 93, 93, 95, 97, 97, 98, 105])
DIFFERENCES = {"one": np.array([-3, -3, 0, 2, 15]), "other": np.array([1, 1, 1, 1, -26])}
ROWS = [row for row in paper.WHOLE_ROWS if row.published.value]
HISTORIES = {
    "plain": history_of(),
    "staged": history_of(("printed", "first 3000", "all")),
    "by hand": history_of(parts={"train": 7291, "test_handwritten": 2007}),
}
FALLING = np.repeat([16, 13, 10, 8, 5, 3, 2, 1, 0], [29, 20, 20, 20, 30, 20, 25, 43, 1800])
SITUATIONS = {
    "curves": lambda: training.error_curves(HISTORIES, beside="plain"),
    "pairs": lambda: training.paired(DIFFERENCES, than="plain"),
    "beside": lambda: results.beside_paper(ROWS, summary_of()),
    "counts": lambda: error_counts(
        [Measured("ours", COUNTS, PUBLISHED["LENET1"]["test_handwritten.errors"], step=1)],
        2007,
        "As many as the paper’s",
    ),
    "misread by": lambda: results.misread_by(np.array([0, 0, 1, 1, 2, 3, 16]), 16),
    "misread by, many": lambda: results.misread_by(FALLING, 16),
}


class TestFigures(EveryFigure):
    """All figures of this module."""


def test_errors_and_percents_are_those_of_the_history():
    history = HISTORIES["plain"]
    found = errors(history, "test_handwritten")
    assert found.shape == (6, 4)
    third = history[(history["part"] == "test_handwritten") & (history["pass"] == 3)]
    assert found[2].tolist() == third["errors"].tolist()
    shares = 100 * third["errors"] / 2007
    assert percent(history, "test_handwritten")[2] == pytest.approx(shares)


def test_counts_that_round_to_the_papers_rate_are_those_within_it():
    """3.4 % of 2707 digits, printed with one decimal."""
    wanted = [n for n in range(200) if round(100 * n / 2707, 1) == 3.4]
    assert same_counts(PUBLISHED["LENET1"]["test_handwritten.errors"]) == wanted
    assert same_counts(PUBLISHED["NET1989"]["test_handwritten.errors"]) == [102]


def test_a_dot_stands_for_each_network(drawn):
    axes = drawn("pairs").axes[0]
    rows = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) > 1]
    for line, each in zip(rows, DIFFERENCES.values(), strict=True):
        assert sorted(line.get_xdata()) == pytest.approx(sorted(each))
        assert len({tuple(place) for place in line.get_xydata()}) == len(each)  # none is hidden
    means = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1]
    assert means == pytest.approx([each.mean() for each in DIFFERENCES.values()])
