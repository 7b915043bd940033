"""Networks as dots beside what was published, a panel a measure or a panel an arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures.colours import INK, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.dots import bins_for
from reproduction.figures.marks import limits_around, plain_ticks, without_heights, write_beside
from reproduction.figures.sheet import SMALL, Sheet, end_of, styled, tiles
from reproduction.paper import PUBLISHED
from reproduction.studies.measured import Measured
from reproduction.words import lettered, said_of_dots

ABOVE, BELOW = 0.5, 0.36
"""Inches above a panel and below it."""


def error_counts(found: Sequence[Measured], patterns: int, title: str) -> Figure:
    """Draw the errors of networks on so many handwritten test digits, panels on one scale."""
    said = f"Errors on {patterns} handwritten test digits"
    return panels(found, title, said, is_shared=True)


@styled
def panels(
    found: Sequence[Measured], title: str, said: str = "", is_shared: bool = False
) -> Figure:
    """Draw how each published number lies among those of networks, a panel each.

    Where the scale is shared the panels stand below one another.
    """
    networks = max(each.networks for each in found)
    high = 1.2 if networks > 20 else 0.62
    places = tiles(len(found), (1, 1) if is_shared else (2, 1), 0.45, ABOVE + high + BELOW)
    dots = f"{said_of_dots(networks).capitalize()}, their median at the right"
    whose = dict.fromkeys(_published(each).partition(":")[0] for each in found if each.fact)
    line = f"; line: the {' or the '.join(whose)}; band: its rounding" if whose else ""
    page = Sheet(end_of(places), title, said, dots + line)
    shared = np.concatenate([_shown(each) for each in found]) if is_shared else None
    for each, place in zip(found, places, strict=True):
        axes = page.panel(place.x, place.y + ABOVE, place.width, high)
        axes.set(xlim=limits_around(_shown(each) if shared is None else shared, 0.05))
        axes.set_ylim(0, high)
        _draw_panel(axes, each, (place.width, high))
    start = said or f"{title}: {networks} networks"
    return page.described(f"{start}. {'; '.join(map(_said, found))}.")


def _published(each: Measured) -> str:
    """Return the published number, and whose it is; a count without its unit."""
    if each.fact is None:
        return ""
    whose = "paper" if each.fact in PUBLISHED["LENET1"].values() else "sister paper"
    return f"{whose}: {each.written(each.fact.value) if each.is_count else each.fact}"


def _sides(each: Measured) -> str:
    """Say how many networks lie on either side of what is published; how many diverged."""
    if not len(each.values):
        return f"all {each.lost} networks diverged"
    said, (low, high), (below, same, above) = [], each.band(), each.sides()
    if each.fact is not None:
        said = [f"{below} of {each.networks} below", f"{above} above"]
        if same:
            said.insert(1, f"{same} {'in the band' if high > low else 'equal'}")
    if each.lost:
        said.append(f"{each.lost} diverged" if said else f"{each.lost} of {each.networks} diverged")
    return " · ".join(said)


def _said(each: Measured) -> str:
    """Return a panel in words."""
    told = [_published(each).replace(":", "")] if each.fact else []
    if len(each.values):
        values = np.quantile(each.values, (0.5, 0, 1)).tolist()
        median, low, high = (each.written(value) for value in values)
        told.append(f"our median {median}, {low} to {high}")
    told += [sides.replace(" · ", ", ")] if (sides := _sides(each)) else []
    return f"{each.words.removesuffix(', %')}: {', '.join(told)}"


def _shown(each: Measured) -> np.ndarray:
    """Return what must have a place on the axis."""
    return np.concatenate([each.values, each.band() if each.fact else ()])


def _draw_panel(axes: Axes, each: Measured, room: tuple[float, float]) -> None:
    """Draw a panel on axes whose heights are inches."""
    without_heights(axes)
    plain_ticks(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=each.is_count))
    low, high = axes.get_xlim()
    if each.fact is not None:
        at = each.fact.value
        axes.axvspan(*each.band(), color=SHADE, linewidth=0, zorder=0)
        axes.axvline(at, color=INK, linewidth=1.2, zorder=1)
        aside, side = (-4, "right") if at - low > 0.5 * (high - low) else (4, "left")
        look = {"xycoords": axes.get_xaxis_transform(), "ha": side, "va": "top"}
        write_beside(axes, at, 1, _published(each), (aside, 0), **look)
    on_top: dict[str, Any] = {"transform": axes.transAxes}
    axes.text(0, 1 + 0.31 / room[1], lettered(each.words), size=12, **on_top)
    axes.text(0, 1 + 0.12 / room[1], _sides(each), color=QUIET, size=SMALL, **on_top)
    if len(each.values):
        colour = TRAIN_COLOUR if each.words.startswith("train") else TEST_COLOUR
        edge = each.fact.value if each.fact else low
        bins = bins_for([each.values], (low, high), (room[0], room[1] - 0.24), edge, each.step)
        bins.draw(axes, each.values, colour)
        median = each.written(float(np.median(each.values)))
        axes.text(1, 1 + 0.31 / room[1], median, ha="right", color=colour, **on_top)
