"""The chapter on sixteen networks in step: one instruction, and what a training step takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from reproduction.figures import colours, marks
from reproduction.figures.colours import CYCLE, HALVES, INK, PAPER, QUIET, SHADE, TRAIN_COLOUR
from reproduction.figures.sheet import SMALL, Sheet, end_of, fitting, styled, tiles
from reproduction.network import NETWORKS


@styled
def lanes(weights: np.ndarray, units: np.ndarray, sums: np.ndarray) -> Figure:
    """Draw one fused multiply-add of all networks: sums + weights x units, each (networks,).

    One weight, the value of the unit that it reads, and the sum so far, in each network.
    """
    networks = len(weights)
    places = tiles(networks, (networks, -(-networks // 2)), 0.03, 2.65, fitting(1.2, 0.93))
    page = Sheet(
        end_of(places) + fitting(0.25, 0.1),
        f"One instruction, {networks} networks",
        "Columns: networks, by seed; numbers: one weight, one unit, one sum of each. A row is a "
        "512-bit register; one fma makes the last of the other three",
    )
    axes, told = page.whole(), []
    rows = {"weight  w": weights, "unit  x": units, "sum so far": sums}
    rows["sum"] = sums + weights * units
    for row, (name, values) in enumerate(rows.items()):
        largest = float(np.abs(values).max()) or 1.0
        for lane, (value, place) in enumerate(zip(values.tolist(), places, strict=True)):
            down = 0.25 + 0.54 * row + (0.12 if row == 3 else 0)
            cell = place._replace(y=place.y + down, height=0.46)
            if row == 0:
                marks.note(axes, cell.middle, cell.y - 0.12, str(lane))
            if place.x == places[0].x:
                words, size = ("", "×  ", "+  ", "=  ")[row] + name, fitting(11.5, 10)
                axes.text(page.margin, cell.centre[1], words, va="center", size=size)
            fill = colours.mixed(PAPER, HALVES[value < 0], 0.84 * abs(value) / largest)
            words = f"{value:+.2f}".replace("-", "−").replace("0.", ".")
            marks.cell(axes, cell, fill, words, size=8.5)
            marks.frame(axes, cell, colours.mixed(PAPER, INK, 0.25), 0.5)
        told.append(f"{name}: {', '.join(f'{value:.2f}' for value in values)}")
    return page.described(
        f"Four rows of {networks} cells, one cell a network, fill showing the value: each sum is "
        f"the sum so far plus weight times unit. {'; '.join(told)}."
    )


@styled
def speeds(peers: Sequence[Mapping[str, Any]], old: float, old_name: str) -> Figure:
    """Draw the time of one training step of one network, today's software and 1989's computer.

    Peers have a "name", "networks" and "microseconds", None if these were not measured; `old` is
    how many it was in 1989.
    """
    rows = [(peer["name"], peer["networks"], peer["microseconds"]) for peer in peers]
    rows = [row for row in rows if row[2]] + [(old_name, 1, old)]
    rows.sort(key=lambda row: row[2])
    band = marks.row_band(0.36)
    title = "One pattern learned by one network, then and now"
    about = "Microseconds, on a logarithmic scale"
    page = Sheet(0.9 + band * len(rows), title, about)
    names = [[name] for name, _, _ in rows]
    axes = marks.row_axes(page, names, left=2.75, right=fitting(0.85, 0.8), band=band, top=0.3)
    axes.set(xscale="log", xlabel="microseconds")
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
    look = {"size": SMALL, "va": "center", "bbox": ground}
    for row, (name, networks, value) in enumerate(rows):
        colour = {old_name: TRAIN_COLOUR, "this engine": HALVES[0]}.get(name, QUIET)
        axes.axhline(row, color=SHADE, linewidth=0.8, zorder=0)
        full = colour if networks > 1 else PAPER
        axes.plot(value, row, "o", color=colour, markerfacecolor=full, markersize=8)
        marks.write_beside(axes, value, row, _in_time(value), (9, 0), **look)
    marks.powers(axes.xaxis)
    step, alone = (marks.dot_sign(QUIET, markersize=8, mfc=inside) for inside in (QUIET, PAPER))
    signs = (step, "sixteen networks in step"), (alone, "one at a time")
    marks.legend(page, page.margin, 0.12, *signs)
    told = "; ".join(f"{name} {_in_time(value)}" for name, _, value in rows)
    return page.described(f"Time to learn one pattern in one network, from the fastest: {told}.")


def _in_time(microseconds: float) -> str:
    """Write a time in a fitting unit, with about two figures."""
    if microseconds >= 1e5:
        return f"{microseconds / 1e6:.2f} s"
    return f"{microseconds:.1f} µs" if microseconds < 100 else f"{microseconds:.0f} µs"


@styled
def trainings(found: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw the time of trainings over their networks, and over their passes, by cores.

    Each has "networks", "passes", "cores" and "seconds"; over networks, the passes of the first.
    """
    places, told = tiles(2, (2, 1), 0.3, 2.6), []
    page = Sheet(
        end_of(places) + 0.1, "Twice the work, twice the time", "Seconds of a short training"
    )
    colours_of = dict(zip(sorted({each["cores"] for each in found}), CYCLE, strict=False))
    held = ("networks", "passes", found[0]["passes"]), ("passes", "networks", NETWORKS)
    for place, (over, other, value) in zip(places, held, strict=True):
        axes = page.panel(place.x + 0.35, place.y + 0.25, place.width - 0.35, 1.85)
        axes.set_xlabel(f"{over} ({value} {other})")
        style = "steps-pre" if over == "networks" else "default"  # a bank is filled or begun
        for cores, colour in colours_of.items():
            of_line = [each for each in found if (each["cores"], each[other]) == (cores, value)]
            points = sorted((each[over], each["seconds"]) for each in of_line)
            axes.plot(*zip(*points, strict=True), "o-", color=colour, markersize=5, drawstyle=style)
            said = ", ".join(f"{count} {took:.2f} s" for count, took in points)
            told.append(f"by {over} on {cores} of the cores: {said}")
        axes.set(xlim=(0, None), ylim=(0, None))
        marks.whole_ticks(axes.xaxis, 7)
    signs = [(marks.dot_sign(colour), f"cores: {n}") for n, colour in colours_of.items()]
    marks.legend(page, page.margin, 0.12, *signs)
    return page.described(f"Time of short trainings, {'; '.join(told)}.")
