"""Drawings become scans: a pen covers what it covers, and hands are counted."""

import numpy as np
import pytest

from reproduction.evaluation import Thresholds
from reproduction.pages import drawings
from reproduction.pages.drawings import PEN_RADIUS, SHEET_SIDE, Drawing


def test_a_dot_is_a_disk_and_a_line_a_bar() -> None:
    dot = drawings.sheet_of([[(48, 48)]])
    assert dot.sum() / 255 == pytest.approx(np.pi * PEN_RADIUS**2, rel=0.01)
    line = drawings.sheet_of([[(20, 48), (70, 48)]])
    assert line.sum() / 255 == pytest.approx(dot.sum() / 255 + 50 * 2 * PEN_RADIUS, rel=0.01)
    np.testing.assert_array_equal(line, line[::-1])


def test_strokes_apart_add_up_and_strokes_twice_do_not() -> None:
    one, other = [(20, 20), (20, 70)], [(60, 20), (60, 70)]
    both = drawings.sheet_of([one, other])
    apart = drawings.sheet_of([one]).astype(int) + drawings.sheet_of([other])
    np.testing.assert_array_equal(both, apart)
    np.testing.assert_array_equal(drawings.sheet_of([one, one]), drawings.sheet_of([one]))


def test_every_hand_draws_every_digit_within_the_sheet() -> None:
    drawn = drawings.drawings()
    hands = {each.hand for each in drawn} - set(drawings.OTHERS)
    for hand in hands:
        assert [each.shows for each in drawn if each.hand == hand] == list("0123456789")
    assert len(hands) == 5
    points = np.array([point for each in drawn for stroke in each.strokes for point in stroke])
    assert points.min() >= PEN_RADIUS
    assert points.max() <= SHEET_SIDE - PEN_RADIUS


def test_answers_and_rejections_are_counted_by_hand() -> None:
    drawn = [Drawing("a", "3", []), Drawing("letter", "A", []), Drawing("a", "4", [])]
    outputs = np.full((3, 10, 1), -1.0)
    outputs[[0, 1, 2], [3, 7, 9], 0] = [1.0, 0.2, 0.1]
    found = drawings.read_by(drawn, outputs, Thresholds(top=0.15))
    assert found == {"a": (2, 1, 1), "letter": (1, 0, 0)}
    judged = drawings.Judged({**found, "pair": (3, 1, 2), "b": (4, 3, 0)})
    assert (judged.hands, judged.digits, judged.right) == (2, 6, 4)
    assert (judged.others, judged.left) == (4, 2)
