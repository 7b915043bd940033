"""The chapter on learning: the first weights, and the gradient beside difference quotients."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.colours import HALVES, PAPER, QUIET, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.marks import dot_sign, legend, powers, without_heights
from reproduction.figures.sheet import SMALL, Sheet, end_of, fitting, styled, tiles
from reproduction.network import Architecture
from reproduction.network.fields import groups_by_fan_in, members_of
from reproduction.network.initial_weights import INITIAL_RANGE

LAYER_COLOURS = (TRAIN_COLOUR, QUIET, TEST_COLOUR, *HALVES)
LAYER_MARKS = "osD^v"


@styled
def initial_weights(architecture: Architecture, parameters: np.ndarray) -> Figure:
    """Draw how first weights and biases, (p, networks), are spread, by layer and inputs."""
    groups = list(groups_by_fan_in(architecture))
    places = tiles(len(groups), (3, 2), 0.3, 1.8)
    networks = parameters.shape[1]
    title = "The more inputs, the smaller the first weights"
    about = f"Weights and biases of {networks} networks; each panel has its own scale"
    page = Sheet(end_of(places) + 0.05, title, about)
    said = []
    for (name, fan_in, members), place in zip(groups, places, strict=True):
        axes = page.panel(place.x, 0.3 + place.y, place.width, 0.9)
        values = parameters[members].ravel()
        limit = INITIAL_RANGE / fan_in
        bins = np.linspace(-limit, limit, 17).tolist()
        axes.hist(values, bins, color=LAYER_COLOURS[2], rwidth=0.88)
        axes.axvline(0, color=PAPER, linewidth=1)
        axes.set_xlim(-1.12 * limit, 1.12 * limit)
        without_heights(axes)
        axes.set_xticks([-limit, 0, limit], [f"−{limit:.3f}", "0", f"{limit:.3f}"])
        axes.set_title(f"{name},  F = {fan_in}", loc="left", size=11.5, pad=5)
        axes.set_xlabel(f"{len(members)} a network", color=QUIET, size=SMALL)
        said.append(
            f"{name}: F = {fan_in}, {len(members)} a network, from {values.min():.4f} to "
            f"{values.max():.4f}, within ±{limit:.4f}"
        )
    return page.described(
        f"Histograms of the first weights of {networks} networks, flat between the bounds. "
        f"{'; '.join(said)}."
    )


@styled
def gradient_check(
    architecture: Architecture, gradient: np.ndarray, quotients: np.ndarray
) -> Figure:
    """Draw by how much back-propagation's gradient is off, relative to a difference quotient.

    A point is a weight or bias: to the right the size of its quotient, upward the relative error.
    Those of quotient 0 are left out; an error of 0 lies on the lowest line. Both numbers have the
    shape (p,).
    """
    size, error = np.abs(quotients), np.abs(gradient - quotients)
    shown = size > 0
    relative = np.divide(error, size, out=np.zeros(len(size)), where=shown)
    floor = float(relative[relative > 0].min(initial=1.0)) / 2
    page, _, found = by_layer(
        architecture,
        size,
        np.maximum(relative, floor),
        "The gradient agrees with difference quotients",
        f"Relative error of {int(shown.sum())} weights and biases, against the quotients’ size; "
        "one network, one digit",
        ("size of the difference quotient", "error / size"),
        4.2,
    )
    typical = float(np.median(relative[shown]))
    drawn = ", ".join(f"{name} {len(here)}" for name, here in found.items())
    return page.described(
        "The gradient by back-propagation against difference quotients: relative error of single "
        f"weights, over their size. Median {typical:.1e}, at most {relative.max():.1e}; the "
        f"largest error is {error.max():.1e}, the largest gradient {size.max():.2g}. "
        f"Weights drawn: {drawn}."
    )


def by_layer(
    architecture: Architecture,
    across: np.ndarray,
    up: np.ndarray,
    title: str,
    said: str,
    names: tuple[str, str],
    tall: float,
) -> tuple[Sheet, Axes, dict[str, np.ndarray]]:
    """Draw two numbers of every parameter on logarithmic axes, in a colour and mark a layer.

    Those of which one is 0 are left out. The last that is returned tells by layer which are drawn.
    """
    page = Sheet(fitting(tall, 3.9), title, said)
    left, right = fitting((0.95, 1.2), (0.8, 0.2))
    axes = page.axes(left, right, bottom=0.6, top=0.3)
    axes.set(xscale="log", yscale="log", xlabel=names[0], ylabel=names[1])
    powers(axes.xaxis)
    powers(axes.yaxis)
    members = np.flatnonzero((across > 0) & (up > 0))
    found, signs = {}, []
    look: dict[str, Any] = {"markersize": 4.5, "alpha": 0.85}
    look |= {"markeredgecolor": PAPER, "markeredgewidth": 0.4}
    for number, layer in enumerate(architecture.layers):
        here = np.intersect1d(members, members_of(architecture, layer.name))
        if not len(here):
            continue
        colour, mark = LAYER_COLOURS[number % 5], LAYER_MARKS[number % 5]
        behind = 3 - len(here) / len(members)  # large layers behind small ones
        axes.plot(across[here], up[here], mark, color=colour, zorder=behind, **look)
        signs.append((dot_sign(colour, mark, markersize=5.5), layer.name))
        found[layer.name] = here
    legend(page, fitting(left, page.margin), 0.1, *signs)
    return page, axes, found
