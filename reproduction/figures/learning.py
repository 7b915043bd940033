"""Pictures of learning: first weights, gradients, curvature, rates, two rules, sixteen lanes.

One function a figure, from plain data, in the style of all figures (see `sheet`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

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
from reproduction.network import Architecture
from reproduction.network.initial_weights import INITIAL_RANGE

SECOND_COLOUR, FIRST_COLOUR = (
    to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"][2:4]
)
LAYER_COLOURS = (TRAIN_COLOUR, QUIET, TEST_COLOUR, SECOND_COLOUR, FIRST_COLOUR)
LAYER_MARKS = "osD^v"

_ERROR_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


# --- first weights --------------------------------------------------------------------------


@styled
def initial_weights(architecture: Architecture, parameters: np.ndarray) -> Figure:
    """Draw how first weights and biases are spread, by layer and number of inputs.

    Parameters
    ----------
    architecture : Architecture
    parameters : ndarray, shape (p, networks)
        All weights and biases before training.
    """
    groups = _groups_by_fan_in(architecture)
    columns = 3
    rows = -(-len(groups) // columns)
    networks = parameters.shape[1]
    figure = sheet(
        HEADING + 0.1 + 1.85 * rows,
        "Weights before training, by layer",
        f"Weights and biases of {networks} networks; each panel has its own scale",
    )
    width = (WIDTH - 2 * MARGIN - 0.3 * (columns - 1)) / columns
    sentences = []
    for number, (name, fan_in, members) in enumerate(groups):
        row, column = divmod(number, columns)
        left = MARGIN + column * (width + 0.3)
        top = HEADING + 0.4 + 1.85 * row
        height = figure.get_figheight() - top - 1.0
        axes = axes_in(figure, left, height, WIDTH - left - width, top)
        limit = INITIAL_RANGE / fan_in
        values = parameters[members].ravel()
        axes.hist(
            values, np.linspace(-limit, limit, 17).tolist(), color=LAYER_COLOURS[2], rwidth=0.88
        )
        axes.axvline(0, color=PAPER_COLOUR, linewidth=1)
        axes.set_xlim(-1.12 * limit, 1.12 * limit)
        axes.spines["left"].set_visible(False)
        axes.set_yticks([])
        axes.set_xticks([-limit, 0, limit], [f"−{limit:.3f}", "0", f"{limit:.3f}"])
        axes.set_title(f"{name},  F = {fan_in}", loc="left", size=11.5, pad=5)
        axes.set_xlabel(f"{len(members)} a network", color=QUIET, size=SMALL)
        sentences.append(
            f"{name}: F = {fan_in}, {len(members)} a network, from {values.min():.4f} to "
            f"{values.max():.4f}, within ±{limit:.4f}"
        )
    figure.set_label(
        f"Histograms of the first weights of {networks} networks, flat between the bounds. "
        f"{'; '.join(sentences)}."
    )
    return figure


def _groups_by_fan_in(architecture: Architecture) -> list[tuple[str, int, np.ndarray]]:
    """Give each layer's parameters, split by F where its units differ in it."""
    groups = []
    for layer in architecture.layers:
        places = [architecture.parameters[f"{layer.name}.{what}"][0] for what in _KINDS]
        members = np.concatenate([np.arange(place.start, place.stop) for place in places])
        for fan_in in np.unique(architecture.fan_in[members]):
            groups.append(
                (layer.name, int(fan_in), members[architecture.fan_in[members] == fan_in])
            )
    return groups


_KINDS = ("weights", "biases")


# --- two ways to one number -----------------------------------------------------------------


@styled
def against(
    architecture: Architecture,
    first: np.ndarray,
    second: np.ndarray,
    words: tuple[str, str, str, str],
    members: np.ndarray | None = None,
) -> Figure:
    """Draw two numbers of every weight against each other, by layer, on logarithmic axes.

    Points on the diagonal are equal. Only sizes are drawn; weights for which one of the two is 0
    are left out.

    Parameters
    ----------
    architecture : Architecture
    first, second : ndarray, shape (m,)
        Drawn to the right and upwards.
    words : tuple of str
        Title, subtitle, and what the two numbers are.
    members : ndarray of int, shape (m,), optional
        The weights meant; by default all.
    """
    title, subtitle, first_name, second_name = words
    members = np.arange(len(first)) if members is None else members
    across, up = np.abs(first), np.abs(second)
    shown = (across > 0) & (up > 0)
    figure = sheet(5.6, title, subtitle)
    axes = axes_in(figure, 0.95, 0.6, 1.55, HEADING + 0.1)
    axes.set(xscale="log", yscale="log", xlabel=first_name, ylabel=second_name)
    low = float(min(across[shown].min(), up[shown].min())) / 1.6
    high = float(max(across[shown].max(), up[shown].max())) * 1.6
    axes.set(xlim=(low, high), ylim=(low, high))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.plot([low, high], [low, high], color=QUIET, linewidth=0.9, zorder=1)
    sentences = []
    for number, layer in enumerate(architecture.layers):
        here = shown & np.isin(members, _members(architecture, layer.name))
        if not here.any():
            continue
        colour, mark = LAYER_COLOURS[number % 5], LAYER_MARKS[number % 5]
        axes.plot(
            across[here],
            up[here],
            mark,
            color=colour,
            markersize=4.5,
            markeredgecolor=PAPER_COLOUR,
            markeredgewidth=0.4,
            alpha=0.85,
            label=layer.name,
            zorder=3 - here.sum() / len(members),  # large layers behind small ones
        )
        share = float(np.median(up[here] / across[here]))
        sentences.append(f"{layer.name}: {here.sum()} weights, median ratio {share:.3g}")
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), handletextpad=0.3)
    figure.set_label(
        f"{title}. {second_name} against {first_name}, for single weights, beside the diagonal of "
        f"equality. {'; '.join(sentences)}."
    )
    return figure


def _members(architecture: Architecture, layer: str) -> np.ndarray:
    """Return the numbers of a layer's weights and biases."""
    places = [architecture.parameters[f"{layer}.{what}"][0] for what in _KINDS]
    return np.concatenate([np.arange(place.start, place.stop) for place in places])


# --- curvature and rates --------------------------------------------------------------------


@styled
def curvature_by_layer(
    architecture: Architecture, before: np.ndarray, after: np.ndarray, mu: float
) -> Figure:
    """Draw the curvature of every layer's weights and biases before and after training.

    Parameters
    ----------
    architecture : Architecture
    before, after : ndarray, shape (p, networks)
    mu : float
        The rule's mu, drawn as a line: curvature to its left hardly changes a rate.
    """
    names = list(architecture.parameters)
    networks = before.shape[1]
    figure = sheet(
        HEADING + 1.15 + 0.46 * len(names),
        "Curvature by layer",
        f"All weights of {networks} networks; dot: median, bar: middle half, line: 5 % to 95 %",
    )
    axes = axes_in(figure, 1.3, 0.6, MARGIN, HEADING + 0.35)
    axes.set(xscale="log", ylim=(len(names) - 0.4, -0.6), xlabel="curvature h")
    sentences = []
    for row, name in enumerate(names):
        place, _ = architecture.parameters[name]
        if row % 4 < 2:
            axes.axhspan(row - 0.5, row + 0.5, color=SHADE, alpha=0.5, linewidth=0, zorder=0)
        medians = []
        for aside, values, colour in (
            (-0.17, before[place], TRAIN_COLOUR),
            (0.17, after[place], TEST_COLOUR),
        ):
            low, lower, median, upper, high = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
            axes.hlines(row + aside, low, high, color=colour, linewidth=1.1)
            axes.hlines(row + aside, lower, upper, color=colour, linewidth=5, alpha=0.55)
            axes.plot(median, row + aside, "o", color=colour, markeredgecolor=PAPER_COLOUR)
            medians.append(f"{median:.2g}")
        sentences.append(f"{name} {medians[0]} to {medians[1]}")
    axes.set_yticks(range(len(names)), [name.replace(".", " ") for name in names])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.axvline(mu, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        f"μ = {mu:g}",
        (mu, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
    )
    left, right = axes.get_xlim()
    axes.set_xlim(left, right)
    for text, colour, x in (
        ("upper: before,", TRAIN_COLOUR, 0.0),
        ("lower: after training", TEST_COLOUR, 0.155),
    ):
        axes.annotate(
            text,
            (x, 1),
            xycoords="axes fraction",
            xytext=(0, 4),
            textcoords="offset points",
            color=colour,
        )
    figure.set_label(
        f"Median curvature of {networks} networks before and after training: "
        f"{'; '.join(sentences)}. mu is {mu:g}."
    )
    return figure


@styled
def rates_by_weight(architecture: Architecture, rates: np.ndarray, ceiling: float) -> Figure:
    """Draw the rate of every weight of one network, in columns by layer.

    Parameters
    ----------
    architecture : Architecture
    rates : ndarray, shape (p,)
        eta / (mu + h).
    ceiling : float
        eta / mu, the rate of a weight without curvature.
    """
    names = list(architecture.parameters)
    figure = sheet(
        4.9,
        "A rate for every weight",
        f"η/(μ + h) of the {len(rates)} weights and biases of one trained network, a dot each",
    )
    axes = axes_in(figure, 0.85, 0.85, MARGIN, HEADING + 0.3)
    axes.set(yscale="log", xlim=(-0.5, len(names) - 0.5), ylabel="rate")
    sentences = []
    for column, name in enumerate(names):
        place, _ = architecture.parameters[name]
        values = rates[place]
        if column % 4 < 2:
            axes.axvspan(column - 0.5, column + 0.5, color=SHADE, alpha=0.5, linewidth=0, zorder=0)
        x = column + 0.7 * ((np.arange(len(values)) + 0.5) / len(values) - 0.5)
        size = 2.2 if len(values) > 200 else 4.0
        colour = LAYER_COLOURS[column // 2 % 5]
        axes.plot(x, values, "o", color=colour, markersize=size, markeredgewidth=0)
        median = float(np.median(values))
        axes.hlines(median, column - 0.4, column + 0.4, color=INK, linewidth=1.4)
        sentences.append(f"{name} {values.min():.2g} to {values.max():.2g}, median {median:.2g}")
    axes.set_xticks(
        range(len(names)), [name.replace(".", "\n").replace("output", "out") for name in names]
    )
    axes.tick_params(axis="x", length=0)
    axes.axhline(ceiling, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_ylim(rates.min() / 1.4, ceiling * 1.3)
    axes.annotate(
        f"dashed: η/μ = {ceiling:g}, the rate without curvature; bars: medians",
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        ha="right",
        color=QUIET,
    )
    figure.set_label(
        f"Rates of one trained network, at most {ceiling:g}. By layer: {'; '.join(sentences)}."
    )
    return figure


# --- two rules ------------------------------------------------------------------------------


@styled
def two_rules(second: np.ndarray, first: np.ndarray) -> Figure:
    """Draw how the errors fall by the second-order rule and by plain gradient descent.

    Below the curves the differences network by network: plain gradient descent's errors less those
    of the second-order rule from the same first weights.

    Parameters
    ----------
    second, first : ndarray of HISTORY
        Of the same seeds and passes.
    """
    networks = len(np.unique(second["network"]))
    figure = sheet(6.6, "Two rules, pass by pass", said_of_band(networks))
    width = (WIDTH - 0.9 - MARGIN - 0.5) / 2
    sentences = []
    lines = [percent_errors(each, part) for each in (second, first) for part in ("train", "test")]
    low, high = min(map(np.min, lines)) / 1.1, max(map(np.max, lines)) * 1.1
    widest = max(
        np.abs(percent_errors(first, part) - percent_errors(second, part)).max()
        for part in ("train", "test")
    )
    for number, part in enumerate(("train", "test")):
        left = 0.9 + number * (width + 0.5)
        right = WIDTH - left - width
        upper = axes_in(figure, left, 2.95, right, HEADING + 0.35)
        lower = axes_in(figure, left, 0.6, right, 4.0)
        ours, plain = percent_errors(second, part), percent_errors(first, part)
        passes = np.unique(second["pass"])
        draw_band(upper, passes, plain, FIRST_COLOUR, steps=False)
        draw_band(upper, passes, ours, SECOND_COLOUR, steps=False)
        upper.set_yscale("log")
        upper.set_ylim(low, high)
        upper.yaxis.set_major_locator(FixedLocator([t for t in _ERROR_TICKS if low <= t <= high]))
        upper.yaxis.set_minor_locator(NullLocator())
        upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        upper.set_title(f"{part} digits", loc="left", size=11.5, pad=6)
        for at, (name, percent, colour) in enumerate(
            (("second order", ours, SECOND_COLOUR), ("plain", plain, FIRST_COLOUR))
        ):
            upper.annotate(
                f"{name}: {in_percent(float(np.median(percent[-1])))} at the end",
                (1, 0.97 - 0.085 * at),
                xycoords="axes fraction",
                ha="right",
                va="top",
                color=colour,
            )
        draw_band(lower, passes, plain - ours, INK, steps=False)
        lower.axhline(0, color=QUIET, linewidth=1)
        lower.set_ylim(-1.08 * widest, 1.08 * widest)
        lower.set_xlabel("pass")
        if number == 0:
            upper.set_ylabel("error, % of digits")
            lower.set_ylabel("plain less second order,\npercentage points")
            for text, y, edge in (
                ("second order ahead", 0.98, "top"),
                ("plain ahead", 0.02, "bottom"),
            ):
                lower.annotate(
                    text, (1, y), xycoords="axes fraction", ha="right", va=edge, color=QUIET
                )
        for axes in (upper, lower):
            axes.set_xlim(passes[0] - 0.5, passes[-1] + 0.5)
        sentences.append(_two_rules_in_words(part, passes, ours, plain))
    figure.set_label(
        f"Error by pass for two rules, {networks} networks each from the same first weights. "
        f"{' '.join(sentences)}"
    )
    return figure


def percent_errors(history: np.ndarray, part: str) -> np.ndarray:
    """Return the errors on a part of the digits in percent, shape (passes, networks)."""
    lines = history[history["part"] == part]
    passes = len(np.unique(lines["pass"]))
    return (100 * lines["errors"] / lines["patterns"]).reshape(passes, -1)


def _two_rules_in_words(part: str, passes: np.ndarray, ours: np.ndarray, plain: np.ndarray) -> str:
    shown = [n for n in (0, 1, 4, 9, 19, len(passes) - 1) if n < len(passes)]
    told = [
        f"after pass {passes[n]} {in_percent(float(np.median(ours[n])))} against "
        f"{in_percent(float(np.median(plain[n])))}"
        for n in dict.fromkeys(shown)
    ]
    return f"On {part} digits, second order against plain, medians: {', '.join(told)}."


# --- sixteen lanes --------------------------------------------------------------------------


@styled
def lanes(weights: np.ndarray, units: np.ndarray, sums: np.ndarray) -> Figure:
    """Draw one fused multiply-add of all networks: sums + weights x units.

    Parameters
    ----------
    weights, units, sums : ndarray, shape (networks,)
        One weight, the value of the unit that it reads, and the sum so far, in each network.
    """
    done = sums + weights * units
    networks = len(weights)
    figure = sheet(
        3.85,
        f"One instruction, {networks} networks",
        "Columns: networks, by seed; numbers: one weight, one unit, one sum of each",
    )
    axes = whole_axes(figure)
    start, gap = 1.5, 0.03
    cell = (WIDTH - MARGIN - start) / networks
    colours = LinearSegmentedColormap.from_list("", [FIRST_COLOUR, PAPER_COLOUR, SECOND_COLOUR])
    for lane in range(networks):
        axes.text(
            start + (lane + 0.5) * cell, 1.02, str(lane), ha="center", color=QUIET, size=SMALL
        )
    told = []
    rows = (
        ("weight  w", weights),
        ("×  unit  x", units),
        ("+  sum so far", sums),
        ("=  sum", done),
    )
    for row, (name, values) in enumerate(rows):
        top = 1.14 + 0.54 * row + (0.12 if row == 3 else 0)
        axes.text(MARGIN, top + 0.23, name, va="center", size=11.5)
        largest = float(np.abs(values).max()) or 1.0
        for lane, value in enumerate(values):
            share = 0.5 + 0.42 * float(value) / largest
            fill = colours(share)[:3]
            axes.add_patch(
                Rectangle(
                    (start + lane * cell + gap / 2, top),
                    cell - gap,
                    0.46,
                    facecolor=fill,
                    edgecolor=mixed(PAPER_COLOUR, INK, 0.25),
                    linewidth=0.5,
                )
            )
            axes.text(
                start + (lane + 0.5) * cell,
                top + 0.23,
                f"{value:+.2f}".replace("-", "−").replace("0.", "."),
                ha="center",
                va="center",
                size=8.5,
                color=legible_on(fill),
            )
        told.append(f"{name.strip('×+= ')}: {', '.join(f'{value:.2f}' for value in values)}")
    axes.text(
        start + networks * cell / 2,
        3.6,
        "each row a 512-bit register; one fma makes the last row of the other three",
        ha="center",
        color=QUIET,
    )
    figure.set_label(
        f"Four rows of {networks} cells, one cell a network, fill showing the value: each sum is "
        f"the sum so far plus weight times unit. {'; '.join(told)}."
    )
    return figure


@styled
def speeds(peers: Sequence[Mapping[str, Any]], old: float, old_name: str) -> Figure:
    """Draw the time of one training step of one network, today's software and 1989's computer.

    Parameters
    ----------
    peers : sequence of mapping
        "name", "networks" and "microseconds" (None if it was not measured).
    old : float
        Microseconds in 1989.
    old_name : str
        What it was measured on.
    """
    rows = [(peer["name"], peer["networks"], peer["microseconds"]) for peer in peers]
    rows = [row for row in rows if row[2]] + [(old_name, 1, old)]
    rows.sort(key=lambda row: row[2])
    figure = sheet(
        HEADING + 0.9 + 0.36 * len(rows),
        "One pattern learned by one network",
        "Microseconds, logarithmic; hollow: one network at a time, full: sixteen in step",
    )
    axes = axes_in(figure, 2.75, 0.6, 0.85, HEADING + 0.05)
    axes.set(xscale="log", ylim=(len(rows) - 0.5, -0.5), xlabel="microseconds")
    for row, (name, networks, value) in enumerate(rows):
        colour = {old_name: TRAIN_COLOUR, "this engine": SECOND_COLOUR}.get(name, QUIET)
        axes.axhline(row, color=SHADE, linewidth=0.8, zorder=0)
        full = colour if networks > 1 else PAPER_COLOUR
        axes.plot(value, row, "o", color=colour, markerfacecolor=full, markersize=8)
        axes.annotate(
            _in_time(value),
            (value, row),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            size=SMALL,
            annotation_clip=False,
            bbox={"facecolor": PAPER_COLOUR, "edgecolor": "none", "pad": 1},
        )
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_minor_locator(NullLocator())
    told = "; ".join(f"{name} {_in_time(value)}" for name, _, value in rows)
    figure.set_label(f"Time to learn one pattern in one network, from the fastest: {told}.")
    return figure


def _in_time(microseconds: float) -> str:
    """Write a time in a fitting unit, with about two figures."""
    if microseconds >= 1e5:
        return f"{microseconds / 1e6:.2f} s"
    return f"{microseconds:.1f} µs" if microseconds < 100 else f"{microseconds:.0f} µs"
