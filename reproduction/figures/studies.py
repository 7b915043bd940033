"""Studies as pictures: distributions, passes, misread digits, arms side by side, two maps.

One function a figure, from a study's record as `reproduction.studies` writes it. What is computed
comes from `reproduction.comparison`, every published number from `reproduction.paper`. A network
that diverged is left out of medians and dots, and counted. A diamond is what was published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reproduction import comparison
from reproduction.comparison import HANDWRITTEN, Fit, Interval, Record
from reproduction.figures.sheet import (
    HEADING,
    INK,
    LOOK,
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
    said_of_band,
    sheet,
    styled,
    whole_axes,
)
from reproduction.learning import ETA, RULE, Stage
from reproduction.paper import PAPER, Fact
from reproduction.questions import MUS, RATIOS, cell
from reproduction.studies import Arm, study_of

FITS_COLOUR, UNFIT_COLOUR = (
    to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"][2:4]
)

HARDEST = 24
"""So many of the hardest digits are shown."""

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_RECIPE_STAGE = (ETA, RULE)


# ---- What the figures share -------------------------------------------------------------------


def _sound(record: Record, arm: str, figure: str) -> np.ndarray:
    """Give a figure of the networks that have not diverged."""
    return comparison.values(record, arm, figure)[~comparison.diverged(record, arm)]


def _name(arm: str) -> str:
    """Return an arm's name as it is drawn: with letters for mu and eta."""
    return re.sub(r"\beta\b", "η", re.sub(r"\bmu\b", "μ", arm))


def _said_of_diverged(lost: np.ndarray) -> str:
    """Say how many networks diverged; empty if none did."""
    count = int(lost.sum())
    if count == len(lost):
        return f"all {count} diverged" if count > 1 else "it diverged"
    return f"{count} of {len(lost)} diverged" if count else ""


def _patterns(record: Record, arm: str, part: str) -> int:
    bank = next(bank for bank in record["banks"] if bank["arm"] == arm)
    return int(bank["sets"][part]["patterns"])


def _published_percents(record: Record, arm: str) -> dict[str, float]:
    """Give the published error rates that stand beside an arm's, by the set, in percent."""
    facts = comparison.published(record, arm)
    found = {}
    for figure, fact in facts.items():
        part, _, key = figure.partition(".")
        if key == "error_percent":
            found[part] = fact.value
        elif key == "errors":
            found[part] = 100 * fact.value / _patterns(record, arm, part)
    if facts is comparison.WHOLE:
        found[HANDWRITTEN] = PAPER["test_handwritten_error_percent"].value
    return found


def _published_errors(record: Record, arm: str) -> Fact | None:
    """Give the published count of errors on handwritten test digits, if there is one."""
    facts = comparison.published(record, arm)
    if facts is comparison.WHOLE:
        return PAPER["test_handwritten_errors"]
    return facts.get(f"{HANDWRITTEN}.errors")


def _said_of_dots(networks: int) -> str:
    """Say what a dot is."""
    return f"a dot is one of {networks} networks" if networks > 1 else "the dot is the only network"


def _short_percent(value: float) -> str:
    return f"{round(value, 2):g} %"


def _whose(record: Record, arm: str) -> str:
    """Say whose figures stand beside an arm's."""
    facts = comparison.published(record, arm)
    return "paper" if facts is comparison.WHOLE else "sister paper"


def _fits(record: Record, arm: str) -> tuple[Fit, ...]:
    """Put the published figures beside an arm's; none beside a single network."""
    return () if len(record["seeds"]) < 2 else tuple(comparison.fits(record, arm))


def _diamond(axes: Axes, x: float, y: float, size: float = 7.5) -> None:
    """Draw the paper's mark."""
    axes.plot(
        x, y, "D", color=INK, markersize=size, markeredgecolor=PAPER_COLOUR, clip_on=False, zorder=5
    )


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


def _limits(values: np.ndarray, margin: float = 0.06) -> tuple[float, float]:
    """Give an axis some room on both sides of what it shows."""
    low, high = float(values.min()), float(values.max())
    aside = margin * (high - low) or 0.05 * abs(high) or 0.5
    return low - aside, high + aside


# ---- Every published figure -------------------------------------------------------------------

WORDS = {
    "train.error_percent": "train error, %",
    "train.errors": "train errors",
    "train.mse": "train MSE",
    "test.error_percent": "test error, %",
    "test.mse": "test MSE",
    "test.rejected.thresholds": "rejected for 1 % error, %",
    "test_handwritten.error_percent": "test error, %",
    "test_handwritten.errors": "test errors",
    "test_handwritten.mse": "test MSE",
    "test_handwritten.rejected.thresholds": "handwritten rejected, %",
    "test_handwritten.rejected.difference": "rejected for 1 % error, %",
}
"""What published figures are called above their panels."""


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
        f"“{_name(arm)}”: {_said_of_dots(len(lost))}; line: the {_whose(record, arm)}; "
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
        f"{f', {_said_of_diverged(lost)}' if lost.any() else ''}. {'; '.join(said)}."
    )
    return figure


def _distribution(
    axes: Axes, name: str, fact: Fact, record: Record, arm: str, room: tuple[float, float]
) -> str:
    """Draw a panel on axes whose heights are inches; return what it shows in words."""
    words = WORDS.get(name, name.replace("_", " ").replace(".", ", "))
    part, _, key = name.partition(".")
    percent = key == "error_percent" or key.startswith("rejected.")
    step = 100 / _patterns(record, arm, part) if percent else 1.0 if key == "errors" else 0.0
    write = _written(name)
    lost = comparison.diverged(record, arm)
    values = _sound(record, arm, name)
    colour = TRAIN_COLOUR if part == "train" else TEST_COLOUR
    slack = comparison.rounding(fact)
    axes.set_xlim(_limits(np.append(values, (fact.value - slack, fact.value + slack)), 0.05))
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
    samples = {arm: _sound(record, arm, f"{HANDWRITTEN}.errors") for arm in arms}
    facts = {arm: _published_errors(record, arm) for arm in arms}
    shown = np.concatenate(
        [*samples.values(), np.array([fact.value for fact in facts.values() if fact])]
    )
    limits = _limits(shown if len(shown) else np.array([0.0, 1.0]), 0.04)
    across = WIDTH - 2 * MARGIN
    bins = _bins(list(samples.values()), limits, (across, 1.25), limits[0], 1.0)
    stacks = [bins.places(each)[1].max(initial=0) + 1 for each in samples.values()]
    heads, gap = 0.34, 0.2
    bands = [max(0.2, stack * bins.pitch) + heads + gap for stack in stacks]
    patterns, networks = _patterns(record, arms[0], HANDWRITTEN), len(record["seeds"])
    top = HEADING + 0.22
    figure = sheet(
        top + sum(bands) + 0.6,
        "Errors on the handwritten test digits",
        f"Of {patterns} digits; {_said_of_dots(networks)}"
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
    axes.text(low, base + height - 0.05, f"“{_name(arm)}”", size=12, va="center_baseline")
    lost, fact = comparison.diverged(record, arm), _published_errors(record, arm)
    said = [f"median {np.median(values):g}"] if len(values) else []
    said += [_said_of_diverged(lost)] if lost.any() else []
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
        _diamond(axes, fact.value, top)
        fewer = int((values < fact.value).sum())
        said.append(f"{fewer} of {len(lost)} networks make fewer than the published {fact.value:g}")
    return f"{arm}: {', '.join(said)}"


def _said_of_counts(facts: Sequence[Fact]) -> str:
    """Say what the diamonds are, and the bands below them."""
    said = []
    for fact in dict.fromkeys(facts):
        counts = _same_counts(fact)
        whose = "paper" if fact is PAPER["test_handwritten_errors"] else "sister paper"
        words = f"the {whose}’s {fact.value:g}"
        if len(counts) > 1:
            words += f", with {counts[0]} to {counts[-1]} that round to its rate as well"
        said.append(words)
    return f"Diamond: {', and '.join(said)}" if said else ""


def _same_counts(fact: Fact) -> list[float]:
    """Return all counts that agree with a published one: those that round to the paper's rate.

    The sister paper prints the count itself.
    """
    if fact is not PAPER["test_handwritten_errors"]:
        return [fact.value]
    rate, patterns = PAPER["test_error_percent"], int(PAPER["test_patterns"].value)
    slack = comparison.rounding(rate) + 1e-12
    return [n for n in range(patterns) if abs(100 * n / patterns - rate.value) <= slack]


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
    published = _published_percents(record, arm)
    figure = sheet(4.5, f"Error by pass: “{_name(arm)}”", _said_of_curves(~sound))
    axes = axes_in(figure, 0.75, 0.55, 1.85, HEADING + 0.1)
    percents = {
        part: _followed_percent(record, arm, part)[sound].T for part in ("train", HANDWRITTEN)
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
            _diamond(axes, len(percent), published[part])
            lines.append(f"◆ {_whose(record, arm)}: {_short_percent(published[part])}")
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
    """Give the errors after every pass in percent of a part: (networks, passes).

    Where there are no printed digits, a history calls the handwritten test digits "test".
    """
    bank = next(bank for bank in record["banks"] if bank["arm"] == arm)
    there = part if part in bank["history"] else "test"
    return 100 * comparison.followed(record, arm, there) / _patterns(record, arm, part)


def _dress_curves(axes: Axes, values: np.ndarray) -> None:
    """Give the axes a logarithmic scale that holds all error rates but 0."""
    known = values[values > 0] if (values > 0).any() else np.ones(1)
    low, high = float(known.min()) / 1.2, float(known.max()) * 1.2
    axes.set_yscale("log", nonpositive="clip")
    axes.set(ylim=(low, high), xlabel="pass", ylabel="error, % of digits")
    axes.yaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if low <= tick <= high]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
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
        f"“{_name(arm)}”: the {len(counts)} handwritten test digits, from the most misread on"
        + (f"; {_said_of_diverged(lost)}, left out" if lost.any() else ""),
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


# ---- Arms against the first -------------------------------------------------------------------

_FAR = 6.0
"""An arm that is so many times as far from 0 as the one before it is off the axis."""


@dataclass(frozen=True)
class _Row:
    """An arm beside the first: its median of errors, the difference, who diverged, what fits."""

    arm: str
    median: float | None
    apart: Interval | None
    lost: np.ndarray
    fits: tuple[Fit, ...]

    @property
    def reach(self) -> float:
        """How far from 0 its interval goes."""
        return max(abs(self.apart.low), abs(self.apart.high)) if self.apart else 0.0

    @property
    def said(self) -> str:
        """The row in words."""
        words = [] if self.median is None else [f"median {self.median:g}"]
        if self.apart:
            words.append(_said_of_interval(self.apart))
        if self.lost.any():
            words.append(_said_of_diverged(self.lost))
        if self.fits:
            unfit = sum(not fit.fits for fit in self.fits)
            fit = f"{unfit} of {len(self.fits)} published figures do not fit"
            words.append(fit if unfit else "every published figure fits")
        return f"{self.arm}: {', '.join(words)}"


def _said_of_interval(apart: Interval) -> str:
    return f"{apart.mean:+.1f} ({apart.low:+.1f} to {apart.high:+.1f})"


def _row(record: Record, arm: str, first: str) -> _Row:
    lost = comparison.diverged(record, arm)
    figure = f"{HANDWRITTEN}.errors"
    counts = comparison.values(record, arm, figure)
    pairs = ~(lost | comparison.diverged(record, first))
    apart = None
    if arm != first and pairs.sum() > 1:
        other = comparison.values(record, first, figure)
        apart = comparison.mean_interval((counts - other)[pairs])
    median = float(np.median(counts[~lost])) if not lost.all() else None
    return _Row(arm, median, apart, lost, _fits(record, arm))


@styled
def differences(record: Record) -> Figure:
    """Draw how many errors more each arm makes than the first, and whether it fits the paper.

    The mean of the differences on handwritten test digits, seed by seed, with its 95 % interval.
    Pairs of which a network diverged are left out, and the diverged are counted.

    Parameters
    ----------
    record : mapping
        A study's record.
    """
    first, *_ = arms = list(record["arms"])
    rows = [_row(record, arm, first) for arm in arms]
    band, top = 0.46, HEADING + 0.45
    networks = len(record["seeds"])
    figure = sheet(
        top + band * len(rows) + 1.0,
        f"Errors more or fewer than “{_name(first)}”",
        f"Mean over {networks} pairs of networks from the same seeds, with its 95 % interval"
        if networks > 1
        else "One network an arm, which is no sample",
    )
    left, right = 2.95, 1.15
    axes = axes_in(figure, left, figure.get_figheight() - top - band * len(rows), right, top)
    reach = _reach([row.reach for row in rows])
    axes.set(xlim=(-reach, reach), ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:+.0f}".replace("-", "−") if value else "0")
    )
    axes.set_xlabel("← fewer  handwritten test errors  more →")
    whole = whole_axes(figure)
    for x, text, side in (
        (left - 0.2, "median", "right"),
        (left + (WIDTH - left - right) / 2, _name(first), "center"),
        (WIDTH - MARGIN, "fits?" if any(row.fits for row in rows) else "", "right"),
    ):
        whole.text(x, top - 0.12, text, ha=side, color=QUIET, size=SMALL)
    for number, row in enumerate(rows):
        y = top + band * (number + 0.5)
        _name_row(whole, row, y, left)
        _draw_row(axes, row, number, reach, is_first=number == 0)
        _draw_fit(whole, row, WIDTH - right + 0.32, y)
    _legend_of_differences(whole, figure.get_figheight() - 0.25, any(row.fits for row in rows))
    figure.set_label(
        f"Errors on handwritten test digits more than by “{first}”, mean of {networks} pairs with "
        f"95 % interval. {'; '.join(row.said for row in rows)}."
    )
    return figure


def _reach(reaches: Sequence[float]) -> float:
    """Choose how far the axis goes: to the last arm that is not much farther than the others."""
    known = sorted(reach for reach in reaches if reach) or [1.0]
    chosen = known[0]
    for reach in known:
        if reach > _FAR * max(chosen, 2.0):
            break
        chosen = reach
    return 1.12 * chosen


def _name_row(whole: Axes, row: _Row, y: float, left: float) -> None:
    """Write an arm's name, who diverged, and its median."""
    lines = wrap(_name(row.arm), 32)
    lost = _said_of_diverged(row.lost)
    extra = [lost] if lost else []
    for number, text in enumerate([*lines, *extra]):
        shift = 0.17 * (number - (len(lines) + len(extra) - 1) / 2)
        is_name = number < len(lines)
        whole.text(
            MARGIN,
            y + shift,
            text,
            va="center_baseline",
            color=INK if is_name else UNFIT_COLOUR,
            size=10.5 if is_name else SMALL,
        )
    if row.median is not None:
        whole.text(left - 0.2, y, f"{row.median:g}", ha="right", va="center_baseline")


def _draw_row(axes: Axes, row: _Row, y: int, reach: float, is_first: bool) -> None:
    """Draw an arm's mean and interval; one that is off the axis as an arrow with its numbers."""
    axes.axhline(y, color=SHADE, linewidth=0.9, zorder=0)
    if is_first:
        axes.plot(0, y, "o", color=QUIET, markersize=7)
        return
    if row.apart is None:
        axes.text(0, y, "no pair to compare", ha="center", va="center_baseline", color=QUIET)
        axes.texts[-1].set_bbox({"facecolor": PAPER_COLOUR, "linewidth": 0, "pad": 2})
        return
    apart = row.apart
    if row.reach > reach:
        sign = 1 if apart.mean > 0 else -1
        mark = ">" if sign > 0 else "<"
        axes.plot(sign * reach, y, mark, color=TEST_COLOUR, markersize=8, clip_on=False)
        axes.text(
            0.93 * sign * reach,
            y,
            f"{apart.mean:+.0f} ({apart.low:+.0f} to {apart.high:+.0f})".replace("-", "−"),
            ha="right" if sign > 0 else "left",
            va="center_baseline",
            color=TEST_COLOUR,
            bbox={"facecolor": PAPER_COLOUR, "linewidth": 0, "pad": 2},
        )
        return
    axes.plot((apart.low, apart.high), (y, y), color=TEST_COLOUR, linewidth=2.2)
    axes.plot(
        apart.mean,
        y,
        "o",
        color=TEST_COLOUR if apart.excludes_zero else PAPER_COLOUR,
        markeredgecolor=TEST_COLOUR,
        markeredgewidth=1.6,
        markersize=7,
    )


def _draw_fit(whole: Axes, row: _Row, x: float, y: float) -> None:
    """Draw a tick where every published figure fits, else a cross and how many do not."""
    unfit = sum(not fit.fits for fit in row.fits)
    if not row.fits:
        whole.text(x, y, "–", ha="center", va="center_baseline", color=QUIET)
    elif not unfit:
        _tick(whole, x, y)
    else:
        _cross(whole, x, y)
        whole.text(
            WIDTH - MARGIN,
            y,
            f"{unfit} of {len(row.fits)}",
            ha="right",
            va="center_baseline",
            size=SMALL,
            color=UNFIT_COLOUR,
        )


def _tick(whole: Axes, x: float, y: float) -> None:
    marks = (x - 0.07, x - 0.02, x + 0.08), (y + 0.0, y + 0.06, y - 0.07)
    whole.plot(*marks, color=FITS_COLOUR, linewidth=2.2, solid_joinstyle="miter")


def _cross(whole: Axes, x: float, y: float) -> None:
    whole.plot(x, y, "x", color=UNFIT_COLOUR, markersize=8, markeredgewidth=2)


def _legend_of_differences(whole: Axes, y: float, judged: bool) -> None:
    """Say what a full dot is, and what ticks and crosses are if there are any."""
    look: dict[str, Any] = {"va": "center_baseline", "size": SMALL}
    x = MARGIN + 0.08
    if judged:
        _tick(whole, x, y)
        whole.text(x + 0.18, y, "all published figures fit", **look)
        _cross(whole, x + 2.0, y)
        whole.text(x + 2.15, y, "so many do not", **look)
        x += 3.4
    for shift, fill, words in (
        (0, TEST_COLOUR, "interval without 0"),
        (1.6, PAPER_COLOUR, "with 0"),
    ):
        edge: dict[str, Any] = {"markeredgecolor": TEST_COLOUR, "markeredgewidth": 1.6}
        whole.plot(x + shift, y, "o", color=fill, markersize=7, **edge)
        whole.text(x + shift + 0.15, y, words, **look)


# ---- The map of eta and mu --------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    """A pair of mu and eta: the training error of the networks that learned, and who did not."""

    median: float | None
    lost: np.ndarray
    fits: bool
    is_recipe: bool


@styled
def eta_and_mu(record: Record) -> Figure:
    """Draw where mu and eta lead: the median training error, who diverged, what fits the paper.

    Medians are those of the networks that did not diverge.

    Parameters
    ----------
    record : mapping
        The record of the study "eta-and-mu", or of some of its arms.
    """
    arms = {arm.name: arm for arm in study_of(record).arms}
    cells = {
        (row, column): _cell(record, arms[cell(mu, ratio)])
        for row, mu in enumerate(MUS)
        for column, ratio in enumerate(RATIOS)
        if cell(mu, ratio) in arms
    }
    networks = len(record["seeds"])
    width, height, left, top = 1.17, 0.58, 0.85, HEADING + 0.62
    figure = sheet(
        top + height * len(MUS) + 0.8,
        "Where η and μ lead",
        f"Median training error in % of the networks that learned, of {networks}; darker: more",
    )
    whole = whole_axes(figure)
    shade = _shades(list(cells.values()))
    for (row, column), each in cells.items():
        corner = left + column * width, top + row * height
        _draw_cell(whole, each, corner, (width, height), shade)
    middle = left + width * len(RATIOS) / 2
    whole.text(
        middle, top - 0.42, "η/μ, the rate of a weight without curvature", ha="center", color=QUIET
    )
    for column, ratio in enumerate(RATIOS):
        whole.text(left + width * (column + 0.5), top - 0.13, f"{ratio:g}", ha="center", size=12)
    whole.text(MARGIN + 0.06, top - 0.13, "μ", color=QUIET, ha="center")
    for row, mu in enumerate(MUS):
        place = left - 0.12, top + height * (row + 0.5)
        whole.text(*place, f"{mu:g}", ha="right", va="center_baseline", size=12)
    _map_legend(whole, figure.get_figheight() - 0.4)
    figure.set_label(_map_in_words(cells, networks))
    return figure


def _cell(record: Record, arm: Arm) -> _Cell:
    lost = comparison.diverged(record, arm.name)
    sound = _sound(record, arm.name, "train.error_percent")
    median = float(np.median(sound)) if len(sound) else None
    stage: Stage = arm.recipe.stages[-1]
    is_recipe = (stage.eta, stage.rule) == _RECIPE_STAGE
    fits = _fits(record, arm.name)
    return _Cell(median, lost, bool(fits) and all(fit.fits for fit in fits), is_recipe)


def _shades(cells: Sequence[_Cell]) -> Callable[[float], tuple[float, ...]]:
    """Return the colour of an error: pale the least, dark the most, on a logarithmic scale.

    The most is that of a cell in which no network diverged; more than it is as dark.
    """
    known = [each.median for each in cells if each.median and not each.lost.any()] or [1.0]
    low, high = min(known), max(known)

    def shade(value: float) -> tuple[float, ...]:
        span = np.log(high / low)
        share = float(np.log(min(max(value, low), high) / low) / span) if span else 0.0
        if share < 0.5:
            return mixed(PAPER_COLOUR, TRAIN_COLOUR, 0.14 + 1.72 * share)
        return mixed(TRAIN_COLOUR, INK, 0.8 * (share - 0.5))

    return shade


def _draw_cell(
    whole: Axes,
    each: _Cell,
    corner: tuple[float, float],
    size: tuple[float, float],
    shade: Callable[[float], tuple[float, ...]],
) -> None:
    """Draw a cell: its colour, its number, hatched where networks diverged, framed if it fits."""
    (x, y), (width, height) = corner, size
    fill = mixed(PAPER_COLOUR, SHADE, 0.5) if each.median is None else shade(each.median)
    ink = legible_on(fill)
    _box(whole, (x, y), size, 0.02, facecolor=fill, linewidth=0)
    if each.lost.any():
        hatched = {"hatch": "/////", "edgecolor": ink, "alpha": 0.4}
        _box(whole, (x, y), size, 0.02, fill=False, linewidth=0, **hatched)
        _box(whole, (x, y), size, 0.07, facecolor=fill, linewidth=0)
    if each.fits:
        _box(whole, (x, y), size, 0.035, fill=False, edgecolor=INK, linewidth=2.4)
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": ink}
    middle, centre = x + width / 2, y + height / 2
    both = each.median is not None and each.lost.any()
    if each.median is not None:
        whole.text(middle, centre - 0.09 * both, f"{each.median:.2f}", size=12, **look)
    if each.lost.any():
        said = _said_of_diverged(each.lost)
        whole.text(middle, centre + 0.11 * both, said, size=SMALL, **look)
    if each.is_recipe:
        whole.plot(x + 0.14, y + 0.14, "*", color=ink, markersize=7, markeredgewidth=0)


def _box(
    whole: Axes,
    corner: tuple[float, float],
    size: tuple[float, float],
    inside: float,
    **look: Any,
) -> None:
    """Draw a rectangle so far inside of another; lengths in inches."""
    (x, y), (width, height) = corner, size
    place = (x + inside, y + inside), width - 2 * inside, height - 2 * inside
    whole.add_patch(Rectangle(*place, **look))


def _map_legend(whole: Axes, y: float) -> None:
    """Say what frame, hatching and star are."""
    x, size = 0.9, (0.3, 0.2)
    _box(whole, (x, y - 0.1), size, 0.0, fill=False, edgecolor=INK, linewidth=2.4)
    whole.text(x + 0.4, y, "all published figures fit", va="center_baseline", size=SMALL)
    x += 2.15
    _box(whole, (x, y - 0.1), size, 0.0, fill=False, hatch="/////", edgecolor=QUIET, linewidth=0)
    whole.text(x + 0.4, y, "networks diverged", va="center_baseline", size=SMALL)
    x += 1.85
    whole.plot(x + 0.1, y, "*", color=INK, markersize=8, markeredgewidth=0)
    whole.text(x + 0.25, y, "the recipe as it stands", va="center_baseline", size=SMALL)


def _map_in_words(cells: Mapping[tuple[int, int], _Cell], networks: int) -> str:
    said = []
    for row, mu in enumerate(MUS):
        of_row = []
        for column, ratio in enumerate(RATIOS):
            each = cells.get((row, column))
            if each is None:
                continue
            words = [] if each.median is None else [in_percent(each.median)]
            words += [_said_of_diverged(each.lost)] if each.lost.any() else []
            words += ["all published figures fit"] if each.fits else []
            of_row.append(f"{ratio:g} {', '.join(words)}")
        if of_row:
            said.append(f"mu {mu:g}: {'; '.join(of_row)}")
    return (
        f"Median training error of {networks} networks by mu and eta/mu, diverged ones left out. "
        f"{'. '.join(said)}."
    )


# ---- The relatives ----------------------------------------------------------------------------


@styled
def relatives(record: Record) -> Figure:
    """Draw what every arm reaches, with its parameters: test error and what is rejected for 1 %.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        The record of the study "relatives", or of others whose arms differ in architecture.
    """
    arms = study_of(record).arms
    panels = (
        ("error_percent", "test error, %"),
        ("rejected.difference", "rejected for 1 % error, %"),
    )
    band, top = 0.5, HEADING + 0.5
    networks = len(record["seeds"])
    figure = sheet(
        top + band * len(arms) + 0.4,
        "LeNet-1 and its relatives",
        f"Handwritten test digits; {_said_of_dots(networks)}, tick: median, diamond: published",
    )
    if any(arm.architecture.name == "LENET1" for arm in arms):
        figure.text(
            MARGIN / WIDTH,
            1 - 0.75 / figure.get_figheight(),
            "Ours reject by difference; the paper by thresholds, after learning printed digits too",
            color=QUIET,
        )
    whole = whole_axes(figure)
    said = {arm.name: [_said_of_parameters(arm)] for arm in arms}
    left, between = 2.5, 0.35
    width = (WIDTH - MARGIN - left - between) / 2
    for number, arm in enumerate(arms):
        y = top + band * (number + 0.5)
        whole.text(MARGIN, y - 0.09, _name(arm.name), va="center_baseline")
        words = _said_of_parameters(arm)
        lost = comparison.diverged(record, arm.name)
        if lost.any():
            words += f", {_said_of_diverged(lost)}"
        whole.text(MARGIN, y + 0.1, words, va="center_baseline", color=QUIET, size=SMALL)
    for number, (key, words) in enumerate(panels):
        start = left + number * (width + between)
        bottom = figure.get_figheight() - top - band * len(arms)
        axes = axes_in(figure, start, bottom, WIDTH - start - width, top)
        whole.text(start, top - 0.1, words, size=12)
        for name, told in _relatives_panel(axes, record, arms, key).items():
            said[name].append(f"{words.removesuffix(', %')} {told}")
    rows = [f"{name}: {', '.join(each)}" for name, each in said.items()]
    words = f"Medians of {networks} networks on handwritten test digits"
    figure.set_label(f"{words}. {'; '.join(rows)}.")
    return figure


def _said_of_parameters(arm: Arm) -> str:
    return f"{arm.architecture.counts().parameters} parameters"


def _published_of_relative(record: Record, arm: Arm) -> dict[str, float]:
    """Give what is published of an arm's network, in percent, by the panel."""
    if arm.architecture.name == "LENET1":
        return {
            "error_percent": PAPER["test_handwritten_error_percent"].value,
            "rejected.difference": PAPER["reject_percent_handwritten"].value,
        }
    found = {}
    percents = _published_percents(record, arm.name)
    if HANDWRITTEN in percents:
        found["error_percent"] = percents[HANDWRITTEN]
    rejected = comparison.published(record, arm.name).get(f"{HANDWRITTEN}.rejected.difference")
    if rejected is not None:
        found["rejected.difference"] = rejected.value
    return found


def _relatives_panel(axes: Axes, record: Record, arms: Sequence[Arm], key: str) -> dict[str, str]:
    """Draw a panel of the relatives, a row an arm; return what it shows in words."""
    samples = {arm.name: _sound(record, arm.name, f"{HANDWRITTEN}.{key}") for arm in arms}
    published = {arm.name: _published_of_relative(record, arm).get(key) for arm in arms}
    marks = [value for value in published.values() if value is not None]
    shown = np.concatenate([*samples.values(), np.array(marks)])
    _scale_relatives(axes, shown if len(shown) else np.array([0.0, 1.0]))
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    said = {}
    for number, (name, values) in enumerate(samples.items()):
        told = []
        if len(values):
            ends = (float(values.min()), float(values.max()))
            axes.plot(ends, (number, number), color=SHADE, linewidth=6, zorder=1)
            heights = np.full(len(values), number)
            axes.plot(values, heights, "o", color=TEST_COLOUR, alpha=0.4, markersize=5.5, mew=0)
            median = float(np.median(values))
            tick = (number - 0.24, number + 0.24)
            axes.plot((median, median), tick, color=TEST_COLOUR, linewidth=2.2)
            told.append(in_percent(median))
        value = published[name]
        if value is not None:
            _diamond(axes, value, number)
            told.append(f"published {_short_percent(value)}")
        said[name] = " and ".join(told) or "unknown"
    return said


def _scale_relatives(axes: Axes, values: np.ndarray) -> None:
    """Give an axis all values; on a logarithmic scale if some are many times as large as others."""
    low, high = float(values.min()), float(values.max())
    if low <= 0 or high < 4 * low:
        axes.set_xlim(_limits(values))
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        return
    axes.set_xscale("log")
    axes.set_xlim(low / 1.12, high * 1.12)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if low <= tick <= high]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
