"""The chapter on Optimal Brain Damage: what deletion costs, and which connections it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.colours import QUIET
from reproduction.figures.learning import by_layer
from reproduction.figures.marks import (
    DOTTED,
    Label,
    band,
    frame,
    ink_map,
    label_ends,
    legend,
    line_sign,
    note,
    write,
)
from reproduction.figures.sheet import SMALL, Sheet, end_of, fitting, styled, tiles
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
            write(page.whole(), left, each * number + 0.12, name, ha="left")
        _draw(axes, lines, what, limits, marks or {})
        if fitting(False, True):
            signs = [(line_sign(line.colour), line.name) for line in lines]
            legend(page, page.margin, each * number + named + height + 0.62, *signs)
    axes.set_xlabel("parameters left")
    said = [f"{name}: {'; '.join(line.said for line in lines)}" for name, lines in panels.items()]
    return page.described(f"{title}. {what}, medians. {'. '.join(said)}.")


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
        axes.axvline(at, color=QUIET, **DOTTED)
        place = axes.get_xaxis_transform()
        axes.text(at, 0.97, f" {words}", transform=place, va="top", color=QUIET, size=SMALL)
    if fitting(True, False):
        ends = [float(np.median(line.values[line.sizes.argmax()])) for line in lines]
        pairs = zip(ends, lines, strict=True)
        label_ends(axes, [Label(end, line.name, line.colour) for end, line in pairs])


@styled
def saliencies(architecture: Architecture, parameters: np.ndarray, worth: np.ndarray) -> Figure:
    """Draw the saliency of every parameter of a network against its size, by layer.

    Parameters
    ----------
    architecture : Architecture
    parameters, worth : ndarray, shape (p,)
        Of one network: the parameters, and their saliencies.
    """
    title, names = "Small is not the same as expendable", ("size of the parameter", "saliency")
    about = "A dot is a parameter; both axes are logarithmic"
    page, _, found = by_layer(architecture, np.abs(parameters), worth, title, about, names, 4.6)
    said = "; ".join(f"{layer}: {len(here)}" for layer, here in found.items())
    return page.described(f"{title}. Saliency against size, parameters by layer: {said}.")


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
    width = tiles(1, (4, 2), 0.25)[0].width
    places = tiles(len(drawn), (4, 2), 0.25, width / 3 + 0.38)
    page = Sheet(end_of(places), title, said)
    axes = page.whole()
    for (table, name), tile in zip(drawn, places, strict=True):
        place = tile._replace(height=width / 3)
        ink_map(axes, np.where(table.T, 1.0, -1.0), place)
        frame(axes, place)
        note(axes, place.middle, place.y + place.height + 0.14, name)
    return page.described(
        f"{title}. {len(kernels)} tables of which map of H3 reads which of H2, beside the paper's; "
        f"in common with it: {', '.join(map(str, likeness))} of {int(paper.sum())}."
    )
