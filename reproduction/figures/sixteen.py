"""The chapter on sixteen networks in step: one instruction, and what a training step takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from reproduction.figures import colours, marks
from reproduction.figures.colours import HALVES, INK, PAPER, QUIET, SHADE, TRAIN_COLOUR
from reproduction.figures.sheet import SMALL, Place, Sheet, fitting, styled


@styled
def lanes(weights: np.ndarray, units: np.ndarray, sums: np.ndarray) -> Figure:
    """Draw one fused multiply-add of all networks: sums + weights x units.

    Parameters
    ----------
    weights, units, sums : ndarray, shape (networks,)
        One weight, the value of the unit that it reads, and the sum so far, in each network.
    """
    networks = len(weights)
    in_row, start = fitting((networks, 1.5), (-(-networks // 2), 1.05))
    width, tall = (fitting(6.7, 3.63) - start) / in_row, 2.65
    page = Sheet(
        tall * -(-networks // in_row) + fitting(0.25, 0.1),
        f"One instruction, {networks} networks",
        "Columns: networks, by seed; numbers: one weight, one unit, one sum of each. A row is a "
        "512-bit register; one fma makes the last of the other three",
    )
    axes, told = page.whole(), []
    results = sums + weights * units
    for row, (name, sign, values) in enumerate(
        (
            ("weight  w", "", weights),
            ("unit  x", "×  ", units),
            ("sum so far", "+  ", sums),
            ("sum", "=  ", results),
        )
    ):
        largest = float(np.abs(values).max()) or 1.0
        for lane, value in enumerate(values.tolist()):
            down, column = divmod(lane, in_row)
            x, top = start + column * width, 0.25 + down * tall
            place = Place(x, top + 0.54 * row + (0.12 if row == 3 else 0), width, 0.46)
            middle, height = place.centre
            if row == 0:
                marks.note(axes, middle, top - 0.12, str(lane))
            if column == 0:
                axes.text(page.margin, height, sign + name, va="center", size=fitting(11.5, 10))
            fill = colours.mixed(PAPER, HALVES[value < 0], 0.84 * abs(value) / largest)
            cell = place._replace(x=x + 0.015, width=width - 0.03)
            marks.box(axes, cell, facecolor=fill)
            marks.frame(axes, cell, colours.mixed(PAPER, INK, 0.25), 0.5)
            words = f"{value:+.2f}".replace("-", "−").replace("0.", ".")
            marks.write(axes, middle, height, words, color=colours.legible_on(fill), size=8.5)
        told.append(f"{name}: {', '.join(f'{value:.2f}' for value in values)}")
    return page.described(
        f"Four rows of {networks} cells, one cell a network, fill showing the value: each sum is "
        f"the sum so far plus weight times unit. {'; '.join(told)}."
    )


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
    band = marks.row_band(0.36)
    page = Sheet(
        0.9 + band * len(rows),
        "One pattern learned by one network, then and now",
        "Microseconds, on a logarithmic scale",
    )
    names = [[name] for name, _, _ in rows]
    axes = marks.row_axes(page, names, left=2.75, right=fitting(0.85, 0.8), band=band, top=0.3)
    axes.set(xscale="log", xlabel="microseconds")
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
    look: dict[str, Any] = {"textcoords": "offset points", "va": "center", "bbox": ground}
    for row, (name, networks, value) in enumerate(rows):
        colour = {old_name: TRAIN_COLOUR, "this engine": HALVES[0]}.get(name, QUIET)
        axes.axhline(row, color=SHADE, linewidth=0.8, zorder=0)
        full = colour if networks > 1 else PAPER
        axes.plot(value, row, "o", color=colour, markerfacecolor=full, markersize=8)
        axes.annotate(_in_time(value), (value, row), (9, 0), size=SMALL, **look)
    marks.powers(axes.xaxis)
    marks.legend(
        page,
        page.margin,
        0.12,
        (marks.dot_sign(QUIET, markersize=8), "sixteen networks in step"),
        (marks.dot_sign(QUIET, markersize=8, markerfacecolor=PAPER), "one at a time"),
    )
    told = "; ".join(f"{name} {_in_time(value)}" for name, _, value in rows)
    return page.described(f"Time to learn one pattern in one network, from the fastest: {told}.")


def _in_time(microseconds: float) -> str:
    """Write a time in a fitting unit, with about two figures."""
    if microseconds >= 1e5:
        return f"{microseconds / 1e6:.2f} s"
    return f"{microseconds:.1f} µs" if microseconds < 100 else f"{microseconds:.0f} µs"
