"""The chapter on results: published numbers among ours, rejection, misread and confused digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.figures.digits import grid, misread
from reproduction.figures.distributions import Panel, panels, said_of_panels
from reproduction.figures.marks import CENTRED, band, plain_ticks, whole_ticks
from reproduction.figures.sheet import (
    BODY,
    INK,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    Sheet,
    fitting,
    legible_on,
    mixed,
    styled,
    text_width,
)
from reproduction.figures.training import rejected_of
from reproduction.figures.words import in_percent, said_of_band
from reproduction.paper import PUBLISHED, Fact, Row

MOST_SHOWN = 130
"""So many misclassified digits are shown at most."""


def beside_paper(rows: Sequence[Row], summary: Mapping[str, Any]) -> Figure:
    """Draw each published number among those of a run's networks, a panel each.

    Parameters
    ----------
    rows : sequence of Row
    summary : mapping
        A run's summary.json, as read.
    """
    found = []
    for row in rows:
        place: Any = summary
        for step in row.measure.split("."):
            place = place[step]
        found.append(Panel(row.what, np.array(place["each"], float), row.published))
    said = said_of_panels(len(found[0].values), "paper")
    return panels(found, "Where the paper’s numbers lie among ours", said, "paper")


# --- the error-reject curve -----------------------------------------------------------------


@dataclass(frozen=True)
class _Mark:
    """What is rejected for 1 % error: published, or our median and range."""

    at: float
    ends: tuple[float, float]
    text: str
    colour: str
    marker: str


@styled
def error_reject(
    outputs: np.ndarray,
    labels: np.ndarray,
    rejected: Mapping[str, Mapping[str, Any]],
    tested: str = "test",
    network: str = "LENET1",
) -> Figure:
    """Draw the error left among the accepted digits against the digits rejected.

    The curve rejects by the difference of the two top outputs. Networks that accept nothing,
    having diverged, have none. Below it, what is rejected for 1 % error: by the paper, and by two
    rules of ours.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    rejected : mapping
        "difference" and "thresholds": percent rejected for 1 % error, as a run's summary has it
        under the set and "rejected".
    tested : str
        Which digits these are, as "test_handwritten": for what was published of them.
    network : str
        Of which; see `reproduction.paper.PUBLISHED`.
    """
    left = PUBLISHED["LENET1"]["error_percent_after_rejection"]
    fact = rejected_of(network, tested)
    marks = _marks(rejected, fact, "paper" if network == "LENET1" else "sister paper")
    right = float(min(100, 5 * np.ceil(2 * max(mark.at for mark in marks) / 5)))
    rejects = 100 * np.arange(int(len(labels) * right / 100) + 1) / len(labels)
    rejects = rejects[:: 1 + len(rejects) // 300]
    errors = evaluation.reject_curve_at(outputs, labels, rejects)
    sound = ~np.isnan(errors).all(axis=0)
    pages = f"pp. {fact.page}" if "," in fact.page or "-" in fact.page else f"p. {fact.page}"
    row = fitting(0.26, 0.44)
    strip = row * len(marks) + 0.1
    page = Sheet(
        fitting(2.75, 2.3) + strip + 0.55,
        "The more digits are left to people, the fewer errors",
        _said_of_curve(int(sound.sum()), len(sound)),
        f"Thresholds are fitted on these same {len(labels)} test digits, as in the paper ({pages})",
    )
    margins = fitting((0.75, 0.3), (0.6, 0.2))
    axes = page.axes(*margins, bottom=0.55 + strip, top=0.05)
    if sound.any():
        band(axes, rejects, errors[:, sound], TEST_COLOUR, steps=True)
    axes.axhline(left.value, color=QUIET, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
    look: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "color": QUIET}
    place = axes.get_yaxis_transform()
    axes.annotate(f"{left} error", (1, left.value), (0, 4), xycoords=place, size=SMALL, **look)
    highest = float(np.nanmax(errors, initial=4 * left.value))
    axes.set(xlim=(0, right), ylim=(0, 1.08 * highest), ylabel="error, % of accepted digits")
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    for mark in marks:
        axes.vlines(mark.at, 0, left.value, color=mark.colour, linewidth=0.8, clip_on=False)
    below = page.panel(margins[0], page.height - 0.55 - strip, page.width - sum(margins), strip)
    below.set(xlim=(0, right), ylim=(len(marks) * row, -0.1))
    below.set_xlabel("rejected, % of test digits")
    _draw_strip(below, marks, row, page.width - sum(margins))
    page.figure.set_label(_error_reject_in_words(marks, errors[:, sound], len(labels), left))
    return page.figure


def _marks(rejected: Mapping[str, Mapping[str, Any]], fact: Fact, whose: str) -> list[_Mark]:
    """Give the published point, and our medians with their ranges."""
    marks = [_Mark(fact.value, (fact.value, fact.value), f"{whose}: {fact}", INK, "D")]
    for rule, words, marker in (
        ("thresholds", "by three thresholds", "^"),
        ("difference", "by the difference", "o"),
    ):
        found = rejected[rule]
        if found["median"] is not None:
            text = f"{in_percent(found['median'])} {words}"
            ends = found["min"], found["max"]
            marks.append(_Mark(found["median"], ends, text, TEST_COLOUR, marker))
    return marks


def _draw_strip(axes: Axes, marks: Sequence[_Mark], row: float, width: float) -> None:
    """Draw what is rejected for 1 % error, a row each, on axes whose heights are inches."""
    right = axes.get_xlim()[1]
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    whole_ticks(axes.xaxis)
    for number, mark in enumerate(marks):
        y = row * number + fitting(0.13, 0.31)
        axes.vlines(mark.at, -0.1, y, color=mark.colour, linewidth=0.8, zorder=0)
        axes.plot(mark.ends, (y, y), color=mark.colour, linewidth=5, alpha=0.25)
        look: dict[str, Any] = {"markersize": 7.5, "markeredgecolor": PAPER_COLOUR}
        axes.plot(mark.at, y, mark.marker, color=mark.colour, clip_on=False, **look)
        words: dict[str, Any] = {"color": mark.colour, "va": "center_baseline"}
        aside, inch = 0.14 * right / width, text_width(mark.text, BODY) * right / width
        if mark.ends[1] + aside + inch <= right:
            axes.text(mark.ends[1] + aside, y, mark.text, **words)
        elif mark.ends[0] - aside - inch >= 0:
            axes.text(mark.ends[0] - aside, y, mark.text, ha="right", **words)
        else:
            axes.text(right, y - 0.2, mark.text, ha="right", **words)


def _said_of_curve(sound: int, networks: int) -> str:
    if not sound:
        return "No network accepts a digit"
    said = said_of_band(sound)
    return said if sound == networks else f"{networks - sound} diverged, not shown; {said.lower()}"


def _error_reject_in_words(
    marks: Sequence[_Mark], errors: np.ndarray, patterns: int, left: Fact
) -> str:
    points = []
    for mark in marks:
        low, high = mark.ends
        points.append(mark.text + (f" ({low:.1f} to {high:.1f})" if low < high else ""))
    start = ""
    if errors.size:
        start = f"{in_percent(float(np.nanmedian(errors[0])))} with none rejected; "
    return (
        f"Error among the accepted of {patterns} test digits against the share rejected by the "
        f"difference of the two top outputs: {start}rejected for {left} error: {'; '.join(points)}."
    )


# --- misread digits -------------------------------------------------------------------------


@styled
def misread_by(counts: np.ndarray, networks: int, said: str = "") -> Figure:
    """Draw how many networks misread each digit, from the most misread digit on.

    Parameters
    ----------
    counts : ndarray of int, shape (n,)
        Of each digit, how many networks misread it.
    networks : int
    said : str
        What more stands below the title.
    """
    ordered = np.sort(counts)[::-1]
    some = int((counts > 0).sum())
    right = max(some, 1) * 1.04
    ends = np.arange(len(ordered) + 1)
    page = Sheet(
        2.65,
        "A few digits are misread by all, most by none",
        f"{len(counts)} digits, the most misread first",
        said,
    )
    margins = fitting((0.75, 0.3), (0.6, 0.15))
    axes, width = page.axes(*margins, top=0.05), page.width - sum(margins)
    axes.stairs(ordered, ends, fill=True, color=mixed(SHADE, TEST_COLOUR, 0.35), linewidth=0)
    axes.stairs(ordered, ends, color=TEST_COLOUR, linewidth=1.7)
    axes.set(xlim=(0, right), ylim=(0, networks * 1.12), ylabel="networks that misread it")
    axes.set_xlabel("digits, the most misread first")
    plain_ticks(axes.yaxis, sorted({0, (networks + 1) // 2, networks}))
    whole_ticks(axes.xaxis)
    marks = {  # of few networks, half or all of them can be one
        1: "at least one",
        (networks + 1) // 2: "at least half of them",
        networks: f"all {networks}" if networks > 1 else "the only network",
    }
    none, told = f", {len(counts) - some} by none", []
    for least, words in sorted(marks.items(), reverse=True):
        digits = int((counts >= least).sum())
        told.append(f"{digits} are misread by {words}")
        axes.plot(digits, least, "o", color=INK, markersize=5, clip_on=False, zorder=4)
        far = digits > 0.55 * right
        look: dict[str, Any] = {"textcoords": "offset points", "ha": "right" if far else "left"}
        text = f"{digits} by {words}" + (fitting(none, "") if least == min(marks) else "")
        start = int(digits - (text_width(text, BODY) + 0.15) * right / width)
        above = ordered[start] if far and start > 0 else least  # the curve falls to the right
        axes.annotate(text, (digits, above), (-4, 7) if far else (8, 4), **look)
    page.figure.set_label(f"Of {len(counts)} digits, {', '.join(told)}{none}.")
    return page.figure


def missed_by_all(digits: Digits, outputs: np.ndarray) -> Figure:
    """Draw the digits that all networks misread, by class, each with the commonest answer.

    Parameters
    ----------
    digits : Digits
    outputs : ndarray, shape (n, 10, networks)
        For these digits.
    """
    shown = np.flatnonzero(evaluation.wrong(outputs, digits.labels).all(axis=1))
    shown = shown[np.argsort(digits.labels[shown], kind="stable")]
    title = f"The digits that all {outputs.shape[2]} networks miss"
    said = "The label, and the commonest answer"
    return misread(digits.select(shown), evaluation.answers(outputs[shown]), title, said)


def suspects(digits: Digits, agreed: np.ndarray) -> Figure:
    """Draw digits whose label is suspect, each with its label and what everybody answers.

    Parameters
    ----------
    digits : Digits
    agreed : ndarray of int, shape (n,)
    """
    pairs = zip(digits.labels, agreed, strict=True)
    below = [f"{label} → {answer}" for label, answer in pairs]
    return grid(digits.images, below, "Suspect labels", "The label, and what everybody answers")


def fragments(digits: Digits, missed: np.ndarray, networks: int) -> Figure:
    """Draw digits that look like fragments, each with its label and how many networks miss it.

    Parameters
    ----------
    digits : Digits
    missed : ndarray of int, shape (n,)
    networks : int
        Of how many.
    """
    return grid(
        digits.images,
        [str(label) for label in digits.labels],
        "Digits that look like fragments",
        f"The label; below, how many of {networks} networks miss the digit",
        [(str(number), number / networks) if number else None for number in missed.tolist()],
    )


def misclassified(
    digits: Digits, outputs: np.ndarray, who: str = "the network", most: int = MOST_SHOWN
) -> Figure:
    """Draw the digits that a network gets wrong, each with its class and the answer.

    In the order of their classes; within one, the surest answers first, by the difference of the
    two top outputs.

    Parameters
    ----------
    digits : Digits
    outputs : ndarray, shape (n, 10, 1)
        Of one network, for these digits.
    who : str
        What the heading calls the network.
    most : int
        Show no more than so many, and say so.
    """
    highest, second = evaluation.top_two(outputs)
    sureness = (highest - second)[:, 0]
    wrong = np.flatnonzero(evaluation.wrong(outputs, digits.labels)[:, 0])
    wrong = wrong[np.lexsort((-sureness[wrong], digits.labels[wrong]))]
    answers = np.where(np.isnan(sureness), -1, evaluation.answers(outputs)[:, 0])
    shown = wrong[:most]
    said = f"digit → answer of {who}; within a class the surest errors first"
    if len(shown) < len(wrong):
        said = f"the first {len(shown)}: {said}"
    title = f"{len(wrong)} of {len(digits)} test digits misclassified"
    said = said[0].upper() + said[1:] if len(wrong) else f"By {who}"
    return misread(digits.select(shown), answers[shown, np.newaxis], title, said)


# --- the confusion matrix -------------------------------------------------------------------


@styled
def confusion(outputs: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw how often the committee of all networks answers which digit for which.

    Errors are coloured by their number; the right answers, which are many more, stay pale.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
        The committee's outputs are their mean. A digit for which one of them is NaN has no
        answer.
    labels : ndarray of int, shape (n,)
    """
    mean = evaluation.committee(outputs)
    answered = ~np.isnan(mean).any(axis=(1, 2))
    counts = np.zeros((evaluation.CLASSES, evaluation.CLASSES), int)
    if answered.any():
        counts = evaluation.confusion(mean[answered], labels[answered])[:, :, 0]
    shown = np.bincount(labels, minlength=evaluation.CLASSES)
    errors = int(shown.sum() - np.trace(counts))
    networks = outputs.shape[2]
    who = "the network" if networks == 1 else f"the committee of {networks}"
    share = in_percent(100 * errors / len(labels))
    found = f"{len(labels)} test digits, {errors} error{'s' * (errors != 1)} ({share})"
    if not answered.all():
        found += f"; {int((~answered).sum())} without an answer: a network has diverged"
    table = _Table()
    title = f"What {who} takes for what"
    page = Sheet(table.y(len(counts)) + 0.35, title, found)
    table.draw(page.whole(), counts, shown)
    page.figure.set_label(f"{title}: {found}. {_commonest_in_words(counts)}")
    return page.figure


class _Table:
    """The confusion matrix on a page: where its cells lie, in inches, and how they look."""

    def __init__(self) -> None:
        self.left, self.top, self.width, self.height = fitting(
            (0.85, 0.55, 0.45, 0.355), (0.5, 0.55, 0.265, 0.29)
        )
        self.digits, self.errors = fitting((5.75, 6.4), (None, 3.45))
        self.size = fitting(10.5, SMALL)

    def x(self, column: float) -> float:
        """Return the middle of a column."""
        return self.left + (column + 0.5) * self.width

    def y(self, row: float) -> float:
        """Return the middle of a row."""
        return self.top + (row + 0.5) * self.height

    def draw(self, axes: Axes, counts: np.ndarray, shown: np.ndarray) -> None:
        """Draw cells, heads and totals."""
        most = max(1, (counts - np.diag(np.diag(counts))).max())
        for digit, answer in np.ndindex(counts.shape):
            self._draw_cell(axes, digit, answer, int(counts[digit, answer]), most)
        digits = len(counts)
        for digit in range(digits):
            self._write(axes, self.x(digit), self.y(-1), digit, size=12)
            self._write(axes, self.left - 0.15, self.y(digit), digit, size=12)
        middle, quiet = (digits - 1) / 2, {"color": QUIET}
        self._write(axes, self.x(middle), self.y(-1) - 0.25, "answered", **quiet)
        turned = {"rotation": 90, "va": "center"} | quiet
        self._write(axes, self.left - 0.38, self.y(middle), "shown", **turned)
        below, errors = self.y(digits) + 0.05, shown - np.diag(counts)
        for digit in range(digits):
            self._write(axes, self.x(digit), below, counts[:, digit].sum(), **quiet)
        self._write(axes, self.left - fitting(0.2, 0.25), below, "all", **quiet)
        totals = [(self.digits, "digits", shown, QUIET)] if self.digits else []
        for at, name, values, colour in [*totals, (self.errors, "errors", errors, TEST_COLOUR)]:
            self._write(axes, at, self.y(-1), name, **quiet)
            look = {"ha": "right", "color": colour}
            for digit, value in enumerate(values):
                self._write(axes, at + 0.14, self.y(digit), value, **look)
            self._write(axes, at + 0.14, below, values.sum(), **look)

    def _write(self, axes: Axes, x: float, y: float, text: object, **look: Any) -> None:
        axes.text(x, y, str(text), **{**CENTRED, "size": self.size, **look})

    def _draw_cell(self, axes: Axes, digit: int, answer: int, count: int, most: int) -> None:
        """Draw the count of one answer for one digit; 0 stays empty."""
        strength = 0.0 if digit == answer else 0.15 + 0.85 * count / most
        fill = mixed(SHADE, TEST_COLOUR, strength) if count else mixed(PAPER_COLOUR, SHADE, 0.4)
        corner = self.x(answer) - self.width / 2 + 0.015, self.y(digit) - self.height / 2 + 0.015
        size = self.width - 0.03, self.height - 0.03
        axes.add_patch(Rectangle(corner, *size, facecolor=fill, linewidth=0))
        if count:
            colour = INK if digit == answer else legible_on(fill)
            self._write(axes, self.x(answer), self.y(digit), count, color=colour)


def _commonest_in_words(counts: np.ndarray) -> str:
    """Say which digits are taken for which most often."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:3]
    pairs = [np.unravel_index(place, wrong.shape) for place in order if wrong.flat[place]]
    said = [f"{digit} for {answer} ({wrong[digit, answer]} times)" for digit, answer in pairs]
    return f"Most often taken: {', '.join(said)}." if said else "Nothing is confused."
