"""What stands behind the answer to an open question: its arms as a picture and as tables."""

from __future__ import annotations

import numpy as np

from reproduction.figures import questions
from reproduction.pages.arms import beside, median_of
from reproduction.pages.shown import Html, show, table
from reproduction.pages.words import median, number
from reproduction.studies import comparison
from reproduction.studies.record import Record

TO = "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}"


def study(record: Record, title: str, caption: str) -> Html:
    """Return a study's arms against its first, and below them their medians, folded.

    Parameters
    ----------
    record : mapping
        A study's record, for whose first arm something was published.
    title : str
        Of the figure: what to see.
    caption : str
        What to notice, as HTML.
    """
    drawn = show(questions.differences(record, title), caption)
    return Html(drawn.text + beside(record).text)


def mse_readings(record: Record) -> Html:
    """Return the published MSEs beside those of a study's first arm, in every reading of "MSE".

    In brackets is the interval of the next network.
    """
    readings = comparison.mse_fits(record, next(iter(record["arms"])))
    measures = next(iter(readings.values()))
    rows = [
        [reading, *(f"{median_of(each, 3)} ({each.low:.3f}{TO}{each.high:.3f})" for each in found)]
        for reading, found in readings.items()
    ]
    return table(
        ["MSE", *(comparison.WORDS[each.measure] for each in measures)],
        [["published", *(number(each.fact.value) for each in measures)], *rows],
        "The MSE in four readings",
    )


def printed_errors(record: Record) -> Html:
    """Return how many printed test digits the networks of each arm misread."""
    found = {arm: comparison.values(record, arm, "test_printed.errors") for arm in record["arms"]}
    return table(
        ["kept for the test", "networks without", "median", "most"],
        [
            [arm, f"{np.sum(errors == 0)} of {len(errors)}", median(errors), number(errors.max())]
            for arm, errors in found.items()
        ],
        "Errors on printed test digits",
    )
