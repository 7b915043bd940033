"""The chapters on the relatives: what the arms of a study reach, beside what was published."""

from __future__ import annotations

from matplotlib.figure import Figure

from reproduction.figures import marks
from reproduction.figures.dots import diamond, dot_rows
from reproduction.figures.sheet import Sheet, fitting, styled
from reproduction.studies import comparison, study_of
from reproduction.studies.measured import rates_published
from reproduction.studies.record import BY_HAND, Record
from reproduction.words import (
    lettered,
    median_of,
    said_of_diverged,
    said_of_dots,
    short_percent,
)


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
    published = {
        name: rates_published(network.name, comparison.patterns_of(record, name, BY_HAND))
        for name, network in networks.items()
    }
    for number, (key, what) in enumerate(measures.items()):
        down = 0.3 + fitting(0.0, number * (panel + 0.75))
        start = fitting(2.5 + 2.28 * number, page.margin)
        page.whole().text(start, down - 0.15, f"{what}, %", size=12)
        labelled = names if number == 0 or fitting(False, True) else [[""]] * len(names)
        right = fitting(page.width - start - 1.93, page.margin)
        axes = marks.row_axes(page, labelled, left=start, right=right, band=band, top=down)
        samples = [comparison.sound(record, name, f"{BY_HAND}.{key}") for name in networks]
        facts = {name: found[key] for name, found in published.items() if found}
        dot_rows(axes, samples, list(facts.values()))
        for row, (name, values) in enumerate(zip(networks, samples, strict=True)):
            told = [median_of(values)] if len(values) else []
            if name in facts:
                diamond(axes, facts[name], row)
                told.append(f"published {short_percent(facts[name])}")
            said[name].append(f"{what} {' and '.join(told) or 'unknown'}")
    rows = [f"{name}: {', '.join(words)}" for name, words in said.items()]
    return page.described(
        f"Medians of {count} networks on handwritten test digits. {'; '.join(rows)}."
    )
