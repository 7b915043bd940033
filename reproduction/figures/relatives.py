"""The chapters on the relatives: what the arms of a study reach, beside what was published."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures import marks
from reproduction.figures.dots import diamond, dot_row
from reproduction.figures.sheet import Sheet, fitting, styled
from reproduction.figures.words import (
    lettered,
    median_of,
    said_of_diverged,
    said_of_dots,
    short_percent,
)
from reproduction.studies import comparison, study_of
from reproduction.studies.record import BY_HAND, Record


@styled
def arms(record: Record, title: str) -> Figure:
    """Draw what every arm reaches, with its parameters: test error and what is rejected for 1 %.

    The record is of a study whose arms differ in architecture. Networks that diverged are left out,
    and counted.
    """
    networks = {arm.name: arm.architecture for arm in study_of(record).arms}
    said = {}
    for name, architecture in networks.items():
        lost = comparison.diverged(record, name)
        said[name] = [f"{architecture.counts().parameters} parameters"]
        said[name] += [said_of_diverged(lost)] if lost.any() else []
    names = [[lettered(name), ", ".join(words)] for name, words in said.items()]
    count, band = len(record["seeds"]), marks.row_band(0.5)
    panel = band * len(names)
    of_ours = any(network.name == "LENET1" for network in networks.values())
    tall = fitting(panel + 0.7, 2 * panel + 1.5)
    about = f"Handwritten test digits; {said_of_dots(count)}, tick: median, diamond: published"
    ours = "Ours reject by difference; the paper by thresholds, after learning printed digits too"
    page = Sheet(tall, title, about, ours if of_ours else "")
    measures = {"error_percent": "test error", "rejected.difference": "rejected for 1 % error"}
    published: dict[str, dict[str, float]] = {key: {} for key in measures}
    for name, network in networks.items():
        patterns = comparison.patterns_of(record, name, BY_HAND)
        error = comparison.published_percent(network.name, BY_HAND, patterns)
        if error is not None:
            published["error_percent"][name] = error
            rejected = comparison.rejected_of(network.name, BY_HAND)
            published["rejected.difference"][name] = rejected.value
    for number, (key, what) in enumerate(measures.items()):
        down = 0.3 + fitting(0.0, number * (panel + 0.75))
        start = fitting(2.5 + 2.28 * number, page.margin)
        page.whole().text(start, down - 0.15, f"{what}, %", size=12)
        labelled = names if number == 0 or fitting(False, True) else [[""]] * len(names)
        right = fitting(page.width - start - 1.93, page.margin)
        axes = marks.row_axes(page, labelled, left=start, right=right, band=band, top=down)
        samples = {name: comparison.sound(record, name, f"{BY_HAND}.{key}") for name in networks}
        for name, told in _draw_panel(axes, samples, published[key]).items():
            said[name].append(f"{what} {told}")
    rows = [f"{name}: {', '.join(words)}" for name, words in said.items()]
    return page.described(
        f"Medians of {count} networks on handwritten test digits. {'; '.join(rows)}."
    )


def _draw_panel(
    axes: Axes, samples: Mapping[str, np.ndarray], published: Mapping[str, float]
) -> dict[str, str]:
    """Draw a panel, a row an arm; return what it shows in words."""
    shown = np.concatenate([*samples.values(), np.array(list(published.values()))])
    _scale(axes, shown if len(shown) else np.array([0.0, 1.0]))
    axes.grid(axis="x")
    said = {}
    for number, (name, values) in enumerate(samples.items()):
        told = []
        if len(values):
            dot_row(axes, values, number, fitting(0.24, 0.18))
            told.append(median_of(values))
        if name in published:
            diamond(axes, published[name], number)
            told.append(f"published {short_percent(published[name])}")
        said[name] = " and ".join(told) or "unknown"
    return said


def _scale(axes: Axes, values: np.ndarray) -> None:
    """Give an axis all values; on a logarithmic scale if some are many times as large as others."""
    low, high = float(values.min()), float(values.max())
    if low > 0 and high >= 4 * low:
        marks.log_percent(axes.xaxis, values, 1.12)
        return
    axes.set_xlim(marks.limits_around(values))
    marks.plain_ticks(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
