"""The chapter on results: published numbers among ours, rejection, misread and confused digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.figures import colours, marks
from reproduction.figures.colours import INK, PAPER, QUIET, SHADE, TEST_COLOUR
from reproduction.figures.digits import grid, misread
from reproduction.figures.distributions import panels
from reproduction.figures.sheet import BODY, SMALL, Place, Sheet, fitting, styled, wrapped
from reproduction.paper import PUBLISHED, Row
from reproduction.studies.comparison import rejected_of
from reproduction.studies.measured import of_summary
from reproduction.words import in_percent, median_of, said_of_band, whose

MOST_SHOWN = 130
"""So many misclassified digits are shown at most."""

HARDEST = 24
"""So many of the hardest digits are shown."""


def beside_paper(rows: Sequence[Row], summary: Mapping[str, Any]) -> Figure:
    """Draw each published number among those in a run's summary.json, a panel each."""
    return panels(of_summary(rows, summary), "Where the paper’s numbers lie among ours")


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
    having diverged, have none. The marks are what is rejected for 1 % error: by the paper, and by
    two rules of ours.

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
    found = [(f"{whose(network)}: {fact}", fact.value, fact.value, fact.value, INK, "D")]
    rules = {"thresholds": ("by three thresholds", "^"), "difference": ("by the difference", "o")}
    for rule, (words, marker) in rules.items():
        median, low, high = (rejected[rule][name] for name in ("median", "min", "max"))
        if median is not None:
            text = f"{in_percent(median)} {words}"
            found.append((text, median, low, high, TEST_COLOUR, marker))
    right = float(min(100, 5 * np.ceil(2 * max(at for _, at, *_ in found) / 5)))
    rejects = 100 * np.arange(int(len(labels) * right / 100) + 1) / len(labels)
    rejects = rejects[:: 1 + len(rejects) // 300]
    errors = evaluation.reject_curve_at(outputs, labels, rejects)
    sound = ~np.isnan(errors).all(axis=0)
    known = int(sound.sum())
    pages = f"pp. {fact.page}" if "," in fact.page or "-" in fact.page else f"p. {fact.page}"
    key = fitting(0.3, 0.2 * len(found) + 0.1)
    page = Sheet(
        fitting(3.4, 2.9) + key,
        "The more digits are left to people, the fewer errors",
        said_of_band(known, len(sound) - known) if known else "No network accepts a digit",
        f"Thresholds are fitted on these same {len(labels)} test digits, as in the paper ({pages})",
    )
    axes = page.axes(*fitting((0.75, 0.3), (0.6, 0.2)), bottom=0.55 + key, top=0.05)
    if known:
        marks.band(axes, rejects, errors[:, sound], TEST_COLOUR, steps=True)
    axes.axhline(left.value, color=QUIET, zorder=1, **marks.DOTTED)
    look: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "size": SMALL, "color": QUIET}
    marks.write_beside(axes, 1, left.value, f"{left} error", (0, 4), ha="right", **look)
    highest = float(np.nanmax(errors, initial=4 * left.value))
    axes.set(xlim=(0, right), ylim=(-left.value, 1.08 * highest))  # the marks lie below 0
    marks.plain_ticks(axes.yaxis, [tick for tick in axes.get_yticks() if 0 <= tick <= highest])
    axes.axhline(0, color=QUIET, linewidth=0.8)
    axes.set(xlabel="rejected, % of test digits", ylabel="error, % of accepted digits")
    marks.whole_ticks(axes.xaxis)
    signs, told = [], []
    for number, (text, at, low, high, colour, marker) in enumerate(found):
        y = -left.value * (0.2 + 0.3 * number)
        axes.vlines(at, y, left.value, color=colour, linewidth=0.8)
        axes.plot((low, high), (y, y), color=colour, linewidth=5, alpha=0.25)
        look = {"markersize": 7.5, "markeredgecolor": PAPER}
        axes.plot(at, y, marker, color=colour, **look)
        signs.append((marks.dot_sign(colour, marker, **look), text))
        told.append(text + (f" ({low:.1f} to {high:.1f})" if low < high else ""))
    marks.legend(page, fitting(0.75, page.margin), page.height - key + 0.1, *signs)
    curve = f"{median_of(errors[0, sound])} with none rejected; " if known else ""
    return page.described(
        f"Error among the accepted of {len(labels)} test digits against the share rejected by the "
        f"difference of the two top outputs: {curve}rejected for {left} error: {'; '.join(told)}."
    )


@styled
def misread_by(counts: np.ndarray, networks: int) -> Figure:
    """Draw how many of the networks misread each digit, (n,), from the most misread digit on."""
    ordered = np.sort(counts)[::-1]
    some, ends = int((counts > 0).sum()), np.arange(len(counts) + 1)
    title = "A few digits are misread by all, most by none"
    about = f"{len(counts)} digits, the most misread first; {len(counts) - some} by none"
    page = Sheet(2.65, title, about)
    axes = page.axes(*fitting((0.75, 0.3), (0.6, 0.15)), top=0.05)
    fill = colours.mixed(SHADE, TEST_COLOUR, 0.35)
    axes.stairs(ordered, ends, fill=True, color=fill, linewidth=0)
    axes.stairs(ordered, ends, color=TEST_COLOUR, linewidth=1.7)
    axes.set(xlim=(0, max(some, 1) * fitting(1.2, 1.4)), ylim=(0, networks * 1.12))
    axes.set(xlabel="digits, the most misread first", ylabel="networks that misread it")
    half = (networks + 1) // 2
    marks.plain_ticks(axes.yaxis, sorted({0, half, networks}))
    marks.whole_ticks(axes.xaxis)
    found = {1: "at least one", half: "at least half of them"}  # of few networks half can be one
    found[networks] = f"all {networks}" if networks > 1 else "the network"
    told = []
    for least, words in sorted(found.items(), reverse=True):
        digits = int((counts >= least).sum())
        told.append(f"{digits} are misread by {words}")
        axes.plot(digits, least, "o", color=INK, markersize=5, clip_on=False, zorder=4)
        text = f"{digits} by {words}"
        if least == min(found):  # the last, at the right
            text = "\n".join(wrapped(text, BODY, fitting(0.85, 0.65)))
        marks.write_beside(axes, digits, least, text, (8, 4))
    return page.described(
        f"Of {len(counts)} digits, {', '.join(told)}, {len(counts) - some} by none."
    )


def hardest(digits: Digits, counts: np.ndarray, networks: int) -> Figure:
    """Draw the digits that most networks misread, with their class and the networks' share.

    Of each digit `counts`, (n,), tells how many of the networks misread it.
    """
    shown = np.argsort(-counts, kind="stable")[:HARDEST]
    shares = 100 * counts / networks
    below = [f"{digits.labels[digit]}: {shares[digit]:.0f} %" for digit in shown]
    equal = int((counts == networks).sum())
    title = f"The {len(shown)} hardest handwritten test digits"
    if equal > len(shown):
        title = f"The first {len(shown)} of the {equal} that all misread"
    said = f"What they are, and the share of {networks} networks that misread them"
    return grid(digits.images[shown], below, title, said)


def misclassified(
    digits: Digits, outputs: np.ndarray, who: str = "the network", most: int = MOST_SHOWN
) -> Figure:
    """Draw the digits that a network gets wrong, each with its class and the answer.

    In the order of their classes; within one, the surest answers first, by the difference of the
    two top outputs.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, 1)
        Of one network, for these digits.
    who : str
        What the heading calls the network.
    most : int
        Show no more than so many, and say so.
    """
    wrong = evaluation.surest_errors(outputs, digits.labels)
    answers = np.where(np.isnan(outputs).any(axis=1), -1, evaluation.answers(outputs))
    shown = wrong[:most]
    said = f"digit → answer of {who}; within a class the surest errors first"
    if len(shown) < len(wrong):
        said = f"the first {len(shown)}: {said}"
    title = f"{len(wrong)} of {len(digits)} test digits misclassified"
    said = said[0].upper() + said[1:] if len(wrong) else f"By {who}"
    return misread(digits.select(shown), answers[shown], title, said)


@styled
def figure_5(digits: Digits, nearest: Digits, distances: np.ndarray, who: str) -> Figure:
    """Draw digits that are read although they are far from all that was learned.

    As figure 5 of the paper (p. 403), and below each digit what that does not show: the nearest
    training digit, smaller and paler. The distances, (n,), are those between the two; `who` reads
    the digits is said.
    """
    title = f"Atypical digits that {who} read"
    said = "Below each: the nearest training digit, with its class if it is another, and how far"
    below, told = [], []
    for label, other, far in zip(digits.labels, nearest.labels, distances, strict=True):
        below.append(f"{far:.1f}" if other == label else f"{other}, {far:.1f}")
        told.append(f"{label} ({far:.1f} from a {other})")
    figure = grid(digits.images, below, title, said, under=nearest.images)
    figure.set_label(
        f"Handwritten test digits that {who} read, each with its distance from the nearest "
        f"training digit: {', '.join(told)}."
    )
    return figure


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
    counts = evaluation.confusion(evaluation.committee(outputs), labels)[:, :, 0]
    shown = np.bincount(labels, minlength=evaluation.CLASSES)
    errors = int(shown.sum() - np.trace(counts))
    networks = outputs.shape[2]
    who = "the network" if networks == 1 else f"the committee of {networks}"
    share = in_percent(100 * errors / len(labels))
    found = f"{len(labels)} test digits, {errors} error{'s' * (errors != 1)} ({share})"
    if unanswered := len(labels) - int(counts.sum()):
        found += f"; {unanswered} without an answer: a network has diverged"
    left, width, height = fitting((0.85, 0.45, 0.355), (0.5, 0.265, 0.29))
    first = Place(left, 0.55, width, height)
    title = f"What {who} takes for what"
    page = Sheet(first.y + (len(counts) + 0.5) * height + 0.35, title, found)
    axes, size = page.whole(), fitting(BODY, SMALL)
    wrong = counts - np.diag(np.diag(counts))
    for (digit, answer), count in np.ndenumerate(counts):
        place = first._replace(x=left + answer * width, y=first.y + digit * height)
        fill = colours.mixed(PAPER, SHADE, 0.4 if count == 0 else 1.0)
        if wrong[digit, answer]:
            fill = colours.mixed(SHADE, TEST_COLOUR, 0.15 + 0.85 * count / wrong.max())
        marks.cell(axes, place.inside(0.015), fill, str(count or ""), size=size)
    _write_totals(axes, first, counts, shown)
    order = np.argsort(-wrong, axis=None, kind="stable")[:3]
    pairs = [np.unravel_index(at, wrong.shape) for at in order if wrong.flat[at]]
    told = [f"{digit} for {answer} ({wrong[digit, answer]} times)" for digit, answer in pairs]
    words = f"Most often taken: {', '.join(told)}." if told else "Nothing is confused."
    return page.described(f"{title}: {found}. {words}")


def _write_totals(axes: Axes, first: Place, counts: np.ndarray, shown: np.ndarray) -> None:
    """Write the digits and the totals of the confusion matrix around its cells, from the first."""
    x = first.middle + first.width * np.arange(len(counts))
    y = first.centre[1] + first.height * np.arange(len(counts))
    above, below = y[0] - first.height, y[-1] + first.height + 0.05
    size = fitting(BODY, SMALL)
    for digit, of_answer in enumerate(counts.sum(axis=0)):
        marks.write(axes, x[digit], above, str(digit), size=12)
        marks.write(axes, first.x - 0.15, y[digit], str(digit), size=12)
        marks.note(axes, x[digit], below, str(of_answer), size=size)
    marks.note(axes, x.mean(), above - 0.25, "answered", size=size)
    marks.note(axes, first.x - 0.38, y.mean(), "shown", size=size, rotation=90, va="center")
    marks.note(axes, first.x - fitting(0.2, 0.25), below, "all", size=size)
    totals = [("errors", shown - np.diag(counts), TEST_COLOUR, fitting(6.4, 3.45))]
    totals += fitting([("digits", shown, QUIET, 5.75)], [])
    for name, values, colour, at in totals:
        marks.note(axes, at, above, name, size=size)
        for value, height in zip([*values, values.sum()], [*y, below], strict=True):
            marks.note(axes, at + 0.14, height, str(value), size=size, ha="right", color=colour)
