"""Tables of the digits say what is measured of them."""

from __future__ import annotations

import numpy as np
import pytest

from data_prep import printed, printed_render
from data_prep.digits import DataSet
from reproduction.pages import digits
from tests.reproduction.made import made_digits
from tests.reproduction.pages.test_arms import rows_of

FOUND = printed.load()
DRAWN = {"size, pixels": np.array([3.0, 1, 2]), "blur, pixels": np.array([0.5, 0.5, 2])}


def test_every_class_is_counted() -> None:
    train, test = made_digits(60, 1), made_digits(25, 2)
    _, *rows = rows_of(digits.counts(DataSet(train, test, "made", None, {})))
    assert rows == [["train", *["6"] * 10], ["test", *map(str, test.counts)]]


def test_what_was_drawn_is_told_by_its_least_its_middle_and_its_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printed_render, "drawn_for_pool", lambda: DRAWN)
    _, *rows = rows_of(digits.drawn_for_pool())
    assert rows == [
        ["size, pixels", "1.00", "2.00", "3.00"],
        ["blur, pixels", "0.50", "0.50", "2.00"],
    ]


def test_all_faces_come_on_some_terms() -> None:
    _, *rows = rows_of(digits.licences(FOUND))
    assert sum(int(count) for _, count in rows) == len(FOUND.faces)
    assert {terms for terms, _ in rows} == {face.licence for face in FOUND.faces}


def test_sets_are_measured_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_digits(30, 1)
    monkeypatch.setattr(digits, "usps", lambda: DataSet(made, made, "made", None, {}))
    hand, learned, tested, slanted = found = digits.measured(FOUND)
    assert hand.mean_gray == printed.mean_ink(made)
    assert tested.stroke_width == np.median(printed.stroke_widths(FOUND.test))
    assert learned.slant_sd < 0.01 < slanted.slant_sd
    head, *rows = rows_of(digits.side_by_side(*found))
    assert tuple(head[1:]) == digits.SETS
    table = {
        name: [float(cell.replace("\N{MINUS SIGN}", "-")) for cell in cells]
        for name, *cells in rows
    }
    assert table["mean gray level"][0] == pytest.approx(hand.mean_gray, abs=0.005)
    shares = [table[name] for name in table if name.startswith("pixels")]
    assert np.sum(shares, axis=0) == pytest.approx(100, abs=0.02)
