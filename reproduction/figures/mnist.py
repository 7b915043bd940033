"""The chapter on MNIST: what arms misread, in rows, and the same digits in several forms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from reproduction.figures import marks
from reproduction.figures.colours import SHADE
from reproduction.figures.dots import diamond, dot_rows
from reproduction.figures.sheet import Sheet, styled, tiles
from reproduction.paper import Fact
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record
from reproduction.words import in_percent, lettered, median_of, said_of_dots


@styled
def error_rates(record: Record, names: Mapping[str, str], title: str, fact: Fact) -> Figure:
    """Draw what share of its test digits each network of some arms misreads, a row an arm.

    The names are what arms are called, by their names in the record; networks that diverged are
    left out. The published rate is a band as wide as its rounding, with a diamond above.
    """
    samples = [comparison.sound(record, arm, f"{BY_HAND}.error_percent") for arm in names]
    band, dots = marks.row_band(), said_of_dots(len(record["seeds"]))
    said = f"Test digits misread, %; {dots}, tick: median, band: published, {fact}"
    page = Sheet(band * len(names) + 0.65, title, said)
    called = [[lettered(name)] for name in names.values()]
    axes = marks.row_axes(page, called, left=2.75, band=band, top=0.2)
    dot_rows(axes, samples, [fact.value], 6, 1.15)
    half = comparison.rounding(fact)
    axes.axvspan(fact.value - half, fact.value + half, color=SHADE, linewidth=0, zorder=0)
    diamond(axes, fact.value, axes.get_ylim()[1])
    told = []
    for name, values in zip(names.values(), samples, strict=True):
        low, high = in_percent(values.min()), in_percent(values.max())
        told.append(f"{name}: {median_of(values)}, {low} to {high}")
    return page.described(f"{title}. Medians and ranges: {'; '.join(told)}. Published: {fact}.")


@styled
def forms(rows: Mapping[str, np.ndarray], title: str, said: str) -> Figure:
    """Draw the same digits in several forms, a row each.

    The rows are images, (n, side, side), from -1 (paper) to 1 (ink), by what their form is called.
    """
    count = len(next(iter(rows.values())))
    cell = tiles(1, (count, count), 0.0)[0].width
    page = Sheet(len(rows) * (cell + 0.32), title, said)
    axes = page.whole()
    for number, (name, images) in enumerate(rows.items()):
        top, aside = number * (cell + 0.32), images.shape[1] // 8
        marks.note(axes, page.margin, top + 0.06, name, ha="left")
        marks.digit_row(axes, images, page.margin, top + 0.2, cell, aside)
    return page.described(f"{title}. {said}. Rows: {', '.join(rows)}.")
