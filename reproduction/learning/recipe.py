"""What a recipe is: its stages, what each presents in which order, and the digits there are.

A recipe is data: a tuple of stages, each some passes over a part of the digits by one rule. Those
with a name are in `reproduction.learning.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data_prep.digits import HANDWRITTEN, PRINTED, Digits
from data_prep.errors import InputError
from data_prep.printed_faces import TEST_FACES, test_faces
from reproduction.learning.checks import require_between
from reproduction.learning.deletion import Prune
from reproduction.learning.distortion import Distortion
from reproduction.learning.rules import Adam, Rule, SecondOrder
from reproduction.learning.schedules import Constant, Linear, Schedule, Smooth, Steps
from reproduction.network import Initial
from reproduction.network.initial_weights import AS_PRINTED

LONGEST_NAME = 32
"""Letters in the name of a stage."""

MOST_PASSES = 1_000_000
"""Of a stage."""


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
        require_between("seed", self.seed, 0)

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
        origins = (HANDWRITTEN, PRINTED)
        if self.origin not in (None, *origins):
            raise InputError(f'origin is "{self.origin}"; give one of {", ".join(origins)}.')
        for digit in self.classes or ():
            require_between("classes", digit, 0, 9)
        if self.first is not None:
            require_between("first", self.first, 1)

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
    prune : Prune, optional
        What is deleted before the first pass, and stays so in this stage and those that follow.
    distortion : Distortion, optional
        How far digits are distorted, anew in every pass; None shows them as they are.
    averaged : int, optional
        After its last pass, networks have the mean of the weights that they had at the ends of so
        many passes, the last ones of the stage; None leaves them those of the last.
    """

    name: str
    passes: int
    eta: Schedule
    rule: Rule
    part: Part = Part()
    order: Order = FileOrder()
    layers: tuple[str, ...] | None = None
    prune: Prune | None = None
    distortion: Distortion | None = None
    averaged: int | None = None

    def __post_init__(self) -> None:
        require_between("passes", self.passes, 1, MOST_PASSES)
        if self.averaged is not None:
            require_between("averaged", self.averaged, 1, self.passes)
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
            case Smooth(peak, last):
                etas = f"eta {peak:g} to {last:g} smoothly"
        match self.rule:
            case SecondOrder(mu):
                return f"mu {mu:g}, {etas}"
            case Adam(batch):
                return f"Adam, batches of {batch}, {etas}"
            case _:
                return etas


@dataclass(frozen=True)
class Handwritten:
    """The USPS digits alone: 7291 to learn from, 2007 to be tried on."""


@dataclass(frozen=True)
class MNIST:
    """The MNIST digits alone: 60 000 to learn from, 10 000 to be tried on, 16 x 16 like the USPS.

    Attributes
    ----------
    deslanted : bool
        Whether slant is taken out, as of the released USPS digits.
    filled : bool
        Whether the longer side of every digit's ink fills the image, as that of the USPS digits
        does; otherwise 16 pixels stand for the 20 of the box into which MNIST digits were brought.
    """

    deslanted: bool = True
    filled: bool = True


Whole = Handwritten | MNIST
"""A whole set of handwritten digits, as it was released."""


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
    """Training digits alone, a part of them held out: what mu and eta are chosen by.

    Attributes
    ----------
    fold : int
        Which of the contiguous blocks of the file is held out, from 1.
    of : int
        How many blocks there are, as equal as they can be.
    digits : Handwritten or MNIST
        Whose training digits.
    """

    fold: int
    of: int = 7
    digits: Whole = Handwritten()

    def __post_init__(self) -> None:
        require_between("of", self.of, 2)
        require_between("fold", self.fold, 1, self.of)

    def split(self, digits: Digits) -> tuple[Digits, Digits]:
        """Return the digits that are learned from, and those that are held out."""
        numbers = np.arange(len(digits))
        held_out = np.array_split(numbers, self.of)[self.fold - 1]
        return digits.select(np.setdiff1d(numbers, held_out)), digits.select(held_out)


@dataclass(frozen=True)
class Resplit:
    """All digits of a set, learned from and tried on in other parts than the released ones.

    Both parts are joined in the order of their files, and as many as there are test digits are
    tried on, from some place on; the rest is learned from.

    Attributes
    ----------
    start : int
        Where the digits that are tried on begin, from 0; behind the last digit comes the first.
    seed : int, optional
        Of the order in which all digits are shuffled first, by raw draws of PCG-64.
    digits : Handwritten or MNIST
        Whose digits.
    """

    start: int = 0
    seed: int | None = None
    digits: Whole = Handwritten()

    def __post_init__(self) -> None:
        require_between("start", self.start, 0)
        if self.seed is not None:
            require_between("seed", self.seed, 0)

    def split(self, train: Digits, test: Digits) -> tuple[Digits, Digits]:
        """Return the digits that are learned from, and those that are tried on."""
        joined = train.join(test)
        order = np.arange(len(joined))
        if self.seed is not None:
            order = Shuffled(self.seed).of(len(joined), 0)
        order = np.roll(order, -self.start)  # now the test digits come first
        tried, learned = order[: len(test)], order[len(test) :]
        if self.seed is None:
            tried, learned = np.sort(tried), np.sort(learned)
        return joined.select(learned), joined.select(tried)


@dataclass(frozen=True)
class Across:
    """Training digits of one set or more, and the test digits of another.

    Attributes
    ----------
    learned : tuple of Handwritten or MNIST
        What is learned from; several are evenly interleaved, each in its own order.
    tried : Handwritten or MNIST
        What networks are tried on.
    """

    learned: tuple[Whole, ...]
    tried: Whole

    def __post_init__(self) -> None:
        if not self.learned:
            raise InputError("learned is empty; give at least one set of digits.")


Material = Handwritten | MNIST | Mixed | HeldOut | Resplit | Across


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
    begin : Begin, optional
        Trained layers to begin with, in place of initial weights.
    teacher : Teacher, optional
        Trained networks that say which classes digits are of, in place of their labels.
    """

    name: str
    about: str
    stages: tuple[Stage, ...]
    digits: Material = Mixed()
    architecture: str = "LENET1"
    initial: Initial = AS_PRINTED
    begin: Begin | None = None
    teacher: Teacher | None = None

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


@dataclass(frozen=True)
class Begin:
    """Layers of trained networks that others begin with, seed by seed; what they lost stays lost.

    Attributes
    ----------
    recipe : Recipe
        What they are trained by, on the same digits.
    layers : tuple of str
        The layers that are taken over, by name; they have the same weights in both networks.
    """

    recipe: Recipe
    layers: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise InputError("layers is empty; name those to begin with, or leave out begin.")


@dataclass(frozen=True)
class Teacher:
    """A committee of trained networks that others learn from: see `learning.distillation`.

    Attributes
    ----------
    recipe : Recipe
        What they are trained by, on the same digits. Their architecture has probabilities for
        outputs, and the plane of those that learn from them.
    seeds : tuple of int
        Of the networks.
    seed : int
        Of the draws: whenever a digit is presented, its class is drawn by the mean of the networks'
        probabilities.
    """

    recipe: Recipe
    seeds: tuple[int, ...] = tuple(range(16))
    seed: int = 0

    def __post_init__(self) -> None:
        require_between("seed", self.seed, 0)
