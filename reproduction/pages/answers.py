"""The open questions that studies were made for, and what stands behind each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reproduction.figures import questions
from reproduction.pages import material
from reproduction.pages.arms import beside, marked_median
from reproduction.pages.shown import Html, show, table
from reproduction.pages.words import median, number
from reproduction.studies import comparison, mse
from reproduction.studies.comparison import Interval
from reproduction.studies.record import Record

TO = "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}"

ASKED = {
    "curvature": "estimates of h, fall of η",
    "full-curvature": "which second derivative",
    "first-weights": "first weights",
    "order": "order of the digits",
    "mixing": "print among handwriting",
    "fonts": "fonts of the test",
    "stages": "training in stages",
    "squashed": "squashed averages",
    "averaging": "averaging weight",
    "tables": "sister: what H2 reads",
    "sister-gap": "sister: what is missing",
}
"""What studies ask, in few words; each has the recipe as it stands for its first arm."""


@dataclass(frozen=True, eq=False)
class Question:
    """An open question, and what the record of its study says.

    Attributes
    ----------
    record : mapping
    title : str
        Of its figure: what to see.
    caption : str
        What to notice, as HTML.
    """

    record: Record
    title: str = ""
    caption: str = ""

    @cached_property
    def apart(self) -> Mapping[str, Interval]:
        """How many errors more each arm makes than the first, seed by seed."""
        return comparison.beside_first(self.record)

    @cached_property
    def unlike(self) -> Mapping[str, tuple[str, ...]]:
        """The arms that the published numbers contradict, and which do."""
        return comparison.answer(self.record).unlike

    @cached_property
    def like(self) -> set[str]:
        """The arms that have all published numbers."""
        return set(comparison.answer(self.record).like)

    @cached_property
    def diverged(self) -> set[str]:
        """The arms of which a network diverged."""
        arms = self.record["arms"]
        return {arm for arm in arms if comparison.diverged(self.record, arm).any()}

    @property
    def is_undecided(self) -> bool:
        """Whether the published numbers fit every arm."""
        return not self.unlike

    @property
    def costly(self) -> set[str]:
        """The arms that make more errors than the first, by more than chance."""
        return {arm for arm, each in self.apart.items() if each.low > 0}

    @property
    def saving(self) -> set[str]:
        """The arms that make fewer errors than the first, by more than chance."""
        return {arm for arm, each in self.apart.items() if each.high < 0}

    @property
    def makes_no_difference(self) -> bool:
        """Whether no arm differs from the first in its errors by more than chance."""
        return not comparison.beyond_chance(self.apart)

    @property
    def study(self) -> Html:
        """The arms against the first as a figure, and below it their medians, folded."""
        drawn = show(questions.differences(self.record, self.title), self.caption)
        return drawn + beside(self.record)

    def headed(self, title: str, caption: str) -> Question:
        """Return the same with a title and a caption of its figure."""
        return replace(self, title=title, caption=caption)


def ask(name: str, *arms: str) -> Question:
    """Return the question of a study, by its name: of all its arms, or of some."""
    return Question(material.record(name, *arms))


def costliest(asked: Mapping[str, Question], most: int) -> set[tuple[str, str]]:
    """Return which arms cost the most errors over the first: their questions' names, and theirs."""
    every = {
        (name, arm): apart for name, each in asked.items() for arm, apart in each.apart.items()
    }
    return set(sorted(every, key=lambda of: every[of].mean)[-most:])


def overview(asked: Mapping[str, Question], title: str, caption: str) -> Html:
    """Return the arms of questions as one figure; each by its name in `ASKED`."""
    records = {ASKED[name]: each.record for name, each in asked.items()}
    return show(questions.overview(records, title), caption)


def eta_and_mu(asked: Question, caption: str) -> Html:
    """Return the map of eta and mu, from the question where they lead."""
    return show(questions.eta_and_mu(asked.record), caption)


def mse_readings(record: Record) -> Html:
    """Return the published MSEs beside those of a study's first arm, in every reading of "MSE".

    In brackets is the interval of the next network.
    """
    readings = mse.fits(record, next(iter(record["arms"])))
    measures = next(iter(readings.values()))
    rows = [
        [name, *(f"{marked_median(each, 3)} ({each.low:.3f}{TO}{each.high:.3f})" for each in found)]
        for name, found in readings.items()
    ]
    return table(
        ["MSE", *(comparison.WORDS[each.measure] for each in measures)],
        [["published", *(number(each.fact.value) for each in measures)], *rows],
        "The MSE in four readings",
    )


def printed_errors(record: Record) -> Html:
    """Return how many printed test digits the networks of each arm misread."""
    return table(
        ["kept for the test", "networks without", "median", "most"],
        [
            [arm, f"{np.sum(errors == 0)} of {len(errors)}", median(errors), number(errors.max())]
            for arm, errors in comparison.by_arm(record, "test_printed.errors").items()
        ],
        "Errors on printed test digits",
    )
