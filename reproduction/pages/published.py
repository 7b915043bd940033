"""Tables of what was published beside ours, and of what was chosen where nothing was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from reproduction.evaluation.account import Overlap, share_of_errors
from reproduction.figures import results
from reproduction.network import Architecture
from reproduction.pages.shown import Html, show, table
from reproduction.pages.words import median, number, span, spread
from reproduction.paper import PUBLISHED, Row, side_by_side
from reproduction.studies.selection import Choice

COUNTED = ("units", "connections", "parameters")
"""What the papers count of their networks."""


def measured(
    rows: Iterable[Row], summary: Mapping[str, Any], label: str, folded: bool = False
) -> Html:
    """Return a table of published numbers, with their pages, beside a run's medians and ranges.

    Parameters
    ----------
    rows : iterable of Row
    summary : mapping
        A run's summary.json, as read.
    label : str
    folded : bool
        Whether the reader unfolds it.
    """
    lines = []
    for each in side_by_side(rows, summary):
        fact = each.row.published
        found = {"median": each.median, "min": each.min, "max": each.max}
        form = (found, 2 if fact.unit else 4, fact.unit)
        lines.append((each.row.what, fact, fact.page, median(*form), span(*form)))
    return table(("", "paper", "page", "our median", "our range"), lines, label, folded)


def beside_paper(rows: Sequence[Row], summary: Mapping[str, Any], caption: str) -> Html:
    """Return what the paper prints among a run's numbers, and below it all rows as a table, folded.

    Parameters
    ----------
    rows : sequence of Row
        In the figure, those that have no note: the paper's own set and rule.
    summary : mapping
        A run's summary.json, as read.
    caption : str
        Of the figure: what to notice, as HTML.
    """
    printed = [row for row in rows if not row.note]
    drawn = show(results.beside_paper(printed, summary), caption)
    return drawn + measured(rows, summary, "The same as a table", folded=True)


def layers_with_units(architecture: Architecture, label: str) -> Html:
    """Return a table of what the paper counts of a network, layer by layer, and the sums."""
    plane = architecture.plane
    rows: list[tuple[object, ...]] = [
        ("plane and bias unit", number(plane.height * plane.width + 1), 0, 0)
    ]
    names = [layer.name for layer in architecture.layers]
    for name, found in zip(
        [*names, "sum"], [*architecture.shapes, architecture.counts()], strict=True
    ):
        rows.append((name, *(number(getattr(found, each)) for each in COUNTED)))
    return table(("layer", *COUNTED), rows, label)


def miscounted(architecture: Architecture) -> list[str]:
    """Return what the paper on a network counts otherwise than its layers, by the fact's name.

    The sister paper counts neither margin nor bias unit among the units, and gives the connections
    into its layers as well.
    """
    facts = PUBLISHED[architecture.name]
    counts = architecture.counts(plane_and_bias_unit=architecture.name == "LENET1")
    ours = {what: getattr(counts, what) for what in COUNTED}
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        ours[f"connections_into_{layer.name.lower()}"] = shape.connections
    return [what for what, number in ours.items() if what in facts and facts[what].value != number]


def errors_by_kind(fragment: np.ndarray, suspect: np.ndarray, misread: np.ndarray) -> Html:
    """Return a table of the paper's account of its errors, and what two rules of ours mark.

    Parameters
    ----------
    fragment, suspect : ndarray of bool, shape (n,)
        What `fragments` and `wrong_label_suspects` mark; see `reproduction.evaluation.account`.
    misread : ndarray of bool, shape (n, networks)
    """
    by_all = misread.all(axis=1)
    return table(
        ("", "paper, about", "a network’s errors", "those all miss"),
        [
            (
                name,
                PUBLISHED["LENET1"][fact],
                spread(share_of_errors(kind, misread), 0, "%"),
                f"{np.sum(kind & by_all)} of {np.sum(by_all)}",
            )
            for name, fact, kind in (
                ("badly cut", "errors_badly_cut", fragment),
                ("wrong label", "errors_wrongly_labelled", suspect),
            )
        ],
        "The paper’s account, and what our rules mark",
    )


def missed_by_class(found: Sequence[Overlap]) -> Html:
    """Return a folded table of how many digits of each class most networks miss."""
    return table(
        ("digit", "missed by most", "by chance", "p"),
        [
            (digit, each.both, number(each.expected, 1), number(each.p, 3))
            for digit, each in enumerate(found)
        ],
        "All ten classes (Fisher’s exact test, one-sided)",
        folded=True,
    )


def candidates(choices: Iterable[Choice], label: str) -> Html:
    """Return a folded table of the candidates of choices, the best of each choice first."""
    rows = []
    for choice in choices:
        for each in sorted(choice.candidates.values(), key=lambda one: one.held_out_error):
            found = (each.held_out_error, each.above_best, each.standard_error)
            figures = (f"{value:.3g}" for value in (*found, each.train_error, each.train_mse))
            rows.append((each.name, *figures, "ties" if each.ties else ""))
    head = ("", "held out, %", "above best", "standard error", "train, %", "MSE", "")
    return table(head, rows, label, folded=True)
