"""The chapters on the relatives: what the arms of a study reach, beside what was published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures.dots import diamond, dot_row
from reproduction.figures.marks import (
    limits_around,
    log_percent,
    plain_ticks,
    row_axes,
    row_band,
)
from reproduction.figures.sheet import Sheet, fitting, styled
from reproduction.figures.words import (
    in_percent,
    lettered,
    published_percents,
    said_of_diverged,
    said_of_dots,
    short_percent,
    sound,
)
from reproduction.paper import PUBLISHED
from reproduction.studies import Arm, comparison, study_of
from reproduction.studies.record import BY_HAND, Record

_ERROR, _REJECTED = "error_percent", "rejected.difference"
_PANELS = ((_ERROR, "test error, %"), (_REJECTED, "rejected for 1 % error, %"))


@styled
def arms(record: Record) -> Figure:
    """Draw what every arm reaches, with its parameters: test error and what is rejected for 1 %.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        The record of the study "relatives", or of others whose arms differ in architecture.
    """
    found = study_of(record).arms
    said = {arm.name: [f"{arm.architecture.counts().parameters} parameters"] for arm in found}
    for name, words in said.items():
        lost = comparison.diverged(record, name)
        words += [said_of_diverged(lost)] if lost.any() else []
    networks, band = len(record["seeds"]), row_band(0.5)
    panel = band * len(found)
    of_ours = any(arm.architecture.name == "LENET1" for arm in found)
    page = Sheet(
        fitting(panel + 0.7, 2 * panel + 1.5),
        "LeNet-1 and its relatives",
        f"Handwritten test digits; {said_of_dots(networks)}, tick: median, diamond: published",
        "Ours reject by difference; the paper by thresholds, after learning printed digits too"
        if of_ours
        else "",
    )
    names = [[lettered(name), ", ".join(words)] for name, words in said.items()]
    whole = page.whole()
    for number, (key, what) in enumerate(_PANELS):
        down = 0.3 + fitting(0.0, number * (panel + 0.75))
        start = fitting(2.5 + 2.28 * number, page.margin)
        whole.text(start, down - 0.15, what, size=12)
        labelled = names if number == 0 or fitting(False, True) else [[""]] * len(names)
        right = fitting(page.width - start - 1.93, page.margin)
        axes = row_axes(page, labelled, left=start, right=right, band=band, top=down)
        for name, told in _draw_panel(axes, record, found, key).items():
            said[name].append(f"{what.removesuffix(', %')} {told}")
    rows = [f"{name}: {', '.join(words)}" for name, words in said.items()]
    page.figure.set_label(
        f"Medians of {networks} networks on handwritten test digits. {'; '.join(rows)}."
    )
    return page.figure


def _draw_panel(axes: Axes, record: Record, found: Sequence[Arm], key: str) -> dict[str, str]:
    """Draw a panel, a row an arm; return what it shows in words."""
    samples = {arm.name: sound(record, arm.name, f"{BY_HAND}.{key}") for arm in found}
    published = {arm.name: _published(record, arm).get(key) for arm in found}
    marks = [value for value in published.values() if value is not None]
    shown = np.concatenate([*samples.values(), np.array(marks)])
    _scale(axes, shown if len(shown) else np.array([0.0, 1.0]))
    axes.grid(axis="x")
    said = {}
    for number, (name, values) in enumerate(samples.items()):
        told = []
        if len(values):
            dot_row(axes, values, number, fitting(0.24, 0.18))
            told.append(in_percent(float(np.median(values))))
        value = published[name]
        if value is not None:
            diamond(axes, value, number)
            told.append(f"published {short_percent(value)}")
        said[name] = " and ".join(told) or "unknown"
    return said


def _published(record: Record, arm: Arm) -> dict[str, float]:
    """Give what is published of an arm's network, in percent, by the panel."""
    if arm.architecture.name == "LENET1":
        facts = PUBLISHED["LENET1"]
        return {
            _ERROR: facts[f"{BY_HAND}.error_percent"].value,
            _REJECTED: facts[f"{BY_HAND}.rejected.thresholds"].value,
        }
    found = {}
    percents = published_percents(record, arm.name)
    if BY_HAND in percents:
        found[_ERROR] = percents[BY_HAND]
    rejected = comparison.published(record, arm.name).get(f"{BY_HAND}.{_REJECTED}")
    if rejected is not None:
        found[_REJECTED] = rejected.value
    return found


def _scale(axes: Axes, values: np.ndarray) -> None:
    """Give an axis all values; on a logarithmic scale if some are many times as large as others."""
    low, high = float(values.min()), float(values.max())
    if low > 0 and high >= 4 * low:
        log_percent(axes.xaxis, values, 1.12)
        return
    axes.set_xlim(limits_around(values))
    plain_ticks(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
