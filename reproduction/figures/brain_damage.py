"""The chapter on Optimal Brain Damage: what deletion costs, and which connections it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from reproduction.figures import marks as drawing
from reproduction.figures.colours import HALVES, QUIET, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.learning import by_layer
from reproduction.figures.sheet import SMALL, Sheet, end_of, fitting, styled, tiles
from reproduction.network import Architecture
from reproduction.studies.brain_damage import PAPERS_TABLE
from reproduction.words import said_of_band

COLOURS = (TEST_COLOUR, TRAIN_COLOUR, HALVES[0], QUIET)
"""Of the lines of a panel, in their order."""


@styled
def by_parameters(
    sizes: np.ndarray,
    panels: Mapping[str, Mapping[str, np.ndarray]],
    title: str,
    what: str,
    limits: tuple[float, float] | None = None,
    marks: Mapping[int, str] | None = None,
) -> Figure:
    """Draw quantities by the parameters left, as the figures of the paper do: fewer to the left.

    Parameters
    ----------
    sizes : ndarray of int, shape (sizes,)
    panels : mapping of str to mapping of str to ndarray, (sizes, networks)
        One above the other; the same lines in all, at most four.
    limits : tuple of float, optional
        Of the vertical axis; lines may leave it.
    marks : mapping of int to str, optional
        Sizes at which a vertical line stands, and its words.
    """
    first = next(iter(panels.values()))
    signs = [
        (drawing.line_sign(colour), line) for line, colour in zip(first, COLOURS, strict=False)
    ]
    key, named = fitting(0.32, 0.52 if len(first) > 2 else 0.32), 0.28 if len(panels) > 1 else 0.0
    height, left = fitting((2.5, 0.75), (2.3, 0.6))
    networks = next(iter(first.values())).shape[1]
    each = named + height + 0.3
    page = Sheet(key + each * len(panels) + 0.3, title, said_of_band(networks))
    drawing.legend(page, fitting(left, page.margin), 0.08, *signs)
    said = []
    for number, (name, lines) in enumerate(panels.items()):
        top = key + each * number + named
        axes = page.panel(left, top, page.width - left - 0.25, height)
        if len(panels) > 1:
            drawing.write(page.whole(), left, top - 0.16, name, ha="left")
        for (line, values), colour in zip(lines.items(), COLOURS, strict=False):
            drawing.band(axes, sizes, values, colour)
            ends = [float(np.median(values[n])) for n in (sizes.argmax(), sizes.argmin())]
            said.append(
                f"{name} {line}: {ends[0]:.1f} at {sizes.max()} and {ends[1]:.1f} at {sizes.min()}"
            )
        axes.set(xlim=(sizes.min(), sizes.max()), ylim=limits, ylabel=what)
        for at, words in (marks or {}).items():
            axes.axvline(at, color=QUIET, **drawing.DOTTED)
            look = {"xycoords": axes.get_xaxis_transform(), "color": QUIET, "size": SMALL}
            drawing.write_beside(axes, at, 0.97, words, (4, 0), va="top", **look)
    axes.set_xlabel("parameters left")
    return page.described(f"{title}. {what}, medians. {'; '.join(said)}.")


@styled
def saliencies(architecture: Architecture, parameters: np.ndarray, worth: np.ndarray) -> Figure:
    """Draw each parameter's saliency against its size, both (p,) of one network, by layer."""
    title, names = "Small is not the same as expendable", ("size of the parameter", "saliency")
    about = "A dot is a parameter; both axes are logarithmic"
    page, _, found = by_layer(architecture, np.abs(parameters), worth, title, about, names, 4.6)
    said = "; ".join(f"{layer}: {len(here)}" for layer, here in found.items())
    return page.described(f"{title}. Saliency against size, parameters by layer: {said}.")


@styled
def tables(kernels: np.ndarray, likeness: Sequence[int], title: str, said: str) -> Figure:
    """Draw which kernels are left, a small table a network, and Table 1 first.

    The kernels, bool of shape (networks, 12, 4), tell which maps of H3 (the columns of Table 1)
    read which maps of H2 (its rows); `likeness` how many are in Table 1, too.
    """
    alike = (f"{n} alike" for n in likeness)
    drawn = [(PAPERS_TABLE, "Table 1"), *zip(kernels, alike, strict=True)]
    width = tiles(1, (4, 2), 0.25)[0].width
    places = tiles(len(drawn), (4, 2), 0.25, width / 3 + 0.38)
    page = Sheet(end_of(places), title, said)
    axes = page.whole()
    for (table, name), tile in zip(drawn, places, strict=True):
        place = tile._replace(height=width / 3)
        drawing.ink_map(axes, np.where(table.T, 1.0, -1.0), place, edge=drawing.EDGE)
        drawing.note(axes, place.middle, place.y + place.height + 0.14, name)
    return page.described(
        f"{title}. {len(kernels)} tables of which map of H3 reads which of H2, beside the paper's; "
        f"in common with it: {', '.join(map(str, likeness))} of {int(PAPERS_TABLE.sum())}."
    )
