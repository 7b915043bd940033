"""What a study's record says: arms against one another, and against what was published.

Arms train the same seeds, so they are compared seed by seed: the mean of the differences with its
95 % interval by Student's t; two networks are compared by `mcnemar`. And a published network is
taken for one more seed: a number of it speaks against an arm where it lies outside the interval
that would hold the next network of that arm with 95 % probability, shared out among the numbers. No
test digit chooses a recipe here; test errors answer questions about 1989, in which everything else
stays as it was chosen on training digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy

from reproduction.learning.sets import TRAIN
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies.record import BY_HAND, ERRORS, Record, banks_of_arm, unpacked, values

CONFIDENCE = 0.95

LEARNED = f"{TRAIN}.error_percent"
REJECTED = f"{BY_HAND}.rejected.difference"
"""Two more measures: the error on training digits, and the test digits rejected for 1 % error."""


# ---- Networks of a record ----------------------------------------------------------------------


def only(record: Record, arms: Sequence[str]) -> Record:
    """Return a record of some of its arms, in the order given.

    Raises
    ------
    KeyError
        When the record has no such arm.
    """
    banks = [bank for arm in arms for bank in banks_of_arm(record, arm)]
    return {**record, "arms": {arm: record["arms"][arm] for arm in arms}, "banks": banks}


LOST = 10.0
"""Training error, in percent, above which a network is called diverged; chance is 90."""


def diverged(record: Record, arm: str) -> np.ndarray:
    """Tell which networks have no mean squared error, or a training error above LOST: bool."""
    lost = values(record, arm, "train.error_percent") > LOST
    return lost | np.isnan(values(record, arm, "train.mse"))


def sound(record: Record, arm: str, measure: str) -> np.ndarray:
    """Return a measure of the networks that have not diverged, in the order of the seeds."""
    return values(record, arm, measure)[~diverged(record, arm)]


def by_arm(record: Record, measure: str = ERRORS) -> dict[str, np.ndarray]:
    """Return a measure of every network (float64, (networks,)) by arm; see `values`."""
    return {arm: values(record, arm, measure) for arm in record["arms"]}


def patterns_of(record: Record, arm: str, part: str) -> int:
    """Return how many digits a set of an arm has."""
    return int(banks_of_arm(record, arm)[0]["sets"][part]["patterns"])


def misread(record: Record, arm: str) -> np.ndarray:
    """Tell which handwritten test digits each network gets wrong: bool, (digits, networks)."""
    return np.hstack(
        [
            unpacked(bank["misread"], bank["sets"][BY_HAND]["patterns"])
            for bank in banks_of_arm(record, arm)
        ]
    )


def followed(record: Record, arm: str, of_set: str = BY_HAND) -> np.ndarray:
    """Return the errors on a set after every pass: int, (networks, passes)."""
    return np.concatenate([np.array(bank["history"][of_set]) for bank in banks_of_arm(record, arm)])


# ---- Arms against one another -----------------------------------------------------------------


@dataclass(frozen=True)
class Interval:
    """A mean, and the interval that holds it with 95 % confidence."""

    mean: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference of none is outside."""
        return self.low > 0 or self.high < 0


def mean_interval(sample: np.ndarray) -> Interval:
    """Return the mean of independent values with its interval by Student's t.

    Raises
    ------
    ValueError
        When there are fewer than two.
    """
    if len(sample) < 2:
        raise ValueError("an interval needs two values at least")
    if np.ptp(sample) == 0:
        return Interval(float(sample[0]), float(sample[0]), float(sample[0]))
    found = scipy.stats.ttest_1samp(sample, 0.0).confidence_interval(CONFIDENCE)
    return Interval(float(np.mean(sample)), float(found.low), float(found.high))


def difference(record: Record, arm: str, other: str, measure: str = ERRORS) -> Interval:
    """Return how much more an arm has of a measure than another, seed by seed.

    Seeds whose network diverged in either arm are left out.

    Raises
    ------
    ValueError
        When fewer than two seeds are left.
    """
    apart = values(record, arm, measure) - values(record, other, measure)
    return mean_interval(apart[~(diverged(record, arm) | diverged(record, other))])


def ratios(record: Record, arm: str, other: str, measure: str) -> np.ndarray:
    """Return how many times as much an arm has of a measure as another, seed by seed."""
    return values(record, arm, measure) / values(record, other, measure)


def beside_first(record: Record, measure: str = ERRORS) -> dict[str, Interval]:
    """Return how much more each arm has of a measure than the first, seed by seed.

    Returns
    -------
    dict of str to Interval
        By arm; without those of which fewer than two seeds have networks that did not diverge.
    """
    first, *others = record["arms"]
    kept = ~diverged(record, first)
    compared = [arm for arm in others if np.sum(kept & ~diverged(record, arm)) > 1]
    return {arm: difference(record, arm, first, measure) for arm in compared}


def beside_plain(record: Record, part: str) -> dict[str, Interval]:
    """Return how many errors more each arm of a variant makes than the arm without it.

    Parameters
    ----------
    record : mapping
    part : str
        Of the names of arms, which are parts with ", " between: "SGD" of "TUTORIAL, SGD", whose
        plain arm is "TUTORIAL".
    """
    found = {}
    for arm in record["arms"]:
        parts = arm.split(", ")
        if part in parts:
            plain = ", ".join(each for each in parts if each != part)
            found[arm] = difference(record, arm, plain)
    return found


def beyond_chance(apart: Mapping[str, Interval]) -> list[str]:
    """Return which arms differ from those they are beside: their intervals leave out zero."""
    return [arm for arm, each in apart.items() if each.excludes_zero]


def rises(record: Record, measure: str = ERRORS) -> bool:
    """Tell whether each arm has more of a measure than the one before it, beyond chance."""
    steps = pairwise(record["arms"])
    return all(difference(record, arm, before, measure).low > 0 for before, arm in steps)


def share(count: int, of: int) -> Interval:
    """Return a proportion in percent, with its interval by Wilson's method."""
    found = scipy.stats.binomtest(count, of).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(100 * count / of, 100 * float(found.low), 100 * float(found.high))


# ---- Arms against what was published ----------------------------------------------------------

COMPARED: Mapping[str, Mapping[str, Fact]] = {
    network: {measure: PUBLISHED[network][measure] for measure in measures}
    for network, measures in {
        "LENET1": (
            "train.error_percent",
            "train.mse",
            "test.error_percent",
            "test.mse",
            "test.rejected.thresholds",
            "test_handwritten.rejected.thresholds",
        ),
        "NET1989": (
            "train.errors",
            "train.mse",
            "test_handwritten.errors",
            "test_handwritten.mse",
            "test_handwritten.rejected.difference",
        ),
        "FC40": (
            "train.error_percent",
            "test_handwritten.error_percent",
            "test_handwritten.rejected.difference",
        ),
        "MNIST": ("test_handwritten.error_percent",),
    }.items()
}
"""What the papers print of their networks that arms are put beside: each number once."""


WORDS = {
    "train.error_percent": "train error, %",
    "train.errors": "train errors",
    "train.mse": "train MSE",
    "test.error_percent": "test error, %",
    "test.mse": "test MSE",
    "test.rejected.thresholds": "rejected for 1 % error, %",
    "test_handwritten.error_percent": "test error, %",
    "test_handwritten.errors": "test errors",
    "test_handwritten.mse": "test MSE",
    "test_handwritten.rejected.thresholds": "handwritten rejected, %",
    "test_handwritten.rejected.difference": "rejected for 1 % error, %",
}
"""What published measures are called in figures and in the tables of the book."""


def beside(record: Record, arm: str) -> str:
    """Return the name of the published network that an arm can be put beside; "" if of none."""
    described = record["arms"][arm]
    name = str(record["architectures"][described["architecture"]]["name"])
    if name in ("NET1989", "FC40"):
        return name
    if name.startswith("TUTORIAL"):
        return ""
    return {"Mixed": "LENET1", "MNIST": "MNIST"}.get(described["recipe"]["digits"]["kind"], "")


def published(record: Record, arm: str) -> Mapping[str, Fact]:
    """Return what was published that an arm's networks can be put beside, by measure."""
    return COMPARED.get(beside(record, arm), {})


def published_percent(network: str, part: str, patterns: int) -> float | None:
    """Return a network's published error rate; of a count that was compared, its share."""
    errors = COMPARED.get(network, {}).get(f"{part}.errors")
    rate = PUBLISHED.get(network, {}).get(f"{part}.error_percent")
    if errors:
        return 100 * errors.value / patterns
    return rate.value if rate else None


def rejected_of(network: str, tried: str) -> Fact:
    """Return what was published as rejected for 1 % error, by thresholds or else by difference."""
    facts = PUBLISHED[network]
    by_thresholds = facts.get(f"{tried}.rejected.thresholds")
    return by_thresholds or facts[f"{tried}.rejected.difference"]


@dataclass(frozen=True)
class Fit:
    """A published number beside an arm's networks.

    Attributes
    ----------
    measure : str
    fact : Fact
    median, low, high : float
        The networks' median, and the interval of the next one, as wide as `fits` needs it.
    fits : bool
        Whether the published number, within its rounding, lies in the interval.
    """

    measure: str
    fact: Fact
    median: float
    low: float
    high: float
    fits: bool


def rounding(fact: Fact) -> float:
    """Return half a unit of the last digit that is printed of a number; a count is exact."""
    if fact.unit == "patterns":
        return 0.0
    _, _, decimals = f"{fact.value:g}".partition(".")
    return 0.5 * 10.0 ** -len(decimals)


def same_counts(fact: Fact) -> list[float]:
    """Return all counts that agree with a published one: those that round to the paper's rate.

    The sister paper prints the count itself.
    """
    ours = PUBLISHED["LENET1"]
    if fact is not ours["test_handwritten.errors"]:
        return [fact.value]
    rate, digits = ours["test.error_percent"], int(ours["test_patterns"].value)
    slack = rounding(rate) + 1e-12
    return [n for n in range(digits) if abs(100 * n / digits - rate.value) <= slack]


def fits(record: Record, arm: str) -> list[Fit]:
    """Put the published numbers beside an arm's networks.

    The interval of the next network is mean +- t s sqrt(1 + 1/n), for a confidence of which the
    shortfall is shared out among the numbers (Bonferroni). Where a network has diverged nothing
    fits.

    Raises
    ------
    ValueError
        When there is one network only, which tells nothing of the next.
    """
    found = []
    facts = published(record, arm)
    for measure, fact in facts.items():
        sample = values(record, arm, measure)
        n = len(sample)
        if n < 2:
            raise ValueError("an interval needs two networks at least")
        if diverged(record, arm).any():
            found.append(Fit(measure, fact, float("nan"), float("nan"), float("nan"), False))
            continue
        t = scipy.stats.t.ppf(1 - (1 - CONFIDENCE) / 2 / len(facts), n - 1)
        half = t * sample.std(ddof=1) * np.sqrt(1 + 1 / n)
        low, high = float(sample.mean() - half), float(sample.mean() + half)
        slack = rounding(fact) + 1e-12  # decimals are not exact in binary
        inside = low - slack <= fact.value <= high + slack
        found.append(Fit(measure, fact, float(np.median(sample)), low, high, bool(inside)))
    return found


def medians(record: Record, measure: str) -> dict[str, float]:
    """Return the median of a measure by arm, without arms of which a network has diverged."""
    return {
        arm: float(np.median(values(record, arm, measure)))
        for arm in record["arms"]
        if not diverged(record, arm).any()
    }


COMPARABLE: Mapping[str, Fact] = {
    measure: PUBLISHED["LENET1"][measure] for measure in (*COMPARED["LENET1"], ERRORS)
}
"""What the paper prints of LeNet-1 that a median can be put beside: its count of errors, too."""


def farthest_off(record: Record, facts: Mapping[str, Fact] = COMPARABLE) -> dict[str, float]:
    """Return how far each arm's median is from the published number that it misses most.

    Parameters
    ----------
    record : mapping
        A study's record.
    facts : mapping of str to Fact
        The published numbers, by measure.

    Returns
    -------
    dict of str to float
        By arm, as a share of that number; without arms of which a network has diverged.
    """
    found = {measure: medians(record, measure) for measure in facts}
    return {
        arm: max(abs(found[measure][arm] / fact.value - 1) for measure, fact in facts.items())
        for arm in next(iter(found.values()))
    }


@dataclass(frozen=True)
class Answer:
    """What the published numbers say about a study's arms.

    Attributes
    ----------
    like : tuple of str
        Arms of which a network could have all published numbers.
    unlike : dict
        The others, and the measures that speak against each.
    """

    like: tuple[str, ...]
    unlike: Mapping[str, tuple[str, ...]]


def answer(record: Record, arms: Sequence[str] | None = None) -> Answer:
    """Say which arms the published numbers fit, and what speaks against the others.

    Arms for which nothing was published are left out.
    """
    like, unlike = [], {}
    for arm in arms or record["arms"]:
        if not published(record, arm):
            continue
        against = tuple(each.measure for each in fits(record, arm) if not each.fits)
        if against:
            unlike[arm] = against
        else:
            like.append(arm)
    return Answer(tuple(like), unlike)
