"""Tables of what networks are and of what a study's arms reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reproduction.figures.words import WORDS, lettered
from reproduction.network import Architecture
from reproduction.pages.shown import Html, table
from reproduction.pages.words import interval, median, number, spread
from reproduction.studies import comparison
from reproduction.studies.comparison import Fit
from reproduction.studies.record import BY_HAND, Record

REJECTED = f"{BY_HAND}.rejected.difference"

UNFIT = "\N{NO-BREAK SPACE}\N{BALLOT X}"
"""Stands behind a median beside which the published number does not fit."""


def layers(architecture: Architecture, label: str) -> Html:
    """Return a table of a network's layers: their size, connections and free parameters."""
    rows: list[tuple[object, ...]] = []
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        sides = (shape.maps, shape.height, shape.width)
        size = " × ".join(map(str, sides)) if shape.height > 1 else shape.maps
        rows.append((layer.name, size, number(shape.connections), number(shape.parameters)))
    counts = architecture.counts()
    rows.append(("all", "", number(counts.connections), number(counts.parameters)))
    return table(("layer", "size", "connections", "parameters"), rows, label)


def beside(record: Record, arms: Sequence[str] | None = None) -> Html:
    """Return the medians of arms beside the published numbers, folded.

    A cross stands where the published number does not fit; a dash, where networks diverged.

    Parameters
    ----------
    record : mapping
        A study's record.
    arms : sequence of str, optional
        Those of which the same numbers were published; by default all.
    """
    found = {arm: comparison.fits(record, arm) for arm in arms or record["arms"]}
    facts = next(iter(found.values()))
    return table(
        ["", *(WORDS[each.measure] for each in facts)],
        [
            ["published", *(number(each.fact.value) for each in facts)],
            *([lettered(arm), *map(median_of, fits)] for arm, fits in found.items()),
        ],
        "Medians beside the published numbers (\N{BALLOT X}: does not fit)",
        folded=True,
    )


def median_of(fit: Fit, decimals: int | None = None) -> str:
    """Write a median, with a cross if the published number does not fit beside it."""
    if decimals is None and not fit.measure.endswith("errors"):
        decimals = 4 if fit.measure.endswith("mse") else 2
    return number(fit.median, decimals) + ("" if fit.fits else UNFIT)


def reached(record: Record, names: Mapping[str, str], label: str) -> Html:
    """Return a folded table of what arms reach, and how many errors more than the first.

    Parameters
    ----------
    record : mapping
        A study's record.
    names : mapping of str to str
        What each arm is called in the table, by its name in the record.
    label : str
    """
    first = next(iter(names))
    rows = []
    for arm, name in names.items():
        apart = "" if arm == first else interval(comparison.difference(record, arm, first))
        errors = spread(comparison.values(record, arm, comparison.ERRORS))
        train, rejected = (
            median(comparison.values(record, arm, measure), decimals)
            for measure, decimals in (("train.error_percent", 2), (REJECTED, 1))
        )
        rows.append((name, errors, apart, train, rejected))
    head = ("", "test errors", f"more than {names[first]}", "train error, %", "rejected, %")
    return table(head, rows, label, folded=True)
