"""The chapter on Optimal Brain Damage: what deletion costs, and which connections it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.learning import scatter_by_layer
from reproduction.figures.marks import (
    CENTRED,
    Label,
    Place,
    band,
    frame,
    ink_map,
    label_ends,
    legend,
    line_sign,
)
from reproduction.figures.sheet import QUIET, SMALL, Sheet, columns, fitting, styled
from reproduction.figures.words import said_of_band
from reproduction.network import TABLE_1, Architecture


@dataclass(frozen=True)
class Line:
    """A quantity of every network by the parameters left.

    Attributes
    ----------
    name : str
    values : ndarray, shape (sizes, networks)
    colour : str
    sizes : ndarray, shape (sizes,)
        How many parameters are left.
    """

    name: str
    values: np.ndarray
    colour: str
    sizes: np.ndarray

    @property
    def said(self) -> str:
        """Its medians at both ends, in words."""
        order = np.argsort(-self.sizes)[[0, -1]]
        ends = [f"{np.median(self.values[n]):.1f} at {self.sizes[n]}" for n in order]
        return f"{self.name}: {' and '.join(ends)}"


@styled
def by_parameters(
    panels: Mapping[str, Sequence[Line]],
    title: str,
    what: str,
    limits: tuple[float, float] | None = None,
    marks: Mapping[int, str] | None = None,
) -> Figure:
    """Draw quantities by the parameters left, as the figures of the paper do: fewer to the left.

    Parameters
    ----------
    panels : mapping of str to sequence of Line
        One above the other, each with its name.
    title : str
    what : str
        Of the vertical axis.
    limits : tuple of float, optional
        Of it; lines may leave it.
    marks : mapping of int to str, optional
        Sizes at which a vertical line stands, and its words.
    """
    networks = next(iter(panels.values()))[0].values.shape[1]
    key, named = fitting(0.0, 0.5), 0.28 if len(panels) > 1 else 0.12
    each = fitting(2.5, 2.3) + named + key + 0.3
    page = Sheet(each * len(panels) + fitting(0.3, 0.1), title, said_of_band(networks))
    for number, (name, lines) in enumerate(panels.items()):
        left, right = fitting((0.75, 1.75), (0.6, 0.25))
        height = each - named - key - 0.3
        axes = page.panel(left, each * number + named, page.width - left - right, height)
        if len(panels) > 1:
            page.whole().text(left, each * number + 0.12, name, va="center_baseline")
        _draw(axes, lines, what, limits, marks or {})
        if fitting(False, True):
            signs = [(line_sign(line.colour), line.name) for line in lines]
            down = each * number + named + height + fitting(0.0, 0.62)
            legend(page.whole(), page.margin, down, page.width - 2 * page.margin, signs)
    axes.set_xlabel("parameters left")
    said = [f"{name}: {'; '.join(line.said for line in lines)}" for name, lines in panels.items()]
    page.figure.set_label(f"{title}. {what}, medians. {'. '.join(said)}.")
    return page.figure


def _draw(
    axes: Axes,
    lines: Sequence[Line],
    what: str,
    limits: tuple[float, float] | None,
    marks: Mapping[int, str],
) -> None:
    most = max(int(line.sizes.max()) for line in lines)
    for line in lines:
        band(axes, line.sizes, line.values, line.colour)
    axes.set(xlim=(min(int(line.sizes.min()) for line in lines), most), ylabel=what)
    if limits:
        axes.set_ylim(*limits)
    for at, words in marks.items():
        axes.axvline(at, color=QUIET, linewidth=0.9, linestyle=(0, (1, 2)))
        place = axes.get_xaxis_transform()
        axes.text(at, 0.97, f" {words}", transform=place, va="top", color=QUIET, size=SMALL)
    if fitting(True, False):
        label_ends(axes, [_label(line, axes.get_ylim()) for line in lines])


def _label(line: Line, limits: tuple[float, float]) -> Label:
    """Name a line at its right end, or where it leaves the axes."""
    at = float(np.median(line.values[line.sizes.argmax()]))
    return Label(min(max(at, limits[0]), limits[1]), line.name, line.colour)


@styled
def saliencies(architecture: Architecture, parameters: np.ndarray, worth: np.ndarray) -> Figure:
    """Draw the saliency of every parameter of a network against its size, by layer.

    Parameters
    ----------
    architecture : Architecture
    parameters, worth : ndarray, shape (p,)
        Of one network: the parameters, and their saliencies.
    """
    title = "Small is not the same as expendable"
    size = np.abs(parameters)
    shown = np.flatnonzero((size > 0) & (worth > 0))
    page = Sheet(fitting(4.6, 3.9), title, "A dot is a parameter; both axes are logarithmic")
    axes = page.axes(fitting(0.95, 0.8), fitting(1.2, 0.2), bottom=0.6, top=0.3)
    found = scatter_by_layer(axes, page, architecture, (size, worth), shown)
    axes.set(xlabel="size of the parameter", ylabel="saliency")
    said = "; ".join(f"{layer}: {count}" for layer, count in found.items())
    page.figure.set_label(f"{title}. Saliency against size, parameters by layer: {said}.")
    return page.figure


@styled
def tables(kernels: np.ndarray, likeness: Sequence[int], title: str, said: str) -> Figure:
    """Draw which kernels are left, a small table a network, and Table 1 first.

    Parameters
    ----------
    kernels : ndarray of bool, shape (networks, 12, 4)
        Which maps of H3 (the columns of Table 1) read which maps of H2 (its rows).
    likeness : sequence of int
        How many of them each has in common with Table 1.
    title, said : str
    """
    paper = np.zeros(kernels.shape[1:], bool)
    for row, reads in enumerate(TABLE_1):
        paper[row, list(reads)] = True
    drawn = [(paper, "Table 1"), *zip(kernels, (f"{n} alike" for n in likeness), strict=True)]
    places = columns(4, 2, gap=0.25)
    width = places[0][1]
    row_height = width / 3 + 0.38
    page = Sheet(row_height * -(-len(drawn) // len(places)), title, said)
    axes = page.whole()
    for number, (table, name) in enumerate(drawn):
        row, column = divmod(number, len(places))
        place = Place(places[column][0], row * row_height, width, width / 3)
        ink_map(axes, np.where(table.T, 1.0, -1.0), place)
        frame(axes, place)
        look: dict[str, Any] = {"size": SMALL, "color": QUIET} | CENTRED
        axes.text(place.middle, place.y + place.height + 0.14, name, **look)
    page.figure.set_label(
        f"{title}. {len(kernels)} tables of which map of H3 reads which of H2, beside the paper's; "
        f"in common with it: {', '.join(map(str, likeness))} of {int(paper.sum())}."
    )
    return page.figure
