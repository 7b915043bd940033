"""A hundred networks as pictures: distributions, counts of errors, passes, misread digits.

One function a figure, of all networks of an arm of a study's record; `errors` takes several arms.
What is computed comes from `reproduction.studies.comparison`, every published number from
`reproduction.paper`. What these figures share with those of whole studies is in `arms`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reproduction.figures.arms import (
    WORDS,
    draw_diamond,
    lettered,
    limits_around,
    patterns_of,
    published_percents,
    said_of_diverged,
    said_of_dots,
    short_percent,
    sound_values,
    tick_percents,
)
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
    mixed,
    said_of_band,
    sheet,
    styled,
    whole_axes,
)
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies import comparison
from reproduction.studies.comparison import BY_HAND, Record

HARDEST = 24
"""So many of the hardest digits are shown."""


def _whose(record: Record, arm: str) -> str:
    """Say whose figures stand beside an arm's."""
    facts = comparison.published(record, arm)
    return "paper" if facts is comparison.COMPARED["LENET1"] else "sister paper"


# ---- Dots, one a network ----------------------------------------------------------------------

_LARGEST = 0.115
"""Inches from one dot to the next, at most."""


@dataclass(frozen=True)
class _Bins:
    """Where dots stand on each other: bins of equal width, one edge of them at a given place.

    `pitch` is how far dots on each other are apart, in inches.
    """

    width: float
    edge: float
    pitch: float

    def places(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where each value's dot stands, and how many dots stand below it."""
        numbers = np.floor((values - self.edge) / self.width + 1e-9)
        centres = self.edge + (numbers + 0.5) * self.width
        below = np.zeros(len(values), int)
        for number in np.unique(numbers):
            here = numbers == number
            below[here] = np.arange(here.sum())
        return centres, below


def _bins(
    samples: Sequence[np.ndarray],
    limits: tuple[float, float],
    room: tuple[float, float],
    at: float,
    step: float = 0.0,
) -> _Bins:
    """Choose the narrowest bins by which dots are large, or nearly as large as they can be.

    Parameters
    ----------
    samples : sequence of ndarray
    limits : (float, float)
        Of the axis.
    room : (float, float)
        Inches across and upward.
    at : float
        No bin reaches from below here to above.
    step : float
        In which values come, as shares of a number of patterns do: whole steps fall to a bin. 0
        if they are continuous.
    """
    inches = room[0] / (limits[1] - limits[0])
    edge = (floor(at / step + 1e-9) + 0.5) * step if step else at
    if step:
        most = ceil(_LARGEST / (step * inches))
        widths = [step * times for times in range(most, 0, -1)]
    else:
        widths = [_LARGEST * share / inches for share in np.linspace(1, 0.3, 15)]
    found = []
    for width in widths:
        bins = _Bins(width, edge, 0.0)
        highest = max(int(bins.places(each)[1].max(initial=0)) + 1 for each in samples)
        found.append(replace(bins, pitch=min(_LARGEST, width * inches, room[1] / highest)))
    largest = max(bins.pitch for bins in found)
    return min((b for b in found if b.pitch >= 0.8 * largest), key=lambda bins: bins.width)


def _draw_dots(axes: Axes, values: np.ndarray, bins: _Bins, colour: str, base: float = 0.0) -> None:
    """Draw a dot for each value, on axes whose heights are inches."""
    places, below = bins.places(values)
    axes.plot(
        places,
        base + (below + 0.5) * bins.pitch,
        "o",
        color=colour,
        markersize=72 * bins.pitch * 0.86,
        markeredgewidth=0,
        clip_on=False,
    )


# ---- Every published figure -------------------------------------------------------------------


@styled
def distributions(record: Record, arm: str) -> Figure:
    """Draw how each published figure lies among those of an arm's networks, a panel each.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str
        One that published figures can be put beside.

    Raises
    ------
    ValueError
        When there are none.
    """
    facts = comparison.published(record, arm)
    if not facts:
        raise ValueError(f"nothing is published that the arm {arm!r} could be put beside")
    lost = comparison.diverged(record, arm)
    columns, above, high, below = 2, 0.5, 1.2, 0.36
    band = above + high + below
    rows = -(-len(facts) // columns)
    figure = sheet(
        HEADING + 0.02 + rows * band,
        "The published figures among those of our networks",
        f"“{lettered(arm)}”: {said_of_dots(len(lost))}; line: the {_whose(record, arm)}; "
        "band: its rounding",
    )
    said = []
    between = 0.45
    width = (WIDTH - 2 * MARGIN - (columns - 1) * between) / columns
    for number, (name, fact) in enumerate(facts.items()):
        row, column = divmod(number, columns)
        left, top = MARGIN + column * (width + between), HEADING + 0.02 + row * band + above
        bottom = figure.get_figheight() - top - high
        axes = axes_in(figure, left, bottom, WIDTH - left - width, top)
        axes.set_ylim(0, high)
        said.append(_distribution(axes, name, fact, record, arm, (width, high)))
    figure.set_label(
        f"The figures of {len(lost)} networks by “{arm}” beside those published"
        f"{f', {said_of_diverged(lost)}' if lost.any() else ''}. {'; '.join(said)}."
    )
    return figure


def _distribution(
    axes: Axes, name: str, fact: Fact, record: Record, arm: str, room: tuple[float, float]
) -> str:
    """Draw a panel on axes whose heights are inches; return what it shows in words."""
    words = WORDS.get(name, name.replace("_", " ").replace(".", ", "))
    part, _, key = name.partition(".")
    percent = key == "error_percent" or key.startswith("rejected.")
    step = 100 / patterns_of(record, arm, part) if percent else 1.0 if key == "errors" else 0.0
    write = _written(name)
    lost = comparison.diverged(record, arm)
    values = sound_values(record, arm, name)
    colour = TRAIN_COLOUR if part == "train" else TEST_COLOUR
    slack = comparison.rounding(fact)
    axes.set_xlim(limits_around(np.append(values, (fact.value - slack, fact.value + slack)), 0.05))
    _dress_distribution(axes)
    axes.axvspan(fact.value - slack, fact.value + slack, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(fact.value, color=INK, linewidth=1.2, zorder=1)
    low, high = axes.get_xlim()
    right = fact.value - low > 0.5 * (high - low)
    axes.annotate(
        f"{_whose(record, arm)}: {_of_fact(fact)}",
        (fact.value, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-4 if right else 4, 0),
        textcoords="offset points",
        ha="right" if right else "left",
        va="top",
    )
    axes.text(0, 1 + 0.31 / room[1], words, transform=axes.transAxes, size=12)
    sides = f"all {len(lost)} networks diverged"
    if len(values):
        bins = _bins([values], (low, high), (room[0], room[1] - 0.24), fact.value, step)
        _draw_dots(axes, values, bins, colour)
        sides = _sides(values, fact, lost)
        axes.text(
            1,
            1 + 0.31 / room[1],
            f"median {write(float(np.median(values)))}",
            transform=axes.transAxes,
            ha="right",
            color=colour,
        )
    axes.text(0, 1 + 0.12 / room[1], sides, transform=axes.transAxes, color=QUIET, size=SMALL)
    median = f"ours {write(float(np.median(values)))} in the median, " if len(values) else ""
    published = f"{_whose(record, arm)} {_of_fact(fact)}"
    return f"{words.removesuffix(', %')}: {published}, {median}{sides.replace(' · ', ', ')}"


def _of_fact(fact: Fact) -> str:
    """Write a published figure; a count without its unit."""
    return f"{fact.value:g}" if fact.unit == "patterns" else str(fact)


def _sides(values: np.ndarray, fact: Fact, lost: np.ndarray) -> str:
    """Say how many networks lie on either side of what is published, and how many diverged."""
    slack = comparison.rounding(fact) + 1e-12
    below = int((values < fact.value - slack).sum())
    above = int((values > fact.value + slack).sum())
    same = len(values) - below - above
    where = "in the band" if comparison.rounding(fact) else "equal"
    said = [f"{below} of {len(lost)} below", f"{same} {where}", f"{above} above"]
    if not same:
        del said[1]
    if lost.any():
        said.append(f"{int(lost.sum())} diverged")
    return " · ".join(said)


def _written(figure: str) -> Callable[[float], str]:
    """Return how a figure's values are written."""
    if figure.endswith(".mse"):
        return lambda value: f"{value:.4f}"
    if figure.endswith(".errors"):
        return lambda value: f"{value:g}"
    return in_percent


def _dress_distribution(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))


# ---- Counts of errors -------------------------------------------------------------------------


@styled
def errors(record: Record, arms: Sequence[str] | None = None) -> Figure:
    """Draw the errors on handwritten test digits of arms one above the other, a dot a network.

    Parameters
    ----------
    record : mapping
        A study's record.
    arms : sequence of str, optional
        By default all.
    """
    arms = tuple(arms or record["arms"])
    samples = {arm: sound_values(record, arm, f"{BY_HAND}.errors") for arm in arms}
    facts = {arm: _published_errors(record, arm) for arm in arms}
    shown = np.concatenate(
        [*samples.values(), np.array([fact.value for fact in facts.values() if fact])]
    )
    limits = limits_around(shown if len(shown) else np.array([0.0, 1.0]), 0.04)
    across = WIDTH - 2 * MARGIN
    bins = _bins(list(samples.values()), limits, (across, 1.25), limits[0], 1.0)
    stacks = [bins.places(each)[1].max(initial=0) + 1 for each in samples.values()]
    heads, gap = 0.34, 0.2
    bands = [max(0.2, stack * bins.pitch) + heads + gap for stack in stacks]
    patterns, networks = patterns_of(record, arms[0], BY_HAND), len(record["seeds"])
    top = HEADING + 0.22
    figure = sheet(
        top + sum(bands) + 0.6,
        "Errors on the handwritten test digits",
        f"Of {patterns} digits; {said_of_dots(networks)}"
        + (f"; {bins.width:.0f} neighbouring counts share a stack" if bins.width > 1 else ""),
    )
    figure.text(
        MARGIN / WIDTH,
        1 - 0.75 / figure.get_figheight(),
        _said_of_counts([fact for fact in facts.values() if fact]),
        color=QUIET,
    )
    axes = axes_in(figure, MARGIN, 0.6, MARGIN, top)
    axes.set(xlim=limits, ylim=(0, sum(bands)))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(9, integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel("errors on handwritten test digits")
    said, base = [], sum(bands)
    for (arm, values), band in zip(samples.items(), bands, strict=True):
        base -= band
        said.append(_count_row(axes, record, arm, values, (base + 0.04, band - gap), bins))
    figure.set_label(
        f"Errors of {networks} networks on {patterns} handwritten test digits. {'; '.join(said)}."
    )
    return figure


def _count_row(
    axes: Axes,
    record: Record,
    arm: str,
    values: np.ndarray,
    place: tuple[float, float],
    bins: _Bins,
) -> str:
    """Draw an arm's dots between a base and a height; return what they show in words."""
    (base, height), (low, high) = place, axes.get_xlim()
    axes.plot((low, high), (base, base), color=SHADE, linewidth=0.9, zorder=0)
    axes.text(low, base + height - 0.05, f"“{lettered(arm)}”", size=12, va="center_baseline")
    lost, fact = comparison.diverged(record, arm), _published_errors(record, arm)
    said = [f"median {np.median(values):g}"] if len(values) else []
    said += [said_of_diverged(lost)] if lost.any() else []
    _draw_dots(axes, values, bins, TEST_COLOUR, base)
    look: dict[str, Any] = {"ha": "right", "va": "center_baseline", "color": TEST_COLOUR}
    axes.text(high, base + height - 0.05, ", ".join(said), **look)
    if len(values):
        said.insert(1, f"{values.min():g} to {values.max():g}")
    if fact is not None:
        top, counts = base + height - 0.26, _same_counts(fact)
        ends = (counts[0] - 0.5, counts[-1] + 0.5)
        axes.fill_between(ends, base, top, color=SHADE, linewidth=0, zorder=0)
        axes.plot((fact.value, fact.value), (base, top), color=INK, linewidth=1.2, zorder=1)
        draw_diamond(axes, fact.value, top)
        fewer = int((values < fact.value).sum())
        said.append(f"{fewer} of {len(lost)} networks make fewer than the published {fact.value:g}")
    return f"{arm}: {', '.join(said)}"


def _said_of_counts(facts: Sequence[Fact]) -> str:
    """Say what the diamonds are, and the bands below them."""
    said = []
    for fact in dict.fromkeys(facts):
        counts = _same_counts(fact)
        whose = (
            "paper" if fact is PUBLISHED["LENET1"]["test_handwritten.errors"] else "sister paper"
        )
        words = f"the {whose}’s {fact.value:g}"
        if len(counts) > 1:
            words += f", with {counts[0]} to {counts[-1]} that round to its rate as well"
        said.append(words)
    return f"Diamond: {', and '.join(said)}" if said else ""


def _same_counts(fact: Fact) -> list[float]:
    """Return all counts that agree with a published one: those that round to the paper's rate.

    The sister paper prints the count itself.
    """
    if fact is not PUBLISHED["LENET1"]["test_handwritten.errors"]:
        return [fact.value]
    rate, patterns = (
        PUBLISHED["LENET1"]["test.error_percent"],
        int(PUBLISHED["LENET1"]["test_patterns"].value),
    )
    slack = comparison.rounding(rate) + 1e-12
    return [n for n in range(patterns) if abs(100 * n / patterns - rate.value) <= slack]


def _published_errors(record: Record, arm: str) -> Fact | None:
    """Give the published count of errors on handwritten test digits, if there is one."""
    facts = comparison.published(record, arm)
    if facts is comparison.COMPARED["LENET1"]:
        return PUBLISHED["LENET1"]["test_handwritten.errors"]
    return facts.get(f"{BY_HAND}.errors")


# ---- Pass by pass -----------------------------------------------------------------------------


@styled
def curves(record: Record, arm: str) -> Figure:
    """Draw the errors on training and on handwritten test digits after every pass.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        The record of a study that was followed.
    arm : str
    """
    sound = ~comparison.diverged(record, arm)
    published = published_percents(record, arm)
    figure = sheet(4.5, f"Error by pass: “{lettered(arm)}”", _said_of_curves(~sound))
    axes = axes_in(figure, 0.75, 0.55, 1.85, HEADING + 0.1)
    percents = {
        part: _followed_percent(record, arm, part)[sound].T for part in ("train", BY_HAND)
    }
    marks = [published[part] for part in percents if part in published]
    _dress_curves(axes, np.concatenate([*[each.ravel() for each in percents.values()], marks]))
    ends, said = [], []
    for (part, percent), colour, words in zip(
        percents.items(),
        (TRAIN_COLOUR, TEST_COLOUR),
        ("training digits", "handwritten test digits"),
        strict=True,
    ):
        axes.set_xlim(0.5, len(percent) + 0.5)
        lines = [words]
        if percent.size:
            draw_band(axes, 1 + np.arange(len(percent)), percent, colour, steps=False)
            lines.append(in_percent(float(np.median(percent[-1]))))
            ends.append((float(np.median(percent[-1])), colour, lines))
        elif part in published:
            ends.append((published[part], colour, lines))
        if part in published:
            draw_diamond(axes, len(percent), published[part])
            lines.append(f"◆ {_whose(record, arm)}: {short_percent(published[part])}")
        said.append(", ".join(lines).replace("◆ ", ""))
    _name_ends(axes, ends)
    figure.set_label(
        f"Error by pass of {len(sound)} networks by “{arm}”. Medians after {len(percent)} passes: "
        f"{'; '.join(said)}."
    )
    return figure


def _said_of_curves(lost: np.ndarray) -> str:
    if lost.all():
        return "No network has learned"
    said = said_of_band(int((~lost).sum()))
    return f"{int(lost.sum())} diverged, not shown; {said.lower()}" if lost.any() else said


def _followed_percent(record: Record, arm: str, part: str) -> np.ndarray:
    """Give the errors after every pass in percent of a part: (networks, passes)."""
    return 100 * comparison.followed(record, arm, part) / patterns_of(record, arm, part)


def _dress_curves(axes: Axes, values: np.ndarray) -> None:
    """Give the axes a logarithmic scale that holds all error rates but 0."""
    known = values[values > 0] if (values > 0).any() else np.ones(1)
    low, high = float(known.min()) / 1.2, float(known.max()) * 1.2
    axes.set_yscale("log", nonpositive="clip")
    axes.set(ylim=(low, high), xlabel="pass", ylabel="error, % of digits")
    tick_percents(axes.yaxis, low, high)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    axes.grid(axis="y")


def _name_ends(axes: Axes, ends: Sequence[tuple[float, str, Sequence[str]]]) -> None:
    """Name the two lines to the right of the axes: in colour, and last in ink the paper's."""
    height = axes.get_window_extent().height / axes.figure.dpi  # inches
    line, places = 0.19, []
    for at, _, _ in ends:
        fraction = float(axes.transAxes.inverted().transform(axes.transData.transform((1, at)))[1])
        places.append(fraction * height)
    apart = 3.6 * line
    if len(places) > 1 and abs(places[1] - places[0]) < apart:
        middle, sign = sum(places) / 2, 1 if places[1] >= places[0] else -1
        places = [middle - sign * apart / 2, middle + sign * apart / 2]
    for place, (_, colour, lines) in zip(places, ends, strict=True):
        for number, text in enumerate(lines):
            axes.text(
                1.04,
                (max(place, line) + line * (1 - number)) / height,
                text,
                transform=axes.transAxes,
                va="center_baseline",
                color=INK if text.startswith("◆") else colour,
                size=12 if number == 1 and not text.startswith("◆") else 10.5,
            )


# ---- Misread digits ---------------------------------------------------------------------------


@styled
def misread(record: Record, arm: str, images: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw how many networks misread each handwritten test digit, and the hardest digits.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str
    images : ndarray, shape (n, height, width)
        The handwritten test digits, -1 paper and 1 ink.
    labels : ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        When all networks diverged.
    """
    lost = comparison.diverged(record, arm)
    if lost.all():
        raise ValueError(f"no network of the arm {arm!r} has learned")
    wrong = comparison.misread(record, arm)[:, ~lost]
    networks = wrong.shape[1]
    counts = wrong.sum(axis=1)
    hardest = np.argsort(-counts, kind="stable")[:HARDEST]
    columns, side, cell = 8, 0.62, 0.8175
    rows = -(-HARDEST // columns)
    curve, row_height = 2.05, 0.98
    top = HEADING + 0.15 + curve + 0.95
    figure = sheet(
        top + rows * row_height + 0.02,
        "How many networks misread a digit?",
        f"“{lettered(arm)}”: the {len(counts)} handwritten test digits, from the most misread on"
        + (f"; {said_of_diverged(lost)}, left out" if lost.any() else ""),
    )
    axes = axes_in(
        figure, 0.75, figure.get_figheight() - HEADING - 0.15 - curve, MARGIN, HEADING + 0.15
    )
    said = _draw_misread_curve(axes, np.sort(counts)[::-1], networks)
    whole = whole_axes(figure)
    whole.text(MARGIN, top - 0.2, _said_of_hardest(counts, networks), size=12)
    limits = whole.get_xlim(), whole.get_ylim()
    ink = LinearSegmentedColormap.from_list("ink", [PAPER_COLOUR, INK])
    for number, digit in enumerate(hardest.tolist()):
        row, column = divmod(number, columns)
        x, y = MARGIN + column * cell + (cell - side) / 2, top + row * row_height
        extent = (x, x + side, y + side, y)
        whole.imshow(images[digit], cmap=ink, vmin=-1, vmax=1, extent=extent, aspect="auto")
        share = 100 * counts[digit] / networks
        whole.text(
            x + side / 2,
            y + side + 0.15,
            f"{labels[digit]}: {share:.0f} %",
            ha="center",
            va="center_baseline",
        )
    whole.set(xlim=limits[0], ylim=limits[1])
    shares = [f"{labels[n]} ({100 * counts[n] / networks:.0f} %)" for n in hardest]
    figure.set_label(
        f"Of {len(counts)} handwritten test digits, {said}. The hardest, with the share of "
        f"{networks} networks that misread them: {', '.join(shares)}."
    )
    return figure


def _draw_misread_curve(axes: Axes, counts: np.ndarray, networks: int) -> str:
    """Draw the falling counts as steps, with the digits misread by all, half, one; tell these."""
    some = int((counts > 0).sum())
    right = max(some, 1) * 1.04
    ends = np.arange(len(counts) + 1)
    axes.stairs(counts, ends, fill=True, color=mixed(SHADE, TEST_COLOUR, 0.35), linewidth=0)
    axes.stairs(counts, ends, color=TEST_COLOUR, linewidth=1.7)
    axes.set(xlim=(0, right), ylim=(0, networks * 1.12), ylabel="networks that misread it")
    axes.set_xlabel("digits, the most misread first")
    axes.set_yticks(sorted({0, (networks + 1) // 2, networks}))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    said = []
    marks = {  # of few networks, half or all of them can be one
        1: "at least one",
        (networks + 1) // 2: "at least half of them",
        networks: f"all {networks}" if networks > 1 else "the only network",
    }
    none = f", {len(counts) - some} by none"
    for least, words in sorted(marks.items(), reverse=True):
        digits = int((counts >= least).sum())
        said.append(f"{digits} are misread by {words}")
        axes.plot(digits, least, "o", color=INK, markersize=5, clip_on=False, zorder=4)
        axes.annotate(
            f"{digits} by {words}" + (none if least == min(marks) else ""),
            (digits, least),
            xytext=(-4, 14) if digits > 0.55 * right else (8, 4),
            textcoords="offset points",
            ha="right" if digits > 0.55 * right else "left",
        )
    return ", ".join(said) + none


def _said_of_hardest(counts: np.ndarray, networks: int) -> str:
    """Say which digits are shown; where equals are left out, how many there are."""
    hardest = np.sort(counts)[::-1][:HARDEST]
    equal = int((counts == networks).sum())
    if equal > len(hardest):
        return f"The first {len(hardest)} of the {equal} that all misread, and what they are"
    return f"The {len(hardest)} hardest: what they are, and the networks that misread them"
