"""What the chapter on what was learnt since 1989 shows: steps, choice, splits, work, digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise, takewhile

import numpy as np

from reproduction import evaluation, studies
from reproduction.figures import digits as pictures
from reproduction.figures import modern as drawn
from reproduction.learning import Recipe, recipes
from reproduction.learning.operations import of_training
from reproduction.network import ARCHITECTURES
from reproduction.pages import material
from reproduction.pages.shown import Html, show, table
from reproduction.pages.words import interval, median, number, spread
from reproduction.paper import MARKS, PUBLISHED
from reproduction.studies import comparison, everywhere
from reproduction.studies.comparison import Interval
from reproduction.studies.modern import LADDER, SPLITS
from reproduction.studies.record import Record, committees
from reproduction.studies.selection import Choice, choose
from reproduction.words import lettered

ERROR = "test_handwritten.error_percent"

SINCE = tuple(takewhile(lambda name: " alone" not in name, (arm.name for arm in LADDER.arms)))
"""The arms of the study `ladder` that take one step after the other."""

ALONE = {
    step: (f"{step} alone", f"and {step}") for step in ("distorted digits", "cross-entropy", "Adam")
}
"""Its arms with a step alone, and with it on top of those before."""

OLD_RULE, NEW_RULE = "all but Adam, 300 passes", "and 300 passes"

SISTERS = (
    "NET1989 as in 1989",
    "NET1989, all steps, 100 passes",
    "NET1989, all steps, 300 passes",
)


# ---- The ladder --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Ladder:
    """What the record of the study `ladder` says."""

    record: Record

    @cached_property
    def error(self) -> Mapping[str, np.ndarray]:
        """The error of every network in percent, by arm."""
        return comparison.by_arm(self.record, ERROR)

    @cached_property
    def together(self) -> Mapping[str, Interval]:
        """The error of the sixteen as a committee in percent, and what 2007 digits leave open."""
        return {arm: comparison.share(self.errors_together(arm), DIGITS) for arm in self.error}

    def errors_together(self, arm: str) -> int:
        """Return how many digits the committee of an arm misreads."""
        (one,) = committees(self.record, arm)
        return int(one["errors"])

    def misread_together(self, arm: str) -> np.ndarray:
        """Tell which test digits the committee of an arm misreads: bool, (2007,)."""
        (one,) = committees(self.record, arm)
        return np.array(list(one["answers"])) != material.usps().test.labels.astype(str)

    def gain(self, arm: str, over: str) -> Interval:
        """Return how much less an arm errs than another, in points, seed by seed."""
        return comparison.difference(self.record, over, arm, ERROR)

    def learned(self, arm: str) -> np.ndarray:
        """Return the error of every network of an arm on the digits that it learned, in percent."""
        return comparison.values(self.record, arm, comparison.LEARNED)

    @property
    def steps(self) -> dict[str, Interval]:
        """What each step brings over the one before, in points."""
        return {arm: self.gain(arm, before) for before, arm in pairwise(SINCE)}

    @property
    def alone(self) -> dict[str, Interval]:
        """What each step brings by itself over the recipe of 1989, in points."""
        return {step: self.gain(arm, SINCE[0]) for step, (arm, _) in ALONE.items()}

    def picture(self, title: str, caption: str) -> Html:
        """Return the ladder as a figure, beside what others have reached."""
        rungs = [
            drawn.Rung(
                arm,
                self.error[arm],
                self.together[arm],
                None if arm == SINCE[0] else comparison.difference(self.record, arm, before, ERROR),
            )
            for before, arm in pairwise((SINCE[0], *SINCE))
        ]
        people = comparison.share(round(MARKS["humans"].value * DIGITS / 100), DIGITS)
        others = {"people": MARKS["humans"], **{k: v for k, v in MARKS.items() if k != "humans"}}
        return show(drawn.ladder(rungs, others, people, title), caption)

    def each(self, label: str) -> Html:
        """Return a table of what each step brings alone, and on top of those before."""
        rows = [
            (step, _points(self.alone[step]), _points(self.steps[above]))
            for step, (_, above) in ALONE.items()
        ]
        return table(("points fewer", "alone", "on top of those before"), rows, label)

    def reached(self, label: str, arms: Sequence[str] = ()) -> Html:
        """Return a folded table of what arms reach, networks and committees."""
        rows = [
            (
                lettered(arm),
                spread(self.error[arm], 2),
                interval(self.together[arm], 2, signed=False),
                median(self.learned(arm), 2),
            )
            for arm in arms or self.error
        ]
        head = ("", "test error, %", "committee, %", "training error, %")
        return table(head, rows, label, folded=True)


DIGITS = everywhere.DIGITS


@cache
def ladder() -> Ladder:
    """Return what the record of the study `ladder` says."""
    return Ladder(material.record("ladder"))


def _points(gain: Interval) -> str:
    return f"{interval(gain, 2)}{'' if gain.excludes_zero else ' *'}"


# ---- The choice --------------------------------------------------------------------------------


def choice() -> Choice:
    """Return what held-out digits chose among the modern recipes."""
    return choose(material.record("choice-modern"))


def candidates(chosen: Choice, label: str) -> Html:
    """Return a folded table of all candidates, the best first."""
    found = sorted(chosen.candidates.values(), key=lambda each: each.held_out_error)
    rows = [
        (
            lettered(each.name),
            number(each.held_out_error, 2),
            f"{number(each.above_best, 2)} ± {number(2 * each.standard_error, 2)}",
            "yes" if each.ties else "",
        )
        for each in found
    ]
    return table(("", "held-out error, %", "above the best", "ties"), rows, label, folded=True)


# ---- The splits --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Splits:
    """What the record of the study `splits` says."""

    record: Record

    def error(self, recipe: str, split: str) -> np.ndarray:
        """Return the error of every network in percent: "1989" or "modern"; a split's name."""
        return comparison.values(self.record, f"{recipe}, {split}", ERROR)

    def medians(self, recipe: str, kind: str) -> np.ndarray:
        """Return the medians of the splits of a kind: "from" (contiguous) or "shuffled"."""
        names = [name for name in SPLITS if name.startswith(kind)]
        return np.array([np.median(self.error(recipe, name)) for name in names])

    def released(self, recipe: str) -> float:
        """Return the median by the released split."""
        return float(np.median(self.error(recipe, "as released")))

    def shown(self, label: str) -> Html:
        """Return a table of both recipes on every split."""
        rows = [
            (split, *(spread(self.error(recipe, split), 2) for recipe in ("1989", "modern")))
            for split in SPLITS
        ]
        return table(("which 2007 are tried", "as in 1989, %", "100 modern passes, %"), rows, label)


@cache
def splits() -> Splits:
    """Return what the record of the study `splits` says."""
    return Splits(material.record("splits"))


# ---- The work ----------------------------------------------------------------------------------


def days(recipe: Recipe, patterns: int) -> float:
    """Return how long a recipe would have taken in 1989, from its operations and the paper's days.

    Parameters
    ----------
    recipe : Recipe
    patterns : int
        How many it learns from.
    """
    paper = PUBLISHED["LENET1"]
    theirs = _work(recipes.PAPER, int(paper["train_patterns"].value))
    return paper["training_time"].value * _work(recipe, patterns) / theirs


def _work(recipe: Recipe, patterns: int) -> float:
    return of_training(recipe, ARCHITECTURES[recipe.architecture], patterns)


@dataclass(frozen=True, eq=False)
class Work:
    """What arms would have taken in 1989: days of a SPARCstation 1, by arm."""

    days: Mapping[str, float]

    def shown(self, errors: Mapping[str, np.ndarray], label: str) -> Html:
        """Return a table of days and errors."""
        rows = [
            (lettered(arm), number(took, 0 if took >= 10 else 1), median(errors[arm], 2, "%"))
            for arm, took in self.days.items()
        ]
        return table(("", "days in 1989", "test error"), rows, label)


def work(record: Record, arms: Iterable[str]) -> Work:
    """Return what arms of a record would have taken in 1989."""
    named = {arm.name: arm.recipe for arm in studies.study_of(record).arms}
    return Work(
        {arm: days(named[arm], comparison.patterns_of(record, arm, "train")) for arm in arms}
    )


# ---- The hardest digits ------------------------------------------------------------------------


@cache
def missed() -> everywhere.Missed:
    """Return how many of all networks in the book's records misread each test digit."""
    return everywhere.missed(map(material.record, studies.STUDIES))


def hardest(found: Ladder, which: np.ndarray, title: str, said: str, caption: str) -> Html:
    """Return test digits with their labels, and the commonest wrong answer of all committees."""
    digits = material.usps().test.select(which)
    every = [one["answers"] for arm in found.error for one in committees(found.record, arm)]
    answers = [np.array([int(text[n].replace("-", "-1")) for text in every]) for n in which]
    wrong = [
        evaluation.commonest(each[each != label]) if np.any(each != label) else label
        for each, label in zip(answers, digits.labels, strict=True)
    ]
    return show(pictures.misread(digits, np.array(wrong)[:, np.newaxis], title, said), caption)
