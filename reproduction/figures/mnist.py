"""The chapter on MNIST: what arms misread, in rows, and the same digits in several forms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures import marks
from reproduction.figures.colours import SHADE
from reproduction.figures.digits import in_a_row
from reproduction.figures.dots import diamond, dot_row
from reproduction.figures.sheet import Place, Sheet, fitting, styled, tiles
from reproduction.figures.words import in_percent, lettered, median_of, said_of_dots
from reproduction.paper import Fact
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record

FAR = 4
"""A scale on which the highest value is so many times the lowest is logarithmic."""


@styled
def error_rates(
    record: Record, names: Mapping[str, str], title: str, fact: Fact | None = None
) -> Figure:
    """Draw what share of its test digits each network of some arms misreads, a row an arm.

    Parameters
    ----------
    record : mapping
        A study's record. Networks that diverged are left out.
    names : mapping of str to str
        What an arm is called, by its name in the record.
    title : str
        What to see.
    fact : Fact, optional
        The published error rate: a band as wide as its rounding, with a diamond above.
    """
    samples = {arm: comparison.sound(record, arm, f"{BY_HAND}.error_percent") for arm in names}
    said = f"Test digits misread, %; {said_of_dots(len(record['seeds']))}, tick: median"
    band = marks.row_band()
    page = Sheet(
        band * len(names) + (0.2 if fact else 0.05) + 0.45,
        title,
        said + (f", band: published, {fact}" if fact else ""),
    )
    called = [[lettered(name)] for name in names.values()]
    axes = marks.row_axes(page, called, left=2.75, band=band, top=0.2 if fact else 0.05)
    shown = np.concatenate([*samples.values(), [fact.value] if fact else []])
    if shown.min() > 0 and shown.max() > FAR * shown.min():
        marks.log_percent(axes.xaxis, shown)
    else:
        axes.set_xlim(marks.limits_around(shown, 0.06))
        marks.plain_ticks(axes.xaxis)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.grid(axis="x")
    if fact:
        half = comparison.rounding(fact)
        axes.axvspan(fact.value - half, fact.value + half, color=SHADE, linewidth=0, zorder=0)
        diamond(axes, fact.value, axes.get_ylim()[1])
    told = []
    for number, (arm, values) in enumerate(samples.items()):
        dot_row(axes, values, number, fitting(0.24, 0.18))
        low, high = in_percent(values.min()), in_percent(values.max())
        told.append(f"{names[arm]}: {median_of(values)}, {low} to {high}")
    beside = f" Published: {fact}." if fact else ""
    return page.described(f"{title}. Medians and ranges: {'; '.join(told)}.{beside}")


@styled
def forms(rows: Mapping[str, np.ndarray], title: str, said: str) -> Figure:
    """Draw the same digits in several forms, a row each.

    Parameters
    ----------
    rows : mapping of str to ndarray, shape (n, side, side)
        What a form is called, and the images in it, from -1 (paper) to 1 (ink).
    title, said : str
        What to see, and what is shown.
    """
    count = len(next(iter(rows.values())))
    cell = tiles(1, (count, count), 0.0)[0].width
    page = Sheet(len(rows) * (cell + 0.32), title, said)
    axes = page.whole()
    for number, (name, images) in enumerate(rows.items()):
        top, aside = number * (cell + 0.32), images.shape[1] // 8
        marks.note(axes, page.margin, top + 0.06, name, ha="left")
        row = in_a_row(images, aside)
        pixel = (page.width - 2 * page.margin) / row.shape[1]
        tall = pixel * images.shape[1]
        marks.ink_map(axes, row, Place(page.margin, top + 0.2, pixel * row.shape[1], tall))
    return page.described(f"{title}. {said}. Rows: {', '.join(rows)}.")
