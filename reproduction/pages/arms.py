"""Tables of what networks are and of what a study's arms reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reproduction.figures.words import WORDS
from reproduction.network import Architecture
from reproduction.pages.shown import Html, table
from reproduction.pages.words import interval, median, number, spread
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record

REJECTED = f"{BY_HAND}.rejected.difference"


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


def beside(record: Record, arms: Sequence[str], label: str) -> Html:
    """Return a folded table of the numbers published of arms, beside what these reach.

    Parameters
    ----------
    record : mapping
        A study's record.
    arms : sequence of str
        Such as something was published of.
    label : str
    """
    rows = [
        (
            f"{arm}, {WORDS[fit.measure].removesuffix(', %')}",
            str(fit.fact).removesuffix(" patterns"),
            spread(comparison.values(record, arm, fit.measure), {"%": 2, "": 4}.get(fit.fact.unit)),
            "yes" if fit.fits else "no",
        )
        for arm in arms
        for fit in comparison.fits(record, arm)
    ]
    return table(("", "published", "median (range)", "fits"), rows, label, folded=True)


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
