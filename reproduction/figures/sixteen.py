"""The chapter on sixteen networks in step: one instruction, and what a training step takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reproduction.figures.marks import CENTRED, dot_sign, legend, powers, row_axes, row_band
from reproduction.figures.sheet import (
    HALVES,
    INK,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TRAIN_COLOUR,
    Sheet,
    fitting,
    legible_on,
    mixed,
    styled,
)


@styled
def lanes(weights: np.ndarray, units: np.ndarray, sums: np.ndarray) -> Figure:
    """Draw one fused multiply-add of all networks: sums + weights x units.

    Parameters
    ----------
    weights, units, sums : ndarray, shape (networks,)
        One weight, the value of the unit that it reads, and the sum so far, in each network.
    """
    networks = len(weights)
    in_row = fitting(networks, -(-networks // 2))
    start = fitting(1.5, 1.05)
    width, tall = (fitting(6.7, 3.63) - start) / in_row, 2.65
    page = Sheet(
        tall * -(-networks // in_row) + fitting(0.25, 0.1),
        f"One instruction, {networks} networks",
        "Columns: networks, by seed; numbers: one weight, one unit, one sum of each. A row is a "
        "512-bit register; one fma makes the last of the other three",
    )
    axes = page.whole()
    rows = (
        ("weight  w", weights),
        ("×  unit  x", units),
        ("+  sum so far", sums),
        ("=  sum", sums + weights * units),
    )
    told = []
    for row, (name, values) in enumerate(rows):
        largest = float(np.abs(values).max()) or 1.0
        for lane, value in enumerate(values.tolist()):
            down, column = divmod(lane, in_row)
            x, top = start + column * width, 0.25 + down * tall
            y = top + 0.54 * row + (0.12 if row == 3 else 0)
            if row == 0:
                axes.text(x + width / 2, top - 0.12, str(lane), color=QUIET, size=SMALL, **CENTRED)
            if column == 0:
                axes.text(page.margin, y + 0.23, name, va="center", size=fitting(11.5, 10))
            fill = mixed(PAPER_COLOUR, HALVES[value < 0], 0.84 * abs(value) / largest)
            edge = mixed(PAPER_COLOUR, INK, 0.25)
            place = (x + 0.015, y), width - 0.03, 0.46
            axes.add_patch(Rectangle(*place, facecolor=fill, edgecolor=edge, linewidth=0.5))
            words = f"{value:+.2f}".replace("-", "−").replace("0.", ".")
            axes.text(x + width / 2, y + 0.23, words, color=legible_on(fill), size=8.5, **CENTRED)
        told.append(f"{name.strip('×+= ')}: {', '.join(f'{value:.2f}' for value in values)}")
    page.figure.set_label(
        f"Four rows of {networks} cells, one cell a network, fill showing the value: each sum is "
        f"the sum so far plus weight times unit. {'; '.join(told)}."
    )
    return page.figure


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
    band = row_band(0.36)
    page = Sheet(
        0.9 + band * len(rows),
        "One pattern learned by one network, then and now",
        "Microseconds, on a logarithmic scale",
    )
    names = [[name] for name, _, _ in rows]
    axes = row_axes(page, names, left=2.75, right=fitting(0.85, 0.8), band=band, top=0.3)
    axes.set(xscale="log", xlabel="microseconds")
    for row, (name, networks, value) in enumerate(rows):
        colour = {old_name: TRAIN_COLOUR, "this engine": HALVES[0]}.get(name, QUIET)
        axes.axhline(row, color=SHADE, linewidth=0.8, zorder=0)
        full = colour if networks > 1 else PAPER_COLOUR
        axes.plot(value, row, "o", color=colour, markerfacecolor=full, markersize=8)
        box = {"facecolor": PAPER_COLOUR, "edgecolor": "none", "pad": 1}
        look: dict[str, Any] = {"textcoords": "offset points", "va": "center", "bbox": box}
        axes.annotate(_in_time(value), (value, row), (9, 0), size=SMALL, **look)
    powers(axes.xaxis)
    signs = [
        (dot_sign(QUIET, markersize=8), "sixteen networks in step"),
        (dot_sign(QUIET, markersize=8, markerfacecolor=PAPER_COLOUR), "one at a time"),
    ]
    legend(page.whole(), page.margin, 0.12, page.width, signs)
    told = "; ".join(f"{name} {_in_time(value)}" for name, _, value in rows)
    page.figure.set_label(f"Time to learn one pattern in one network, from the fastest: {told}.")
    return page.figure


def _in_time(microseconds: float) -> str:
    """Write a time in a fitting unit, with about two figures."""
    if microseconds >= 1e5:
        return f"{microseconds / 1e6:.2f} s"
    return f"{microseconds:.1f} µs" if microseconds < 100 else f"{microseconds:.0f} µs"
