"""Numbers in the ledger's texts: what was published, and what was measured here, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from data_prep.printed_faces import TEST_FACES
from reproduction.learning import recipes
from reproduction.network import LENET1
from reproduction.network.relatives import TUTORIAL, TUTORIAL_CODE
from reproduction.pages import material
from reproduction.pages.words import SPACE, Words, median, names, number, spread
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from reproduction.studies.record import cpu_seconds

MEDIAN_AND_RANGE = ("median", "min", "max")

SummaryOf = Callable[[str], Mapping[str, Any]]
"""Gives a run's summary by the name of its recipe."""


def run_summary(recipe: str) -> Mapping[str, Any]:
    """Return the summary of a recipe's run, trained at the first call of all chapters."""
    return material.run(recipe).summary


def fill(text: str, summary_of: SummaryOf = run_summary) -> str:
    """Put the numbers into a text.

    It can name published facts, as {LENET1[units]}; measures of runs and of studies, as
    {ours[test.mse]} and {study[order/shuffled in every pass/test.mse]}; counts of LeNet-1, as
    {counts.units}; settings of the recipe `paper`, as {stage.passes}; the names of the printed
    {faces} of the test; and what follows by arithmetic, as {derived[printed]}.
    """
    filled = text.format(
        **PUBLISHED,
        ours=OfRuns(summary_of),
        study=OfStudies(),
        counts=LENET1.counts(),
        stage=recipes.PAPER.stages[0],
        faces=names([name.removeprefix("TeX Gyre ") for name in TEST_FACES]),
        derived=derived(),
    )
    return filled.replace(" %", f"{SPACE}%")


def _said(measure: str, values: Any) -> Words:
    """Return median and range in the form of the measure, by the last word of its name."""
    said = spread(values)
    if said.startswith("–"):
        return Words("diverged")
    if measure.endswith("errors"):
        return said
    return spread(values, 4) if measure.endswith("mse") else spread(values, 2, "%")


@dataclass(frozen=True)
class OfRuns:
    """Measures of runs by their way through the summary: median and range over the networks.

    "test.error_percent" is one of the recipe "paper", "staged/test.error_percent" of another;
    "test.errors" counts the patterns misread, and "seconds" is what the run took.
    """

    summary_of: SummaryOf

    def __getitem__(self, name: str) -> Words:
        recipe, _, measure = name.rpartition("/")
        summary = self.summary_of(recipe or "paper")
        if measure == "seconds":
            return number(summary["seconds"], 0)
        part, _, way = measure.partition(".")
        found: Any = summary[part]
        if way == "errors":
            percents, patterns = found["error_percent"], found["patterns"]
            found = {which: _errors(percents[which], patterns) for which in MEDIAN_AND_RANGE}
        else:
            for step in way.split("."):
                found = found[step]
        return _said(measure, found)


def _errors(percent: float | None, patterns: int) -> float | None:
    """Return how many of the patterns a percentage is: a median may have a half."""
    return None if percent is None else round(2 * percent / 100 * patterns) / 2


@dataclass(frozen=True)
class OfStudies:
    """Measures in the records of studies, by study, arm and measure: median and range.

    "relatives/NET1989/test_handwritten.errors", the measure as in `comparison.values`; or
    "cpu_seconds", the median over banks.
    """

    def __getitem__(self, name: str) -> Words:
        study, arm, measure = name.split("/")
        record = material.record(study)
        if measure == "cpu_seconds":
            return median(cpu_seconds(record, arm), 0)
        return _said(measure, comparison.values(record, arm, measure))


@cache
def derived() -> dict[str, float]:
    """Return what follows from published facts, or from a description, by arithmetic."""
    lenet1, net1989 = (
        {name: fact.value for name, fact in PUBLISHED[network].items()}
        for network in ("LENET1", "NET1989")
    )
    a_second = lenet1["connections"] * lenet1["digits_per_second"]
    return {
        "printed": lenet1["train_printed_patterns"] + lenet1["test_printed_patterns"],
        "times_fewer": net1989["parameters"] / lenet1["parameters"],
        "multiply_adds": a_second / 1e6,
        "percent_of_peak": 100 * a_second / lenet1["multiply_adds_per_second"],
        "sister_test_percent": 100
        * net1989["test_handwritten.errors"]
        / lenet1["test_handwritten_patterns"],
        "tutorial_described": TUTORIAL.counts().parameters,
        "tutorial_plain": TUTORIAL_CODE.counts().parameters,
    }
