"""The chapter on second derivatives: the curvature, the rates of the weights, two rules."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures import marks
from reproduction.figures.colours import HALVES, INK, PAPER, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.learning import LAYER_COLOURS, by_layer
from reproduction.figures.sheet import Sheet, fitting, styled
from reproduction.learning.history import percent
from reproduction.network import Architecture
from reproduction.words import median_of, said_of_band

SECOND_COLOUR, FIRST_COLOUR = HALVES


@styled
def against(
    architecture: Architecture,
    first: np.ndarray,
    second: np.ndarray,
    words: tuple[str, str, str, str],
    members: np.ndarray | None = None,
) -> Figure:
    """Draw two numbers of every weight against each other, by layer, on logarithmic axes.

    The numbers, each of shape (m,), are those of `members`, by default all weights; the words are
    title, subtitle, and what the two are. Points on the diagonal are equal. Only sizes are drawn;
    weights for which one of the two is 0 are left out.
    """
    title, subtitle, first_name, second_name = words
    members = np.arange(len(first)) if members is None else members
    across, up = np.zeros((2, architecture.counts().parameters))
    across[members], up[members] = np.abs(first), np.abs(second)
    names = first_name, second_name
    page, axes, found = by_layer(architecture, across, up, title, subtitle, names, 5.2)
    both = np.concatenate([values[here] for values in (across, up) for here in found.values()])
    ends = float(both.min()) / 1.6, float(both.max()) * 1.6
    axes.set(xlim=ends, ylim=ends)
    axes.plot(ends, ends, color=QUIET, linewidth=0.9, zorder=1)
    said = [
        f"{layer}: {len(here)} weights, median ratio {np.median(up[here] / across[here]):.3g}"
        for layer, here in found.items()
    ]
    return page.described(
        f"{title}. {second_name} against {first_name}, for single weights, beside the diagonal of "
        f"equality. {'; '.join(said)}."
    )


def _rows_by_layer(
    architecture: Architecture,
    title: str,
    said: str,
    what: str,
    line: tuple[float, str],
    *signs: tuple[marks.Sign, str],
) -> tuple[Sheet, Axes]:
    """Make a page with a row for each layer's weights and biases, and a line at a number."""
    names = [[name.replace(".", " ")] for name in architecture.parameters]
    page = Sheet(0.9 + marks.row_band() * len(names), title, said)
    axes = marks.row_axes(page, names, left=1.3, top=0.3)
    axes.set(xscale="log", xlabel=what)
    for row in range(len(names)):
        if row % 4 < 2:
            low = row - fitting(0.5, 0.7)
            axes.axhspan(low, low + 1, color=SHADE, alpha=0.5, linewidth=0, zorder=0)
    marks.powers(axes.xaxis)
    at, words = line
    axes.axvline(at, color=INK, **marks.DASHED)
    sign = marks.line_sign(INK, **marks.DASHED), words
    marks.legend(page, page.margin + fitting(1.0, 0.0), 0.13, *signs, sign)
    return page, axes


@styled
def curvature_by_layer(
    architecture: Architecture, before: np.ndarray, after: np.ndarray, mu: float
) -> Figure:
    """Draw the curvature, (p, networks), of a layer's weights and biases before and after training.

    The rule's mu is drawn as a line: curvature to its left hardly changes a rate.
    """
    networks = before.shape[1]
    page, axes = _rows_by_layer(
        architecture,
        "Where the energy curves, before and after training",
        f"All weights of {networks} networks; dot: median, bar: middle half, line: 5 % to 95 %",
        "curvature h",
        (mu, f"μ = {mu:g}"),
        (marks.dot_sign(TRAIN_COLOUR), "before"),
        (marks.dot_sign(TEST_COLOUR), "after"),
    )
    said = []
    for row, (name, (place, _)) in enumerate(architecture.parameters.items()):
        medians = []
        for side, all_values, colour in ((-1, before, TRAIN_COLOUR), (1, after, TEST_COLOUR)):
            y, values = row + side * fitting(0.17, 0.12), all_values[place]
            low, lower, median, upper, high = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
            axes.hlines(y, low, high, color=colour, linewidth=1.1)
            axes.hlines(y, lower, upper, color=colour, linewidth=5, alpha=0.55)
            axes.plot(median, y, "o", color=colour, markeredgecolor=PAPER)
            medians.append(f"{median:.2g}")
        said.append(f"{name} {' to '.join(medians)}")
    return page.described(
        f"Median curvature of {networks} networks before and after training: "
        f"{'; '.join(said)}. mu is {mu:g}."
    )


@styled
def rates_by_weight(architecture: Architecture, rates: np.ndarray, ceiling: float) -> Figure:
    """Draw the rate of every weight of one network, (p,), in rows by layer.

    The ceiling is eta / mu, the rate eta / (mu + h) of a weight without curvature.
    """
    page, axes = _rows_by_layer(
        architecture,
        "A rate for every weight",
        f"η/(μ + h) of the {len(rates)} weights and biases of one trained network, a dot each",
        "rate",
        (ceiling, f"η/μ = {ceiling:g}, the rate without curvature"),
        (lambda axes, x, y: axes.plot((x, x), (y - 0.07, y + 0.07), color=INK), "median"),
    )
    reach = fitting(0.34, 0.2)
    said = []
    for row, (name, (place, _)) in enumerate(architecture.parameters.items()):
        values = rates[place]
        y = row + reach * (2 * (np.arange(len(values)) + 0.5) / len(values) - 1)
        size, colour = 2.2 if len(values) > 200 else 4.0, LAYER_COLOURS[row // 2 % 5]
        axes.plot(values, y, "o", color=colour, markersize=size, markeredgewidth=0)
        median = float(np.median(values))
        axes.vlines(median, row - reach - 0.06, row + reach + 0.06, color=INK, linewidth=1.4)
        said.append(f"{name} {values.min():.2g} to {values.max():.2g}, median {median:.2g}")
    axes.set_xlim(rates.min() / 1.4, ceiling * 1.3)
    return page.described(
        f"Rates of one trained network, at most {ceiling:g}. By layer: {'; '.join(said)}."
    )


@styled
def two_rules(second: np.ndarray, first: np.ndarray) -> Figure:
    """Draw how the errors fall by the second-order rule and by plain gradient descent.

    Below the curves the differences network by network: plain gradient descent's errors minus those
    of the second-order rule from the same first weights. Both histories (of dtype HISTORY) have the
    same seeds and passes, on "train" and "test".
    """
    lines = {part: [percent(each, part) for each in (first, second)] for part in ("train", "test")}
    every = np.concatenate([each.ravel() for both in lines.values() for each in both])
    widest = 1.08 * max(float(np.abs(plain - ours).max()) for plain, ours in lines.values())
    passes, networks = np.unique(second["pass"]), lines["test"][0].shape[1]
    title = "Two rules: which is ahead, pass by pass"
    page, said = Sheet(fitting(5.5, 10.65), title, said_of_band(networks)), []
    for number, (part, (plain, ours)) in enumerate(lines.items()):
        left, down = fitting((0.9 + 3.15 * number, 0.0), (0.86, 5.25 * number))
        upper = page.panel(left, down + 0.3, fitting(2.65, 2.75), 2.45)
        lower = page.panel(left, down + 3.05, fitting(2.65, 2.75), 1.75)
        rules = ("plain", plain, FIRST_COLOUR), ("second order", ours, SECOND_COLOUR)
        for row, (name, each, colour) in enumerate(rules):
            marks.band(upper, passes, each, colour)
            words, y = f"{name}: {median_of(each[-1])} at the end", 0.885 + 0.085 * row
            marks.write_at(upper, 1, y, words, colour, ha="right", va="top")
        marks.log_percent(upper.yaxis, every, 1.1)
        upper.set_title(f"{part} digits", loc="left", size=11.5, pad=6)
        marks.band(lower, passes, plain - ours, INK)
        lower.axhline(0, color=QUIET, linewidth=1)
        lower.set(ylim=(-widest, widest), xlabel="pass")
        marks.plain_ticks(lower.yaxis)
        if number == 0 or fitting(False, True):
            upper.set_ylabel("error, % of digits")
            lower.set_ylabel("plain minus second order" + fitting(",\npercentage points", ""))
            marks.write_at(lower, 1, 0.98, "second order ahead", QUIET, ha="right", va="top")
            marks.write_at(lower, 1, 0.02, "plain ahead", QUIET, ha="right", va="bottom")
        for axes in (upper, lower):
            axes.set_xlim(passes[0] - 0.5, passes[-1] + 0.5)
        told = ", ".join(
            f"after pass {passes[n]} {median_of(ours[n])} against {median_of(plain[n])}"
            for n in dict.fromkeys((0, 1, 4, 9, 19, len(passes) - 1))
            if n < len(passes)
        )
        said.append(f"On {part} digits, second order against plain, medians: {told}.")
    return page.described(
        f"Error by pass for two rules, {networks} networks each from the same first weights. "
        f"{' '.join(said)}"
    )
