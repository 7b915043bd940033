"""What the chapter on second derivatives measures of the second-order rule, and beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from reproduction.learning import Constant, FirstOrder, Recipe, Sampled, SecondOrder, Stage
from reproduction.learning.history import percent
from reproduction.learning.sets import TEST, TRAIN
from reproduction.learning.training import Progress, training_passes
from reproduction.network import LENET1, Architecture, Bank
from reproduction.network.fields import members_of
from reproduction.pages import material
from reproduction.runs import Run


@dataclass(frozen=True, eq=False)
class Ended:
    """The networks of a run by the second-order rule, and how the energy curves where they ended.

    Attributes
    ----------
    run : Run
        Of one stage, its sixteen networks in one bank.
    bank : Bank
        These networks.
    rule : SecondOrder
    eta : float
        In the last pass.
    sample : ndarray, float32, shape (n, height, width)
        The patterns from which the rule takes its curvature.
    curvature : ndarray, float32, shape (p, networks)
    """

    run: Run
    bank: Bank
    rule: SecondOrder
    eta: float
    sample: np.ndarray
    curvature: np.ndarray

    @property
    def mu(self) -> float:
        """What is added to every curvature."""
        return self.rule.mu

    @property
    def rates(self) -> np.ndarray:
        """The rates of the median network's weights, eta / (mu + h): float32, (p,)."""
        return self.rule.rates(self.eta, self.curvature)[:, self.run.median]

    @property
    def weights(self) -> np.ndarray:
        """All weights and biases of the median network: float32, (p,)."""
        return self.bank.parameters[:, self.run.median]

    @cached_property
    def untrained(self) -> np.ndarray:
        """The curvature of the same networks before training: float32, (p, networks)."""
        return Bank(self.bank.architecture, self.bank.seeds).curvature(self.sample)

    @property
    def flat(self) -> float:
        """The share of weights whose first rate is within a tenth of eta / mu, the largest.

        Of all networks, the output layer left out.
        """
        output = f"{self.bank.architecture.layers[-1].name}.weights"
        below = self.untrained[: self.bank.architecture.parameters[output][0].start]
        return float(np.mean(self.mu / (self.mu + below) > 0.9))

    @property
    def rise(self) -> dict[str, float]:
        """How many times as large the median curvature becomes, as by `medians`."""
        before, after = (
            medians(self.bank.architecture, each) for each in (self.untrained, self.curvature)
        )
        return {name: after[name] / before[name] for name in before}


@cache
def ended(recipe: str = "paper") -> Ended:
    """Return the networks of one of the book's runs by the second-order rule.

    Raises
    ------
    ValueError
        If it is by another rule, or takes no patterns for its curvature before a pass.
    """
    run, planes = material.run(recipe), LENET1.planes(material.sets(recipe)[TRAIN].images)
    (bank,), (stage,) = run.banks(), run.plan.recipe.stages
    rule = stage.rule
    if not (isinstance(rule, SecondOrder) and isinstance(rule.curvature, Sampled)):
        raise ValueError(f"The recipe {recipe} does not learn by a sampled curvature.")
    sample = planes[rule.curvature.pick(len(planes))]
    eta = stage.eta.at_pass(stage.passes - 1, stage.passes)
    return Ended(run, bank, rule, eta, sample, bank.curvature(sample))


def medians(architecture: Architecture, values: np.ndarray) -> dict[str, float]:
    """Return the median of every layer's weights, and of its biases, by "H1.weights".

    Parameters
    ----------
    architecture : Architecture
    values : ndarray, shape (p,) or (p, networks)
    """
    places = {name: place for name, (place, _) in architecture.parameters.items()}
    return {name: float(np.median(values[place])) for name, place in places.items()}


def medians_of_some(
    architecture: Architecture, members: np.ndarray, values: np.ndarray
) -> dict[str, float]:
    """Return the median of every layer, by "H1", of some weights and biases.

    Parameters
    ----------
    architecture : Architecture
    members : ndarray of int, shape (m,)
        Their numbers.
    values : ndarray, shape (m,)
    """
    return {
        layer.name: float(np.median(values[np.isin(members, members_of(architecture, layer.name))]))
        for layer in architecture.layers
    }


def evenly(architecture: Architecture, count: int) -> np.ndarray:
    """Return the numbers of some weights and biases: int64, each once, in rising order.

    They are spread evenly over every layer's weights, and over its biases: `count` of these, or all
    if there are not so many.
    """
    ends = [(place.start, place.stop - 1) for place, _ in architecture.parameters.values()]
    return np.unique([np.linspace(first, last, count, dtype=int) for first, last in ends])


def by_plain_descent(eta: float, passes: int) -> np.ndarray:
    """Train sixteen networks by plain gradient descent on the digits of the recipe "paper".

    Returns
    -------
    ndarray, float64, shape (passes, networks)
        Their errors on all test digits after every pass, in percent.
    """
    stage = Stage("plain", passes, Constant(eta), FirstOrder())
    recipe = Recipe("plain", "plain gradient descent at one rate", (stage,))
    progress = Progress()
    for _ in training_passes([Bank(LENET1)], recipe, material.sets("paper"), progress, (TEST,)):
        pass
    return percent(progress.history, TEST)
