"""Trainings side by side, and what many networks make of the same digits.

The figures of the book's chapters on stages and on results; those of a single run are in `run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from data_prep.digits import Digits
from reproduction.figures.sheet import (
    HEADING,
    INK,
    MARGIN,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    WIDTH,
    axes_in,
    draw_band,
    in_percent,
    legible_on,
    mixed,
    sheet,
    styled,
    whole_axes,
)
from reproduction.paper import Fact, Row

# --- recipes --------------------------------------------------------------------------------


def handwritten_errors(history: np.ndarray) -> np.ndarray:
    """Return the errors on the handwritten test digits by pass and network: (passes, networks).

    Parameters
    ----------
    history : ndarray of HISTORY
    """
    return _errors(history, "test_handwritten")[0]


def _errors(history: np.ndarray, part: str) -> tuple[np.ndarray, int]:
    """Give the errors on a part, shape (passes, networks), and how many patterns it has."""
    lines = history[history["part"] == part]
    return lines["errors"].reshape(len(np.unique(lines["pass"])), -1), int(lines["patterns"][0])


@styled
def error_curves(histories: Mapping[str, np.ndarray], beside: str) -> Figure:
    """Draw the error by pass of several recipes, a panel each, all on the same axes.

    Parameters
    ----------
    histories : mapping of str to ndarray of HISTORY
        By the recipe's name. Their training error and that on handwritten test digits are drawn.
    beside : str
        The recipe whose medians stand in all other panels too, as thin lines.
    """
    columns, panel, gap = 2, 1.62, 0.62
    rows = -(-(len(histories) + 1) // columns)
    height = HEADING + 0.28 + rows * panel + (rows - 1) * gap + 0.55
    networks = len(np.unique(histories[beside]["network"]))
    figure = sheet(
        height,
        "The recipes side by side",
        f"Errors in %, median of {networks} networks with the middle half and the range, by pass",
    )
    left, between, right = 0.6, 0.5, 0.25
    width = (WIDTH - left - right - (columns - 1) * between) / columns
    percents = {name: _both_percents(history) for name, history in histories.items()}
    values = np.concatenate([each.ravel() for both in percents.values() for each in both])
    limits = float(np.nanmin(values[values > 0])) / 1.2, float(np.nanmax(values)) * 3.5
    for number, (name, history) in enumerate(histories.items()):
        row, column = divmod(number, columns)
        axes = _panel(figure, row, column, columns, width, panel, gap)
        for percent in percents[beside] if name != beside else ():
            axes.plot(
                1 + np.arange(len(percent)), np.median(percent, axis=1), "-", color=INK, lw=0.7
            )
        for percent, colour in zip(percents[name], (TRAIN_COLOUR, TEST_COLOUR), strict=True):
            draw_band(axes, 1 + np.arange(len(percent)), percent, colour, steps=False)
        _dress(axes, name, history, limits)
        if number >= len(histories) - columns:
            axes.set_xlabel("pass")
    _key(_panel(figure, rows - 1, columns - 1, columns, width, panel, gap), beside)
    figure.set_label(_error_curves_in_words(percents))
    return figure


def _both_percents(history: np.ndarray) -> list[np.ndarray]:
    """Give the training error and that on handwritten test digits, each (passes, networks)."""
    found = [_errors(history, part) for part in ("train", "test_handwritten")]
    return [100 * errors / patterns for errors, patterns in found]


def _panel(
    figure: Figure, row: int, column: int, columns: int, width: float, panel: float, gap: float
) -> Axes:
    """Add the axes of a panel; all lengths in inches."""
    top = HEADING + 0.28 + row * (panel + gap)
    left = 0.6 + column * (width + 0.5)
    return axes_in(figure, left, figure.get_figheight() - top - panel, WIDTH - left - width, top)


def _dress(axes: Axes, name: str, history: np.ndarray, limits: tuple[float, float]) -> None:
    """Give a panel its scale, its title and its stages."""
    last = int(history["pass"].max())
    axes.set_yscale("log")
    axes.set(xlim=(0.5, last + 0.5), ylim=limits)
    ticks = [tick for tick in (0.5, 1, 2, 5, 10, 20, 50) if limits[0] <= tick <= limits[1]]
    axes.set_yticks(ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xticks([1, *range(5, last + 1, 5)])
    axes.grid(axis="y", zorder=0)
    axes.set_title(name, loc="left", size=12, pad=5)
    stages, first = np.unique(history["stage"], return_index=True)
    starts = sorted(zip(history["pass"][first].tolist(), stages.tolist(), strict=True))
    if len(starts) == 1:
        return
    for number, (start, stage) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else last + 1
        if number % 2 == 0:
            axes.axvspan(start - 0.5, end - 0.5, color=SHADE, alpha=0.6, linewidth=0, zorder=0)
        axes.text(
            start - 0.3,
            0.985,
            stage.replace(" ", "\n", 1),
            transform=axes.get_xaxis_transform(),
            va="top",
            size=SMALL,
            linespacing=0.95,
        )


def _key(axes: Axes, beside: str) -> None:
    """Say in a panel of its own what the lines are."""
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    for height, colour, width, text in (
        (0.75, TEST_COLOUR, 1.7, "handwritten test digits"),
        (0.5, TRAIN_COLOUR, 1.7, "training digits"),
        (0.25, INK, 0.7, f"both, as in “{beside}”"),
    ):
        axes.plot((0.04, 0.16), (height, height), color=colour, linewidth=width)
        axes.text(0.2, height, text, va="center_baseline", color=colour)


def _error_curves_in_words(percents: Mapping[str, Sequence[np.ndarray]]) -> str:
    ends = [
        f"{name} {in_percent(float(np.median(test[-1])))} "
        f"(training {in_percent(float(np.median(train[-1])))})"
        for name, (train, test) in percents.items()
    ]
    return (
        "Error by pass, a panel for each recipe. Median error on handwritten test digits at the "
        f"end: {'; '.join(ends)}."
    )


# --- pairs ----------------------------------------------------------------------------------


@styled
def paired(
    differences: Mapping[str, np.ndarray], intervals: Mapping[str, tuple[float, float]], than: str
) -> Figure:
    """Draw how many errors fewer each network makes by other recipes: dots, mean and interval.

    Parameters
    ----------
    differences : mapping of str to ndarray of int, shape (networks,)
        By recipe: errors of the recipe `than` less those of this one, from the same initial
        weights.
    intervals : mapping of str to (float, float)
        The interval of each mean, of 95 % confidence.
    than : str
        The recipe that all are compared with.
    """
    band = 0.95
    figure = sheet(
        HEADING + 0.35 + band * len(differences) + 0.6,
        "The same first weights, another recipe",
        "A dot: one network; below the dots the mean difference with its 95 % interval",
    )
    axes = axes_in(figure, 1.15, 0.6, MARGIN, HEADING + 0.2)
    reach = max(float(np.abs(each).max()) for each in differences.values()) + 1.5
    axes.set(xlim=(-reach, reach), ylim=(len(differences) - 0.4, -0.75))
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    for row, (name, each) in enumerate(differences.items()):
        _stack(axes, each, row, 0.105, TEST_COLOUR)
        low, high = intervals[name]
        axes.plot((low, high), (row + 0.24, row + 0.24), color=INK, linewidth=2)
        axes.plot(each.mean(), row + 0.24, "D", color=INK, markersize=6)
    axes.set_yticks(range(len(differences)), list(differences), size=12)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel("errors saved, of those on handwritten test digits")
    axes.text(-reach, -0.72, f"← more errors than by “{than}”", color=QUIET, va="top")
    axes.text(reach, -0.72, f"fewer errors than by “{than}” →", color=QUIET, va="top", ha="right")
    said = [
        f"{name} {each.mean():+.1f} ({intervals[name][0]:+.1f} to {intervals[name][1]:+.1f})"
        for name, each in differences.items()
    ]
    figure.set_label(
        f"Errors fewer than by the recipe {than}, network by network from the same initial "
        f"weights; means with 95 % intervals: {'; '.join(said)}."
    )
    return figure


def _stack(axes: Axes, values: np.ndarray, base: float, step: float, colour: str) -> None:
    """Draw a dot for each value; equal ones stand on each other, upward from a base."""
    for value, count in zip(*np.unique(values, return_counts=True), strict=True):
        heights = base - step * np.arange(count)
        axes.plot(np.full(count, value), heights, "o", color=colour, markersize=5.5, clip_on=False)


# --- beside the paper -----------------------------------------------------------------------


@styled
def beside_paper(rows: Sequence[Row], summary: Mapping[str, object]) -> Figure:
    """Draw each published figure among those of the networks, every row on its own scale.

    Parameters
    ----------
    rows : sequence of Row
    summary : mapping
        A run's summary.json, as read.
    """
    band, top = 0.62, HEADING + 0.08
    figure = sheet(
        top + band * len(rows) + 0.12,
        "Every published figure among ours",
        "Dots: our networks; tick: their median; diamond: the paper. Each row has its own scale",
    )
    axes = whole_axes(figure)
    left, right = 2.65, WIDTH - 0.45
    said = []
    for number, row in enumerate(rows):
        y = top + band * number + 0.2
        each = np.array(_found(summary, row.measure), float)
        values = np.append(each, row.published.value)
        low, high = values.min(), values.max()
        low, high = (low - 0.5, high + 0.5) if low == high else (low, high)

        def at(value: float, low: float = low, high: float = high) -> float:
            return left + (right - left) * (value - low) / (high - low)

        axes.plot((left, right), (y, y), color=SHADE, linewidth=6, solid_capstyle="round", zorder=1)
        places = np.array([at(value) for value in each])
        axes.plot(
            places, np.full(len(each), y), "o", color=TEST_COLOUR, alpha=0.45, markersize=6, mew=0
        )
        median, published = at(float(np.median(each))), at(row.published.value)
        axes.plot((median, median), (y - 0.12, y + 0.12), color=TEST_COLOUR, linewidth=2.2)
        axes.plot(published, y, "D", color=INK, markersize=7, markeredgecolor=PAPER_COLOUR)
        digits = 4 if not row.published.unit else 2
        ours = f"{np.median(each):.{digits}f} {row.published.unit}".strip()
        axes.text(MARGIN, y, row.what, va="center_baseline")
        axes.text(
            median,
            y + 0.27,
            ours,
            ha=_side(median, published),
            va="center_baseline",
            color=TEST_COLOUR,
            size=SMALL,
        )
        axes.text(
            published,
            y + 0.27,
            str(row.published),
            ha=_side(published, median),
            va="center_baseline",
            size=SMALL,
        )
        said.append(f"{row.what}: paper {row.published}, ours {ours}")
    figure.set_label(f"Published figures and the medians of our networks. {'; '.join(said)}.")
    return figure


def _side(place: float, other: float) -> str:
    """Align a text at a place away from another text's place, if the two are near, in inches."""
    if abs(place - other) > 0.75:
        return "center"
    return "right" if place < other else "left"


def _found(summary: Mapping[str, object], key: str) -> Sequence[float]:
    """Follow a row's key through a summary to the networks' values."""
    place: object = summary
    for step in [*key.split("."), "each"]:
        assert isinstance(place, Mapping)
        place = place[step]
    assert isinstance(place, Sequence)
    return place


@styled
def error_counts(
    counts: np.ndarray,
    patterns: int,
    paper: Fact,
    fits: Sequence[int],
    interval: tuple[float, float],
) -> Figure:
    """Draw where the paper's count of errors falls among those of the networks.

    Parameters
    ----------
    counts : ndarray of int, shape (networks,)
        Errors on the handwritten test digits.
    patterns : int
        How many of these there are.
    paper : Fact
    fits : sequence of int
        All counts that fit the rate which the paper prints.
    interval : (float, float)
        The exact 95 % interval of one network's error rate, in percent.
    """
    middle = float(np.median(counts))
    low, high = (patterns * each / 100 for each in interval)
    figure = sheet(
        3.6,
        f"The paper’s {paper.value:g} errors among ours",
        f"A dot: one of {len(counts)} networks, on {patterns} handwritten test digits",
    )
    axes = axes_in(figure, MARGIN, 0.6, MARGIN, HEADING + 0.1)
    span = max(middle - min(low, counts.min()), max(high, counts.max()) - middle) + 4
    axes.set(xlim=(middle - span, middle + span), ylim=(-1.5, 5.4))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_xlabel("errors on handwritten test digits")
    axes.xaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 5, 10]))
    axes.axvspan(fits[0] - 0.5, fits[-1] + 0.5, 0.16, color=SHADE, linewidth=0, zorder=0)
    axes.plot(paper.value, 3.9, "D", color=INK, markersize=8, zorder=3)
    axes.annotate(
        f"paper: {paper.value:g}\n({fits[0]} to {fits[-1]} fit as well)",
        (fits[0] - 0.5, 3.9),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    _stack(axes, counts, 0.25, -0.62, TEST_COLOUR)
    axes.plot((middle, middle), (-0.25, 2.9), color=TEST_COLOUR, linewidth=1, zorder=0)
    axes.text(middle + 0.5, 2.9, f"our median: {middle:g}", color=TEST_COLOUR, va="center")
    axes.plot((low, high), (-0.75, -0.75), color=QUIET, linewidth=2.2)
    axes.text(
        (low + high) / 2,
        -1.22,
        "one network’s 95 % interval, were other digits drawn",
        ha="center",
        va="center",
        color=QUIET,
        size=SMALL,
    )
    figure.set_label(
        f"Errors of {len(counts)} networks on {patterns} handwritten test digits: median "
        f"{middle:g}, from {counts.min()} to {counts.max()}; the paper’s {paper.value:g}, or "
        f"{fits[0]} to {fits[-1]}; the exact 95 % interval of one network at the median is "
        f"{low:.0f} to {high:.0f}."
    )
    return figure


# --- what is missed -------------------------------------------------------------------------


@styled
def missed_by(counts: np.ndarray, networks: int) -> Figure:
    """Draw how many digits are missed by one network, by two, and so on to all.

    Parameters
    ----------
    counts : ndarray of int, shape (n,)
        How many networks miss each digit.
    networks : int
    """
    numbers = np.arange(1, networks + 1)
    digits = np.bincount(counts, minlength=networks + 1)[1:]
    figure = sheet(
        3.3,
        "Missed by how many?",
        f"Handwritten test digits that so many of {networks} networks get wrong",
    )
    axes = axes_in(figure, MARGIN, 0.6, MARGIN, HEADING + 0.25)
    shades = [mixed(SHADE, TEST_COLOUR, 0.35 + 0.65 * n / networks) for n in numbers]
    axes.bar(numbers, digits, color=shades, width=0.82)
    for number, found in zip(numbers.tolist(), digits.tolist(), strict=True):
        axes.text(number, found + digits.max() * 0.025, str(found), ha="center", color=INK)
    axes.set(xlim=(0.4, networks + 0.6), xlabel="networks that miss the digit")
    axes.set_xticks(numbers)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0)
    axes.spines["left"].set_visible(False)
    figure.set_label(
        f"How many handwritten test digits are missed by how many of {networks} networks: "
        + "; ".join(f"by {n} {found}" for n, found in zip(numbers, digits, strict=True))
        + f"; by none {int((counts == 0).sum())}."
    )
    return figure


@styled
def missed(digits: Digits, answers: np.ndarray, title: str, subtitle: str) -> Figure:
    """Draw digits with their class, the commonest wrong answer and how many networks err.

    That number is left out where it is the same for all of them.

    Parameters
    ----------
    digits : Digits
        In the order in which they shall stand.
    answers : ndarray of int, shape (n, networks)
    title, subtitle : str
    """
    erring = (answers != digits.labels[:, np.newaxis]).sum(axis=1)
    several = len(np.unique(erring)) > 1
    columns, cell, side, top = 10, 0.64, 0.52, HEADING + 0.05
    row_height = 1.06 if several else 0.88
    rows = -(-len(digits) // columns)
    figure = sheet(top + rows * row_height + 0.05, title, subtitle)
    axes = whole_axes(figure)
    limits = axes.get_xlim(), axes.get_ylim()
    ink = LinearSegmentedColormap.from_list("ink", [PAPER_COLOUR, INK])
    said = []
    for number, label in enumerate(digits.labels.tolist()):
        row, column = divmod(number, columns)
        x, y = MARGIN + column * cell, top + row * row_height
        extent = (x, x + side, y + side, y)
        axes.imshow(digits.images[number], cmap=ink, vmin=-1, vmax=1, extent=extent, aspect="auto")
        votes = np.bincount(answers[number], minlength=10)
        votes[label] = 0
        fill = mixed(SHADE, TEST_COLOUR, erring[number] / answers.shape[1])
        axes.text(
            x + side / 2,
            y + side + 0.16,
            f"{label} → {votes.argmax()}",
            ha="center",
            va="center_baseline",
            size=10.5,
        )
        if several:
            axes.text(
                x + side / 2,
                y + side + 0.33,
                str(erring[number]),
                ha="center",
                va="center_baseline",
                size=SMALL,
                color=legible_on(fill),
                bbox={"boxstyle": "round,pad=0.18", "facecolor": fill, "linewidth": 0},
            )
        said.append(f"{label} taken for {votes.argmax()} ({erring[number]})")
    axes.set(xlim=limits[0], ylim=limits[1])
    figure.set_label(
        f"{title}, each with the commonest wrong answer and how many of {answers.shape[1]} "
        f"networks err: {', '.join(said)}."
    )
    return figure
