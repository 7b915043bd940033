"""The ladder shows every network of every step, its committee, and who else read the digits."""

from __future__ import annotations

import numpy as np
import pytest

from reproduction import figures
from reproduction.figures import modern as pictures
from reproduction.paper import MARKS
from reproduction.studies import comparison
from tests.reproduction.figures.looked_at import EveryFigure, dots, words_of

RNG = np.random.default_rng(0)
RUNGS = [
    pictures.Rung(
        name,
        percent * RNG.normal(1, 0.05, 16),
        comparison.share(int(20 * percent * 0.8), 2007),
        None if name == "as in 1989" else comparison.Interval(-gain, -gain - 0.1, -gain + 0.1),
    )
    for name, percent, gain in (
        ("as in 1989", 4.4, 0),
        ("and distorted digits", 3.4, 1),
        ("and 750 passes", 2.9, 0.5),
    )
]
SITUATIONS = {
    "ladder": lambda: pictures.ladder(
        RUNGS,
        {"people": MARKS["humans"], **{k: v for k, v in MARKS.items() if k != "humans"}},
        comparison.share(50, 2007),
        "A ladder",
    ),
}


class TestFigures(EveryFigure):
    """All figures of this module."""


def test_every_network_has_a_dot_and_every_committee_a_diamond(drawn) -> None:
    axes = drawn("ladder").axes[0]
    found, together = dots(axes), dots(axes, "D")
    assert len(together) == len(RUNGS)
    for row, rung in enumerate(RUNGS):
        np.testing.assert_allclose(found[found[:, 1] == row, 0], rung.error)
        assert together[row, 0] == rung.committee.mean
        assert row < together[row, 1] < row + 0.5
    low, high = axes.get_xlim()
    assert low < min(rung.committee.low for rung in RUNGS)
    assert high > max(rung.error.max() for rung in RUNGS)


def test_gains_and_marks_are_written_and_said(drawn) -> None:
    words, said = words_of(drawn("ladder")), figures.description(drawn("ladder"))
    assert "−1.00 (−1.10 to −0.90)" in words
    for who in ("people 2.5 %", "tangent distance 2.6 %", "support vectors 4 %"):
        assert who in words
        assert who in said
    for rung in RUNGS:
        assert rung.said in said
    assert f"together {RUNGS[0].committee.mean:.2f} %" in said


def test_the_marks_stand_where_others_are(drawn) -> None:
    axes = drawn("ladder").axes[0]
    at = {path.vertices[0, 0] for each in axes.collections for path in each.get_paths()}
    assert {MARKS[who].value for who in MARKS} <= at
    (band,) = axes.patches
    around = comparison.share(50, 2007)
    assert band.get_x() == pytest.approx(around.low)
    assert band.get_x() + band.get_width() == pytest.approx(around.high)
