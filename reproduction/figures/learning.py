"""The chapter on learning: the first weights, and the gradient beside difference quotients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.marks import dot_sign, legend, powers
from reproduction.figures.sheet import (
    HALVES,
    PAPER_COLOUR,
    QUIET,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    Sheet,
    columns,
    fitting,
    styled,
)
from reproduction.network import Architecture
from reproduction.network.initial_weights import INITIAL_RANGE

LAYER_COLOURS = (TRAIN_COLOUR, QUIET, TEST_COLOUR, *HALVES)
LAYER_MARKS = "osD^v"

_KINDS = ("weights", "biases")


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
    groups = list(_groups_by_fan_in(architecture))
    places = columns(3, 2, 0.3)
    band = 1.8
    networks = parameters.shape[1]
    page = Sheet(
        band * -(-len(groups) // len(places)) + 0.05,
        "The more inputs, the smaller the first weights",
        f"Weights and biases of {networks} networks; each panel has its own scale",
    )
    sentences = []
    for number, (name, fan_in, members) in enumerate(groups):
        row, column = divmod(number, len(places))
        left, width = places[column]
        axes = page.panel(left, 0.3 + band * row, width, 0.9)
        values = parameters[members].ravel()
        limit = INITIAL_RANGE / fan_in
        bins = np.linspace(-limit, limit, 17).tolist()
        axes.hist(values, bins, color=LAYER_COLOURS[2], rwidth=0.88)
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
    page.figure.set_label(
        f"Histograms of the first weights of {networks} networks, flat between the bounds. "
        f"{'; '.join(sentences)}."
    )
    return page.figure


def _groups_by_fan_in(architecture: Architecture) -> Iterator[tuple[str, int, np.ndarray]]:
    """Give each layer's parameters, split by F where its units differ in it."""
    for layer in architecture.layers:
        members = members_of(architecture, layer.name)
        for fan_in in np.unique(architecture.fan_in[members]):
            yield layer.name, int(fan_in), members[architecture.fan_in[members] == fan_in]


def members_of(architecture: Architecture, layer: str) -> np.ndarray:
    """Return the numbers of a layer's weights and biases."""
    places = [architecture.parameters[f"{layer}.{what}"][0] for what in _KINDS]
    return np.concatenate([np.arange(place.start, place.stop) for place in places])


# --- two ways to one number -----------------------------------------------------------------


@styled
def gradient_check(
    architecture: Architecture, gradient: np.ndarray, quotients: np.ndarray
) -> Figure:
    """Draw by how much back-propagation's gradient is off, relative to a difference quotient.

    A point is a weight or bias: to the right the size of its quotient, upward the relative error.
    Those of quotient 0 are left out; an error of 0 lies on the lowest line.

    Parameters
    ----------
    architecture : Architecture
    gradient, quotients : ndarray, shape (p,)
    """
    size, error = np.abs(quotients), np.abs(gradient - quotients)
    shown = size > 0
    relative = np.divide(error, size, out=np.zeros(len(size)), where=shown)
    floor = float(relative[relative > 0].min(initial=1.0)) / 2
    page = Sheet(
        4.2,
        "Relative error of the gradient",
        f"{int(shown.sum())} weights and biases of one network, one digit; "
        "beside difference quotients of the energy",
    )
    axes = page.axes(0.85, 0.3, top=0.3)
    said = scatter_by_layer(
        axes, page, architecture, (size, np.maximum(relative, floor)), np.flatnonzero(shown)
    )
    axes.set(xlabel="size of the difference quotient", ylabel="error / size")
    typical = float(np.median(relative[shown]))
    page.figure.set_label(
        "The gradient by back-propagation against difference quotients: relative error of single "
        f"weights, over their size. Median {typical:.1e}, at most {relative.max():.1e}; the "
        f"largest error is {error.max():.1e}, the largest gradient {size.max():.2g}. "
        f"Weights drawn: {', '.join(f'{name} {count}' for name, count in said.items())}."
    )
    return page.figure


def scatter_by_layer(
    axes: Axes,
    page: Sheet,
    architecture: Architecture,
    values: tuple[np.ndarray, np.ndarray],
    members: np.ndarray,
) -> dict[str, int]:
    """Draw two positive numbers of weights on logarithmic axes, in a colour and mark a layer.

    Parameters
    ----------
    axes : Axes
    page : Sheet
        On which the layers are named above the axes.
    architecture : Architecture
    values : (ndarray, ndarray), shape (p,)
        To the right and upward, of all weights.
    members : ndarray of int
        The weights drawn.

    Returns
    -------
    dict of str to int
        How many weights of each layer are drawn.
    """
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        powers(axis)
    found, signs = {}, []
    look: dict[str, Any] = {"markersize": 4.5, "alpha": 0.85}
    look |= {"markeredgecolor": PAPER_COLOUR, "markeredgewidth": 0.4}
    for number, layer in enumerate(architecture.layers):
        here = np.intersect1d(members, members_of(architecture, layer.name))
        if not len(here):
            continue
        colour, mark = LAYER_COLOURS[number % 5], LAYER_MARKS[number % 5]
        behind = 3 - len(here) / len(members)  # large layers behind small ones
        across, up = values
        axes.plot(across[here], up[here], mark, color=colour, zorder=behind, **look)
        signs.append((dot_sign(colour, mark, markersize=5.5), layer.name))
        found[layer.name] = len(here)
    left = fitting(axes.get_position().x0 * page.width, page.margin)
    legend(page.whole(), left, 0.1, page.width - left, signs)
    return found
