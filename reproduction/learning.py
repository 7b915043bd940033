"""The learning rule and the recipes: what is shown, how often, and how long the steps are.

Stochastic diagonal Levenberg-Marquardt (Becker & Le Cun 1988; LeCun et al. 1998, appendix C):
after each pattern w <- w - eta / (mu + h) dE/dw, with E = 1/2 sum over outputs of (d - y)^2 and h
the curvature of the weight. A recipe is data: a tuple of stages, each some passes over a part of
the digits by one rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data_prep.digits import Digits
from data_prep.errors import InputError


@dataclass(frozen=True)
class Constant:
    """The same eta in every pass."""

    eta: float

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        return self.eta


@dataclass(frozen=True)
class Linear:
    """An eta that falls in equal steps from the first pass of the stage to the last."""

    first: float
    last: float

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        if passes == 1:
            return self.first
        return self.first + (self.last - self.first) * number / (passes - 1)


@dataclass(frozen=True)
class Steps:
    """An eta for each pass, the last one kept from then on."""

    etas: tuple[float, ...]

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        return self.etas[min(number, len(self.etas) - 1)]


Schedule = Constant | Linear | Steps
"""How eta goes from pass to pass; it never changes within one."""


@dataclass(frozen=True)
class Sampled:
    """Curvature estimated anew before each pass, and held during it.

    Attributes
    ----------
    patterns : int
        How many patterns of the part serve, evenly spread over its order; the same in every pass.
    """

    patterns: int = 500

    def pick(self, count: int) -> np.ndarray:
        """Return the numbers of the patterns that serve, among `count` (int64)."""
        served = min(self.patterns, count)
        return np.arange(served) * count // served


@dataclass(frozen=True)
class Running:
    """Curvature followed as a running average, h <- (1 - gamma) h + gamma h(pattern).

    LeCun, Bottou, Orr & Mueller 1998, section 9. It starts from the estimate of `start`.
    """

    gamma: float
    start: Sampled = Sampled()


@dataclass(frozen=True)
class SecondOrder:
    """Rates eta / (mu + h): stochastic diagonal Levenberg-Marquardt."""

    mu: float
    curvature: Sampled | Running = Sampled()

    def rates(self, eta: float, curvature: np.ndarray) -> np.ndarray:
        """Return eta / (mu + h), float32, shape (p, networks)."""
        return np.float32(eta) / (np.float32(self.mu) + curvature)


@dataclass(frozen=True)
class FirstOrder:
    """The same rate eta for every weight: plain stochastic gradient descent."""


Rule = SecondOrder | FirstOrder


@dataclass(frozen=True)
class FileOrder:
    """Patterns in the order of the file, the same in every pass (Neural Computation 1989)."""

    def of(self, count: int, number: int) -> np.ndarray:
        """Return the order of `count` patterns in pass `number` (int64)."""
        return np.arange(count)


@dataclass(frozen=True)
class Shuffled:
    """Patterns in a new order in every pass, the same order for all networks.

    Pattern numbers sorted by raw 64-bit draws of PCG-64 from the seed and the number of the pass.
    """

    seed: int = 0

    def of(self, count: int, number: int) -> np.ndarray:
        """Return the order of `count` patterns in pass `number` (int64)."""
        draws = np.random.PCG64([self.seed, number]).random_raw(count)
        return np.argsort(draws, kind="stable")


Order = FileOrder | Shuffled


@dataclass(frozen=True)
class Part:
    """A part of the digits, in their order.

    Attributes
    ----------
    origin : {"handwritten", "printed"}, optional
        Only digits of this origin.
    classes : tuple of int, optional
        Only these digits.
    first : int, optional
        Of those, only so many from the start.
    """

    origin: str | None = None
    classes: tuple[int, ...] | None = None
    first: int | None = None

    def pick(self, digits: Digits) -> np.ndarray:
        """Return the numbers of the digits that belong to the part (int64).

        Raises
        ------
        InputError
            When none does.
        """
        belongs = np.ones(len(digits), bool)
        if self.origin is not None:
            belongs &= digits.origin == self.origin
        if self.classes is not None:
            belongs &= np.isin(digits.labels, self.classes)
        numbers = np.flatnonzero(belongs)[: self.first]
        if not len(numbers):
            raise InputError(f"{self}: no digit belongs to this part; name one that is there.")
        return numbers


@dataclass(frozen=True)
class Stage:
    """Some passes over one part of the digits by one rule.

    Attributes
    ----------
    name : str
        What the stage is called in the history.
    passes : int
        How often each pattern of the part is presented.
    eta : Schedule
        The factor of the rates, pass by pass.
    rule : Rule
        How rates follow from eta.
    part : Part
        What is presented.
    order : Order
        In which order.
    """

    name: str
    passes: int
    eta: Schedule
    rule: Rule
    part: Part = Part()
    order: Order = FileOrder()

    def __post_init__(self) -> None:
        if self.passes < 1:
            raise InputError(f'Stage "{self.name}" has {self.passes} passes; give at least 1.')


@dataclass(frozen=True)
class Recipe:
    """A training as data.

    Attributes
    ----------
    name : str
        Name by which the command line knows the recipe.
    about : str
        One line on what it is.
    stages : tuple of Stage
        In their order.
    architecture : str
        Name of the architecture.
    """

    name: str
    about: str
    stages: tuple[Stage, ...]
    architecture: str = "LENET1"

    @property
    def passes(self) -> int:
        """Number of passes of all stages."""
        return sum(stage.passes for stage in self.stages)

    def with_passes(self, passes: int) -> Recipe:
        """Return the recipe with its last stage lengthened or cut to `passes` in all."""
        *before, last = self.stages
        done = sum(stage.passes for stage in before)
        if passes <= done:
            raise InputError(
                f'--passes {passes}: the stages of "{self.name}" before the last have {done} '
                f"passes; give at least {done + 1}."
            )
        stages = (*before, replace(last, passes=passes - done))
        return replace(self, stages=stages)


HANDWRITTEN = Recipe(
    name="handwritten",
    about="the 7291 handwritten digits, 30 passes in file order",
    stages=(
        Stage(
            name="handwritten",
            passes=30,
            eta=Linear(4e-3, 8e-5),
            rule=SecondOrder(mu=0.2, curvature=Sampled(500)),
            part=Part(origin="handwritten"),
        ),
    ),
)
"""Chosen on held-out training digits: see `reproduction.selection`."""

SGD = Recipe(
    name="sgd",
    about="the same digits by plain stochastic gradient descent, for contrast",
    stages=(
        Stage(
            name="handwritten",
            passes=30,
            eta=Constant(2e-3),
            rule=FirstOrder(),
            part=Part(origin="handwritten"),
        ),
    ),
)

RECIPES = {recipe.name: recipe for recipe in (HANDWRITTEN, SGD)}
"""The recipes that have a name."""
