"""How mu and eta were chosen: on held-out training digits only.

The papers name the rule but neither mu nor eta; plain gradient descent, for contrast, must have its
own best eta to be a fair one. Each choice is a study, `lenet1989 study choice-second-order` and so
on. Candidates are trained on six sevenths of the handwritten training file and tried on the seventh
left out, in turn for each of seven contiguous blocks (the file is uneven: its last digits are far
too easy to judge by), sixteen seeds each, the same for every candidate. Each is also trained on all
the digits for which its paper prints training figures. The rule of choice, `choose`, which looks at
no test digit:

1. A candidate whose held-out errors are above the best one's by more than twice the standard error
   of the difference over the folds is out. The others tie. The MSE is no measure here: it falls
   with eta itself, whether or not the errors do.
2. Of those that tie the simplest are taken: a constant eta before a falling one.
3. Of those, the one whose training error and MSE are nearest to the paper's (1.1 % and .017, p.
   402).

LeNet-1's relatives choose in the same way, on the handwritten digits alone and by the training
figures of their own papers; where there are none, the held-out errors decide among the simplest.

On MNIST, where a pass is eight times as long, candidates are trained for three passes on five
sixths of the training digits and tried on the sixth left out, for every other block of six. Nobody
has published training figures there, so no candidate is trained on all digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan

import numpy as np

from reproduction.learning import (
    MNIST,
    Constant,
    FirstOrder,
    HeldOut,
    Linear,
    Material,
    Recipe,
    Rule,
    Schedule,
    SecondOrder,
    recipes,
)
from reproduction.learning.sets import HELD_OUT
from reproduction.network.relatives import ARCHITECTURES
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies.comparison import Interval, mean_interval
from reproduction.studies.record import Record, study_of, values
from reproduction.studies.study import Arm, Study

FOLDS = 7
SEEDS = tuple(range(16))

MNIST_FOLDS = 6
MNIST_PASSES = 3
"""Of a candidate; its eta falls within these, if it falls."""

# ---- The candidates ---------------------------------------------------------------------------

Numbers = tuple[Rule, Constant | Linear]
"""What a candidate has of its own."""


def falling(eta: float) -> Linear:
    """Return an eta that falls to a fiftieth."""
    return Linear(eta, eta / 50)


def on_a_grid(mus: Iterable[float], ratios: Sequence[float]) -> list[Numbers]:
    """Return a candidate for every mu and every ratio of eta to mu, eta rounded to three digits.

    What is chosen must have neighbours that were tried on all sides, or the grid is too small.
    """
    return [
        (SecondOrder(mu), Constant(float(f"{mu * ratio:.3g}"))) for mu in mus for ratio in ratios
    ]


def plain(*etas: Constant | Linear) -> list[Numbers]:
    """Return candidates by plain gradient descent."""
    return [(FirstOrder(), eta) for eta in etas]


def choice(name: str, recipe: Recipe, candidates: Iterable[Numbers]) -> Study:
    """Make the study in which a recipe's rule and eta are chosen."""
    (stage,) = recipe.stages
    passes = MNIST_PASSES if isinstance(recipe.digits, MNIST) else stage.passes
    arms = []
    for rule, eta in candidates:
        tried = replace(stage, rule=rule, eta=eta, passes=passes)
        for part, digits in parts_for(recipe).items():
            arm = f"{tried.numbers}, {part}"
            named = replace(recipe, name=arm, about=f"a candidate for {recipe.name}")
            on_part = replace(named, stages=(tried,), digits=digits)
            arms.append(Arm(arm, on_part, ARCHITECTURES[recipe.architecture]))
    question = f"Which eta, and which mu, do held-out training digits choose for {recipe.name}?"
    return Study(name, question, tuple(arms), SEEDS)


def parts_for(recipe: Recipe) -> dict[str, Material]:
    """Return what every candidate for a recipe is trained on, by name."""
    if isinstance(recipe.digits, MNIST):
        return {
            f"fold {number} of {MNIST_FOLDS}": HeldOut(number, MNIST_FOLDS, recipe.digits)
            for number in range(2, MNIST_FOLDS + 1, 2)
        }
    folds = {f"fold {number} of {FOLDS}": HeldOut(number) for number in range(1, FOLDS + 1)}
    return {**folds, "all": recipe.digits}


def around(mu: float, ratio: float) -> list[Numbers]:
    """Return candidates with a falling eta: a mu and a ratio of eta to mu, and neighbours."""
    steps = ((mu, ratio), (mu / 2, ratio), (2 * mu, ratio), (mu, ratio / 2), (mu, 2 * ratio))
    return [(SecondOrder(each), falling(float(f"{each * times:.3g}"))) for each, times in steps]


ON_MNIST: list[Numbers] = [
    *around(0.2, 0.02),
    *on_a_grid((0.05,), (0.025,)),
    *((SecondOrder(0.4), falling(eta)) for eta in (4e-3, 1.6e-2)),
    *((SecondOrder(mu), falling(mu / 50)) for mu in (0.8, 1.6)),
]
"""Where mu is far above the curvature, the rule is plain descent with eta / mu for its eta: so from
there on, neighbours differ less and less."""

SISTERS: list[Numbers] = [
    *on_a_grid((0.02,), (0.003, 0.006, 0.0125, 0.025)),
    *on_a_grid((0.1,), (0.005, 0.01, 0.02)),
    *on_a_grid((0.5,), (0.005, 0.01)),
    *on_a_grid((0.05,), (0.02,)),
    (SecondOrder(0.02), falling(5e-4)),
]

CHOSEN_FOR: Mapping[str, tuple[Recipe, Sequence[Numbers]]] = {
    "choice-second-order": (
        recipes.PAPER,
        [
            *on_a_grid((0.01, 0.02, 0.05, 0.1, 0.2), (0.00625, 0.0125, 0.025)),
            *on_a_grid((0.02, 0.05, 0.1), (0.05,)),
            *on_a_grid((0.05, 0.1, 0.2), (0.02,)),
            *((SecondOrder(mu), falling(mu / 50)) for mu in (0.05, 0.1, 0.2)),
        ],
    ),
    "choice-first-order": (
        recipes.SGD,
        plain(
            *(Constant(eta) for eta in (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2)),
            *(falling(eta) for eta in (4e-3, 8e-3, 1.6e-2, 3.2e-2)),
        ),
    ),
    "choice-net1989": (recipes.NET1989, SISTERS),
    "choice-fc40": (recipes.FC40, SISTERS),
    "choice-tutorial-second-order": (
        recipes.TUTORIAL,
        [
            *on_a_grid((0.005, 0.05), (0.025,)),
            *on_a_grid((0.01, 0.02), (0.0125, 0.025, 0.05)),
            *on_a_grid((0.05, 0.1), (0.02,)),
        ],
    ),
    "choice-tutorial-first-order": (
        recipes.TUTORIAL_SGD,
        plain(*(Constant(eta) for eta in (1e-2, 2e-2, 4e-2)), falling(2e-2), falling(5e-2)),
    ),
    "choice-mnist": (recipes.ON_MNIST, ON_MNIST),
    "choice-mnist-slanted": (recipes.ON_MNIST_SLANTED, ON_MNIST),
    "choice-mnist-tutorial": (
        recipes.TUTORIAL_ON_MNIST,
        [
            *around(0.04, 0.025),
            *on_a_grid((0.02,), (0.0125,)),
            *((SecondOrder(mu), falling(mu / 40)) for mu in (0.01, 0.16)),
        ],
    ),
    "choice-mnist-tutorial-sgd": (
        recipes.TUTORIAL_ON_MNIST_SGD,
        plain(Constant(1e-2), *(falling(eta) for eta in (1e-2, 2e-2, 4e-2))),
    ),
}
"""For each choice, the recipe that it is made for, and what was tried."""

CHOICES = {name: choice(name, *what) for name, what in CHOSEN_FOR.items()}
"""The studies of the choices, by name."""


# ---- The choice -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """What a candidate did: means over its networks.

    Attributes
    ----------
    name : str
        What its arms are called, but for the fold; mostly its mu and eta.
    rule, eta : Rule, Schedule
    fold_errors : tuple of float
        Error on the held-out digits of every fold, in percent.
    train_error, train_mse : float
        On all training digits, having learned from them; the error in percent. NaN on MNIST.
    above_best, standard_error : float
        How far its held-out error is above the best candidate's, a mean over the folds, and the
        standard error of that, in percent.
    """

    name: str
    rule: Rule
    eta: Schedule
    fold_errors: tuple[float, ...]
    train_error: float
    train_mse: float
    above_best: float
    standard_error: float

    @property
    def held_out_error(self) -> float:
        """The mean of the folds, in percent."""
        return float(np.mean(self.fold_errors))

    @property
    def ties(self) -> bool:
        """Whether it is as good as the best, as far as the folds can tell."""
        return self.above_best <= 2 * self.standard_error

    def is_of(self, recipe: Recipe) -> bool:
        """Tell whether a recipe of one stage has its rule and eta."""
        (stage,) = recipe.stages
        return (stage.rule, stage.eta) == (self.rule, self.eta)


@dataclass(frozen=True)
class Choice:
    """The candidates by name, and the one that the rule takes."""

    candidates: Mapping[str, Candidate]
    chosen: Candidate

    @property
    def ties(self) -> list[Candidate]:
        """Those that are as good as the best, as far as the folds can tell."""
        return [each for each in self.candidates.values() if each.ties]

    def least_errors(self, kind: type[Constant] | type[Linear]) -> np.ndarray:
        """Return the held-out errors by fold, in percent, of the best with an eta of a kind."""
        found = (each for each in self.candidates.values() if isinstance(each.eta, kind))
        return np.array(min(found, key=lambda each: each.held_out_error).fold_errors)

    def above(self, other: Choice, kind: type[Constant] | type[Linear]) -> Interval:
        """Return how much more its best with an eta of a kind errs than another's, fold by fold.

        In percentage points of the held-out digits.
        """
        return mean_interval(self.least_errors(kind) - other.least_errors(kind))


def choose(record: Record) -> Choice:
    """Apply the rule of choice to the record of a choice's study."""
    study = study_of(record)
    arms: dict[str, list[Arm]] = {}
    for arm in study.arms:
        arms.setdefault(arm.name.rpartition(", ")[0], []).append(arm)
    errors = {
        name: np.array(
            [
                values(record, arm.name, f"{HELD_OUT}.error_percent").mean()
                for arm in its_arms
                if isinstance(arm.recipe.digits, HeldOut)
            ]
        )
        for name, its_arms in arms.items()
    }
    best = min(errors.values(), key=np.mean)
    candidates = {}
    for name, by_fold in errors.items():
        on_all = [a.name for a in arms[name] if not isinstance(a.recipe.digits, HeldOut)]
        above, stage = by_fold - best, arms[name][0].recipe.stages[0]
        candidates[name] = Candidate(
            name=name,
            rule=stage.rule,
            eta=stage.eta,
            fold_errors=tuple(by_fold.tolist()),
            train_error=_mean(record, on_all, "train.error_percent"),
            train_mse=_mean(record, on_all, "train.mse"),
            above_best=float(above.mean()),
            standard_error=float(above.std(ddof=1) / np.sqrt(len(above))),
        )
    published = PUBLISHED.get(study.arms[0].architecture.name, {}) if on_all else {}
    equals = [each for each in candidates.values() if each.ties]
    return Choice(candidates, min(equals, key=lambda each: _rank(each, published)))


def _mean(record: Record, arms: Sequence[str], measure: str) -> float:
    """Return the mean of a measure over the networks of arms; NaN if there are none."""
    every = [values(record, arm, measure) for arm in arms]
    return float(np.concatenate(every).mean()) if every else nan


def _rank(candidate: Candidate, published: Mapping[str, Fact]) -> tuple[bool, float]:
    """Rank the simpler first, then the nearer to the paper's training figures."""
    found = {"train.error_percent": candidate.train_error, "train.mse": candidate.train_mse}
    distances = [
        abs(value / published[measure].value - 1)
        for measure, value in found.items()
        if measure in published
    ]
    distance = sum(distances) if distances else candidate.held_out_error
    return not isinstance(candidate.eta, Constant), inf if isnan(distance) else distance
