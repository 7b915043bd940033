"""The learning rule and the recipes: what is shown, how often, and how long the steps are.

Stochastic diagonal Levenberg-Marquardt (Becker & Le Cun 1988; LeCun et al. 1998, appendix C):
after each pattern w <- w - eta / (mu + h) dE/dw, with E = 1/2 sum over outputs of (d - y)^2 and h
the curvature of the weight. A recipe is data: a tuple of stages, each some passes over a part of
the digits by one rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from data_prep.digits import HANDWRITTEN as WRITTEN_BY_HAND
from data_prep.digits import PRINTED, Digits
from data_prep.errors import InputError
from data_prep.printed_faces import TEST_FACES, test_faces
from reproduction.network.bank import AS_PRINTED, Initial

LONGEST_NAME = 32
"""Letters in the name of a stage."""


def _require_between(name: str, value: float, low: float, high: float = inf) -> None:
    """Raise InputError unless low <= value <= high (and a number)."""
    if not (low <= value <= high and value < inf):
        span = f"at least {low:g}" if high == inf else f"from {low:g} to {high:g}"
        raise InputError(f"{name} is {value:g}; give a number {span}.")


@dataclass(frozen=True)
class Constant:
    """The same eta in every pass."""

    eta: float

    def __post_init__(self) -> None:
        _require_between("eta", self.eta, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        return self.eta


@dataclass(frozen=True)
class Linear:
    """An eta that falls in equal steps from the first pass of the stage to the last."""

    first: float
    last: float

    def __post_init__(self) -> None:
        _require_between("first", self.first, 0)
        _require_between("last", self.last, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        if passes == 1:
            return self.first
        return self.first + (self.last - self.first) * number / (passes - 1)


@dataclass(frozen=True)
class Steps:
    """An eta for each pass, the last one kept from then on."""

    etas: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.etas:
            raise InputError("etas is empty; give an eta for the first pass at least.")
        for eta in self.etas:
            _require_between("etas", eta, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        return self.etas[min(number, len(self.etas) - 1)]


Schedule = Constant | Linear | Steps
"""How eta goes from pass to pass; it never changes within one."""


@dataclass(frozen=True)
class Sampled:
    """Curvature estimated anew before a pass, and held until the next estimate.

    Attributes
    ----------
    patterns : int
        How many patterns of the part serve, evenly spread over its order; the same in every pass.
    every : int
        Passes from one estimate to the next; a stage begins with one.
    """

    patterns: int = 500
    every: int = 1

    def __post_init__(self) -> None:
        _require_between("patterns", self.patterns, 1)
        _require_between("every", self.every, 1)

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

    def __post_init__(self) -> None:
        _require_between("gamma", self.gamma, 0, 1)
        if self.start.every != 1:
            raise InputError("every is for curvature that is Sampled; leave it out of start.")


@dataclass(frozen=True)
class SecondOrder:
    """Rates eta / (mu + h): stochastic diagonal Levenberg-Marquardt.

    Attributes
    ----------
    mu : float
        What keeps a rate finite where the curvature is small.
    curvature : Sampled or Running
        From which patterns h comes, and when.
    full : bool
        Whether h has the term of f'' that the Gauss-Newton form drops. It can be negative then, and
        its size is taken, ``eta / (mu + |h|)``, as in 1988 (Becker & Le Cun).
    """

    mu: float
    curvature: Sampled | Running = Sampled()
    full: bool = False

    def __post_init__(self) -> None:
        _require_between("mu", self.mu, 1e-9)
        if self.full and isinstance(self.curvature, Running):
            raise InputError("full is for curvature that is Sampled, not Running; change either.")

    def rates(self, eta: float, curvature: np.ndarray) -> np.ndarray:
        """Return ``eta / (mu + |h|)``, float32, shape (p, networks)."""
        return np.float32(eta) / (np.float32(self.mu) + np.abs(curvature))


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

    def __post_init__(self) -> None:
        _require_between("seed", self.seed, 0)

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

    def __post_init__(self) -> None:
        origins = (WRITTEN_BY_HAND, PRINTED)
        if self.origin not in (None, *origins):
            raise InputError(f'origin is "{self.origin}"; give one of {", ".join(origins)}.')
        for digit in self.classes or ():
            _require_between("classes", digit, 0, 9)
        if self.first is not None:
            _require_between("first", self.first, 1)

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
            raise InputError("no digit belongs to its part; name one that is there.")
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
    layers : tuple of str, optional
        The layers that learn, by name; None for all.
    """

    name: str
    passes: int
    eta: Schedule
    rule: Rule
    part: Part = Part()
    order: Order = FileOrder()
    layers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        _require_between("passes", self.passes, 1)
        if not 0 < len(self.name) <= LONGEST_NAME:
            raise InputError(f"name has {len(self.name)} letters; give 1 to {LONGEST_NAME}.")

    @property
    def numbers(self) -> str:
        """The numbers of the rule, in a few words."""
        match self.eta:
            case Constant(eta):
                etas = f"eta {eta:g}"
            case Linear(first, last):
                etas = f"eta {first:g} to {last:g}"
            case Steps(each):
                etas = f"eta {each[0]:g} to {each[-1]:g} in steps"
        return f"mu {self.rule.mu:g}, {etas}" if isinstance(self.rule, SecondOrder) else etas


@dataclass(frozen=True)
class Handwritten:
    """The USPS digits alone: 7291 to learn from, 2007 to be tried on."""


@dataclass(frozen=True)
class Mixed:
    """The whole experiment: handwritten and printed digits, 9840 and 2707 (NIPS 1989, p. 397).

    Attributes
    ----------
    mixing : {"interleaved", "handwritten first", "printed first"}
        How the two kinds follow one another in the fixed order, which the paper does not say.
        Interleaved: evenly, each kind in its own order.
    deslanted : bool
        Whether the printed digits are deslanted, as the released handwritten ones are.
    test_faces : tuple of str
        The printed faces that are tested on, and not learned from: see `data_prep.printed_faces`.
    """

    mixing: str = "interleaved"
    deslanted: bool = True
    test_faces: tuple[str, ...] = TEST_FACES

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "test_faces", test_faces(self.test_faces))
        except InputError as problem:
            raise InputError(f"test_faces: {problem}") from None
        if self.mixing not in MIXINGS:
            raise InputError(f'mixing is "{self.mixing}"; give one of {", ".join(MIXINGS)}.')

    def mix(self, handwritten: Digits, printed: Digits) -> Digits:
        """Return both kinds in their order."""
        return MIXINGS[self.mixing](handwritten, printed)


MIXINGS: dict[str, Callable[[Digits, Digits], Digits]] = {
    "interleaved": lambda handwritten, printed: handwritten.interleave(printed),
    "handwritten first": lambda handwritten, printed: handwritten.join(printed),
    "printed first": lambda handwritten, printed: printed.join(handwritten),
}
"""Ways to mix the two kinds, by name."""

@dataclass(frozen=True)
class HeldOut:
    """The USPS training digits alone, a part of them held out: what mu and eta are chosen by.

    Attributes
    ----------
    fold : int
        Which of the contiguous blocks of the file is held out, from 1.
    of : int
        How many blocks there are, as equal as they can be.
    """

    fold: int
    of: int = 7

    def __post_init__(self) -> None:
        _require_between("of", self.of, 2)
        _require_between("fold", self.fold, 1, self.of)

    def split(self, digits: Digits) -> tuple[Digits, Digits]:
        """Return the digits that are learned from, and those that are held out."""
        numbers = np.arange(len(digits))
        held_out = np.array_split(numbers, self.of)[self.fold - 1]
        return digits.select(np.setdiff1d(numbers, held_out)), digits.select(held_out)


Material = Handwritten | Mixed | HeldOut


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
    digits : Material
        What there is to learn from, and to be tried on.
    architecture : str
        Name of the architecture.
    initial : Initial
        How wide the initial weights are.
    """

    name: str
    about: str
    stages: tuple[Stage, ...]
    digits: Material = Mixed()
    architecture: str = "LENET1"
    initial: Initial = AS_PRINTED

    def __post_init__(self) -> None:
        if not self.stages:
            raise InputError("stages is empty; give at least one.")

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
                f'too few; the stages of "{self.name}" before the last have {done}, '
                f"so give at least {done + 1}."
            )
        stages = (*before, replace(last, passes=passes - done))
        return replace(self, stages=stages)


ETA = Constant(5e-4)
RULE = SecondOrder(mu=0.02, curvature=Sampled(500))
"""As chosen by held-out training digits and the paper's training figures: see
`reproduction.studies.selection`. They are also where the schedule of 1998 begins."""

HANDWRITTEN = Recipe(
    name="handwritten",
    about="the handwritten digits alone, in file order",
    stages=(Stage("handwritten", 30, ETA, RULE),),
    digits=Handwritten(),
)

PAPER = Recipe(
    name="paper",
    about="the whole experiment: handwritten and printed digits evenly interleaved",
    stages=(Stage("all", 30, ETA, RULE),),
)

STAGED = Recipe(
    name="staged",
    about="printed digits first, then everything: what a tutorial says of 1989",
    stages=(
        Stage("printed", 5, ETA, RULE, Part(origin=PRINTED)),
        Stage("all", 25, ETA, RULE),
    ),
)

PARTS = Recipe(
    name="parts",
    about="the first 1000 digits, the first 3000, then all",
    stages=(
        Stage("first 1000", 5, ETA, RULE, Part(first=1000)),
        Stage("first 3000", 5, ETA, RULE, Part(first=3000)),
        Stage("all", 20, ETA, RULE),
    ),
)

LECUN1998 = Recipe(
    name="lecun1998",
    about="the schedule published in 1998 for another data set, its last eta kept on",
    stages=(
        Stage(
            "all",
            30,
            Steps((*[5e-4] * 2, *[2e-4] * 3, *[1e-4] * 3, *[5e-5] * 4, 1e-5)),
            SecondOrder(mu=0.02, curvature=Sampled(500)),
        ),
    ),
)
"""LeCun, Bottou, Bengio & Haffner 1998: mu .02, curvature from 500 patterns before each pass."""

SGD = Recipe(
    name="sgd",
    about="plain stochastic gradient descent, for contrast",
    stages=(Stage("all", 30, Linear(1.6e-2, 3.2e-4), FirstOrder()),),
)
"""Its eta is chosen in the same way, so that the contrast is fair."""

LAYERWISE = Recipe(
    name="layerwise",
    about="the lower layers held in the last stage",
    stages=(
        Stage("all layers", 20, ETA, RULE),
        Stage("upper layers", 10, ETA, RULE, layers=("H4", "output")),
    ),
)

NET1989 = Recipe(
    name="net1989",
    about="the sister paper's network: handwritten digits, 23 passes",
    stages=(Stage("handwritten", 23, Constant(5e-4), SecondOrder(mu=0.1)),),
    digits=Handwritten(),
    architecture="NET1989",
)
"""Mu and eta chosen as for LeNet-1, see `reproduction.studies.selection`; so are those below."""

FC40 = Recipe(
    name="fc40",
    about="the sister paper's baseline, 256-40-10: handwritten digits, 23 passes",
    stages=(Stage("handwritten", 23, Constant(5e-4), SecondOrder(mu=0.1)),),
    digits=Handwritten(),
    architecture="FC40",
)

TUTORIAL = Recipe(
    name="tutorial",
    about="a tutorial's network, by the rule of 1989",
    stages=(Stage("handwritten", 30, ETA, RULE),),
    digits=Handwritten(),
    architecture="TUTORIAL",
)

TUTORIAL_SGD = Recipe(
    name="tutorial-sgd",
    about="a tutorial's network, by plain stochastic gradient descent",
    stages=(Stage("handwritten", 30, Constant(2e-2), FirstOrder()),),
    digits=Handwritten(),
    architecture="TUTORIAL",
)


def _pretrained(recipe: Recipe) -> Recipe:
    """Return a recipe that learns printed digits for 5 passes, then handwritten ones for 25."""
    (stage,) = recipe.stages
    return replace(
        recipe,
        name=f"{recipe.name}-staged",
        about=f"{recipe.about}: printed digits first, then handwritten ones",
        stages=(
            replace(stage, name="pretraining", passes=5, part=Part(origin=PRINTED)),
            replace(stage, name="fine-tuning", passes=25, part=Part(origin=WRITTEN_BY_HAND)),
        ),
        digits=Mixed(),
    )


TUTORIAL_STAGED = _pretrained(TUTORIAL)
TUTORIAL_STAGED_SGD = _pretrained(TUTORIAL_SGD)

RECIPES = {
    recipe.name: recipe
    for recipe in (
        PAPER,
        HANDWRITTEN,
        STAGED,
        PARTS,
        LECUN1998,
        SGD,
        LAYERWISE,
        NET1989,
        FC40,
        TUTORIAL,
        TUTORIAL_SGD,
        TUTORIAL_STAGED,
        TUTORIAL_STAGED_SGD,
    )
}
"""The recipes that have a name."""
