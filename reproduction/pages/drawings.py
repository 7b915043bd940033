"""Drawings in several hands, and what the networks make of them: book/drawings.json.

Each drawing has a hand (or "scribble", "letter", "pair"), what it shows, and its strokes: lines of
points (x, y) on a sheet of 96 x 96 pixels. The pen is that of book/assets/pen.js, written here a
second time so that each is a test of the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep.digits import Digits
from data_prep.normalize import normalize
from reproduction import evaluation
from reproduction.runs import Run

DRAWINGS = Path(__file__).resolve().parents[2] / "book" / "drawings.json"

SHEET_SIDE = 96  # pixels
PEN_RADIUS = 5  # pixels

OTHERS = ("scribble", "letter", "pair")
"""What is no digit: a clerk should have it."""


@dataclass(frozen=True)
class Drawing:
    """One drawing.

    Attributes
    ----------
    hand : str
        Whose it is, or which of `OTHERS`.
    shows : str
        The digit, the letter or the two digits; nothing for a scribble.
    strokes : sequence of sequences of (x, y)
        In pixels of the sheet.
    """

    hand: str
    shows: str
    strokes: Sequence[Sequence[tuple[float, float]]]


@dataclass(frozen=True)
class Judged:
    """What one network or a committee makes of drawings.

    Attributes
    ----------
    counts : dict
        As `read_by` gives it.
    """

    counts: dict[str, tuple[int, int, int]]

    @property
    def hands(self) -> int:
        """Hands that draw digits."""
        return len(self.counts.keys() - set(OTHERS))

    @property
    def digits(self) -> int:
        """Drawings of digits."""
        return self._sum(0, of_digits=True)

    @property
    def right(self) -> int:
        """Digits with the right answer."""
        return self._sum(1, of_digits=True)

    @property
    def others(self) -> int:
        """Drawings of what is no digit."""
        return self._sum(0, of_digits=False)

    @property
    def left(self) -> int:
        """Of these, those left to a clerk."""
        return self._sum(2, of_digits=False)

    def _sum(self, column: int, of_digits: bool) -> int:
        return sum(
            counted[column]
            for hand, counted in self.counts.items()
            if (hand not in OTHERS) == of_digits
        )


def drawings() -> list[Drawing]:
    """Return all drawings of the book."""
    return [Drawing(**each) for each in json.loads(DRAWINGS.read_text(encoding="utf-8"))]


def sheet_of(strokes: Sequence[Sequence[tuple[float, float]]]) -> np.ndarray:
    """Return strokes as a scan.

    Each pixel has how much of it the round pen covers, by the distance of its middle to the line.

    Returns
    -------
    ndarray, uint8, shape (96, 96)
        0 (paper) to 255 (ink).
    """
    y, x = np.mgrid[:SHEET_SIDE, :SHEET_SIDE] + 0.5
    nearest = np.full((SHEET_SIDE, SHEET_SIDE), np.inf)
    for stroke in strokes:
        for (ax, ay), (bx, by) in zip([stroke[0], *stroke], stroke, strict=False):
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            along = ((x - ax) * dx + (y - ay) * dy) / length if length else np.zeros_like(x)
            held = np.clip(along, 0, 1)
            near_x, near_y = ax + held * dx - x, ay + held * dy - y
            nearest = np.minimum(nearest, np.sqrt(near_x * near_x + near_y * near_y))
    covered = np.clip(PEN_RADIUS + 0.5 - nearest, 0, 1)
    return np.floor(255 * covered + 0.5).astype(np.uint8)


def images_of(found: Sequence[Drawing]) -> np.ndarray:
    """Return drawings as networks read them: float32, shape (n, 16, 16)."""
    return np.array([normalize(sheet_of(each.strokes), deslant=True) for each in found])


def judged(run: Run, outputs: np.ndarray, digits: Digits, found: Sequence[Drawing]) -> list[Judged]:
    """Count what the median network makes of drawings, and what the committee does.

    Parameters
    ----------
    run : Run
        With all networks in one bank.
    outputs : ndarray, float32, shape (n, 10, networks)
        What they say to digits that they were tried on.
    digits : Digits
        These digits, by which the thresholds of rejection are fitted.
    found : sequence of Drawing

    Returns
    -------
    list of Judged
        Two.
    """
    (bank,) = run.banks()
    lane = run.median
    said = bank.outputs(bank.architecture.planes(images_of(found)))
    counts = []
    for to_digits, to_drawings in (
        (outputs[:, :, [lane]], said[:, :, [lane]]),
        (evaluation.committee(outputs), evaluation.committee(said)),
    ):
        (rejection,) = evaluation.reject_by_thresholds(to_digits, digits.labels)
        counts.append(Judged(read_by(found, to_drawings, rejection.thresholds)))
    return counts


def read_by(
    found: Sequence[Drawing], outputs: np.ndarray, thresholds: evaluation.Thresholds
) -> dict[str, tuple[int, int, int]]:
    """Count, for each hand, what one network or a committee makes of its drawings.

    Parameters
    ----------
    found : sequence of Drawing
    outputs : ndarray, shape (n, 10, 1)
    thresholds : Thresholds

    Returns
    -------
    dict
        Hand -> drawings, those with the right answer, and those left to a clerk.
    """
    answers = evaluation.answers(outputs)[:, 0].astype(str)
    right = answers == np.array([each.shows for each in found])
    left = ~thresholds.accept(outputs)[:, 0]
    hands = np.array([each.hand for each in found])
    counted = {}
    for hand in dict.fromkeys(hands.tolist()):
        of_hand = hands == hand
        counted[hand] = (
            int(of_hand.sum()),
            int(right[of_hand].sum()),
            int(left[of_hand].sum()),
        )
    return counted
