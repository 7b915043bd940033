"""Tables of what networks and recipes are, and of what arms and runs reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reproduction import runs
from reproduction.learning import RECIPES
from reproduction.learning.damage import Group
from reproduction.network import Architecture
from reproduction.pages.compared import Saved
from reproduction.pages.shown import Html, table
from reproduction.pages.words import count, interval, median, number, spread
from reproduction.studies import comparison
from reproduction.studies.comparison import LEARNED, REJECTED, Fit
from reproduction.studies.record import BY_HAND, Record
from reproduction.words import lettered

RELATIVES = {
    "LENET1": "LeNet-1",
    "TUTORIAL": "text",
    "TUTORIAL-CODE": "code",
    "SGD": "gradient descent",
}
"""What parts of the names of arms are called, where it is something else."""

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
        ["", *(comparison.WORDS[each.measure] for each in facts)],
        [
            ["published", *(number(each.fact.value) for each in facts)],
            *([lettered(arm), *map(marked_median, fits)] for arm, fits in found.items()),
        ],
        "Medians beside the published numbers (\N{BALLOT X}: does not fit)",
        folded=True,
    )


def marked_median(fit: Fit, decimals: int | None = None) -> str:
    """Write a median, with a cross if the published number does not fit beside it."""
    if decimals is None and not fit.measure.endswith("errors"):
        decimals = 4 if fit.measure.endswith("mse") else 2
    return number(fit.median, decimals) + ("" if fit.fits else UNFIT)


def called(arm: str) -> str:
    """Return what an arm of the relatives is called in the text of the book."""
    return ", ".join(RELATIVES.get(part, part) for part in arm.split(", "))


def reached(record: Record, label: str) -> Html:
    """Return a folded table of what a record's arms reach, and how many errors more than the first.

    Parameters
    ----------
    record : mapping
        A study's record.
    label : str
    """
    first, *_ = record["arms"]
    rows = []
    for arm in record["arms"]:
        apart = "" if arm == first else interval(comparison.difference(record, arm, first))
        errors = spread(comparison.values(record, arm, comparison.ERRORS))
        train, rejected = (
            median(comparison.values(record, arm, measure), decimals)
            for measure, decimals in ((LEARNED, 2), (REJECTED, 1))
        )
        rows.append((called(arm), errors, apart, train, rejected))
    head = ("", "test errors", f"more than {called(first)}", "train error, %", "rejected, %")
    return table(head, rows, label, folded=True)


def groups(found: Mapping[str, Group], label: str) -> Html:
    """Return a table of the weights and biases of layers: their worth, and what is left of them."""
    left = sum(group.left[0] for group in found.values())
    head = ("", "parameters", "of all saliency, %", f"left of them at {left}")
    rows = [
        (
            name.replace(".", ", "),
            group.parameters,
            median(100 * group.share, 2),
            median(group.left),
        )
        for name, group in found.items()
    ]
    return table(head, rows, label)


def recipes(label: str) -> Html:
    """Return a folded table of all recipes that have a name: their stages, and what they are."""
    rows = [
        (name, ", ".join(f"{each.passes} {each.name}" for each in recipe.stages), recipe.about)
        for name, recipe in RECIPES.items()
    ]
    return table(("recipe", "passes", "what it is"), rows, label, folded=True)


def ends(trained: Mapping[str, runs.Run]) -> Html:
    """Return a table of what the networks of the book's runs reach in the end, by their names."""
    rows = []
    for name, run in trained.items():
        learned, by_hand = run.summary["train"], run.summary[BY_HAND]
        rows.append(
            (
                name,
                median(learned["error_percent"], 2),
                spread(by_hand["error_percent"], 2),
                median(by_hand["mse"], 4),
                median(by_hand["rejected"]["difference"], 1),
            )
        )
    head = ("recipe", "train error, %", "handwritten test error, %", "its MSE", "rejected, %")
    what = "medians of sixteen networks, and the range of the test error"
    return table(head, rows, f"The end of {count(len(rows), 'recipe')}: {what}")


def saved(errors: Mapping[str, Saved], over: str = "paper") -> Html:
    """Return a table of the errors that recipes save over one of the book's runs.

    Parameters
    ----------
    errors : mapping of str to Saved
        By the recipe's name.
    over : str
        The other recipe.
    """
    rows = []
    for name, each in errors.items():
        pairs = [int(np.sum(np.sign(each.pairs) == sign)) for sign in (1, 0, -1)]
        rows.append((name, interval(each.mean), *pairs))
    return table(
        ("recipe", "errors saved, 95 % interval", "fewer", "equal", "more"),
        rows,
        f"Errors saved over the recipe {over}, mean of sixteen pairs; in how many pairs the recipe "
        "makes fewer errors, as many, or more",
    )
