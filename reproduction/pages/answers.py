"""What stands behind the answer to an open question: its arms as a picture and as tables."""

from __future__ import annotations

import numpy as np

from reproduction.figures import questions
from reproduction.figures.words import WORDS, lettered
from reproduction.pages.shown import Html, show, table
from reproduction.pages.words import median, number
from reproduction.studies import comparison
from reproduction.studies.comparison import Fit
from reproduction.studies.record import Record

UNFIT = "\N{NO-BREAK SPACE}\N{BALLOT X}"
"""Stands behind a median beside which the published number does not fit."""

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
    return Html(drawn.text + medians(record).text)


def medians(record: Record) -> Html:
    """Return the medians of a study's arms beside the published numbers, folded.

    A cross stands where the published number does not fit; a dash, where networks diverged.
    """
    facts = comparison.published(record, next(iter(record["arms"])))
    rows = [
        [lettered(arm), *(_median(each) for each in comparison.fits(record, arm))]
        for arm in record["arms"]
    ]
    return table(
        ["arm", *(WORDS[measure] for measure in facts)],
        [["published", *(number(fact.value) for fact in facts.values())], *rows],
        "Medians beside the published numbers (\N{BALLOT X}: does not fit)",
        folded=True,
    )


def mse_readings(record: Record) -> Html:
    """Return the published MSEs beside those of a study's first arm, in every reading of "MSE".

    In brackets is the interval of the next network.
    """
    readings = comparison.mse_fits(record, next(iter(record["arms"])))
    measures = next(iter(readings.values()))
    rows = [
        [reading, *(f"{_median(each, 3)} ({each.low:.3f}{TO}{each.high:.3f})" for each in found)]
        for reading, found in readings.items()
    ]
    return table(
        ["MSE", *(WORDS[each.measure] for each in measures)],
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


def _median(fit: Fit, decimals: int | None = None) -> str:
    if decimals is None and not fit.measure.endswith("errors"):
        decimals = 4 if fit.measure.endswith("mse") else 2
    return number(fit.median, decimals) + ("" if fit.fits else UNFIT)
