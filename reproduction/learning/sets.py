"""The sets of digits: what a recipe learns from, and what its networks are tried on.

Plans, histories, summaries and the records of studies call them by the same names: "train"; "test",
all test digits of the whole experiment; "test_handwritten" and "test_printed", its two parts. Where
there are no printed digits, all test digits are "test_handwritten", and there is no "test". Where
training digits are held out from learning, networks are tried on those, "held_out", instead.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path

import numpy as np

from data_prep import mnist, printed, usps
from data_prep.digits import HANDWRITTEN, PRINTED, Digits
from reproduction.learning.recipe import (
    Across,
    Handwritten,
    HeldOut,
    Material,
    Mixed,
    Resplit,
    Whole,
)

TRAIN = "train"
TEST = "test"
TEST_OF = {HANDWRITTEN: f"{TEST}_{HANDWRITTEN}", PRINTED: f"{TEST}_{PRINTED}"}
"""The test digits of one origin."""

HELD_OUT = "held_out"

SETS = (TRAIN, TEST, *TEST_OF.values(), HELD_OUT)
"""The names that a set may have: what is learned from, what is tried on, what is held out."""


Load = Callable[[Whole], tuple[Digits, Digits]]
"""Gets the digits of a whole set: those to learn from, and those to be tried on."""


def load_whole(
    whole: Whole,
    folder: Path | None = None,
    announce: Callable[[str], None] | None = None,
    progress: bool | None = None,
) -> tuple[Digits, Digits]:
    """Load the training and the test digits of a whole set; see `usps.load` and `mnist.load`."""
    if isinstance(whole, Handwritten):
        handwritten = usps.load(folder, announce, progress=progress)
        return handwritten.train, handwritten.test
    found = mnist.load(
        folder, announce, progress=progress, deslant=whole.deslanted, fill=whole.filled
    )
    return found.train, found.test


def wholes_of(material: Material) -> tuple[Whole, ...]:
    """Return the whole sets that a recipe's digits come from, besides the printed ones."""
    match material:
        case HeldOut() | Resplit():
            return (material.digits,)
        case Across():
            return tuple(dict.fromkeys((*material.learned, material.tried)))
        case Mixed():
            return (Handwritten(),)
        case _:
            return (material,)


def sets_of(material: Material, load: Load = load_whole) -> dict[str, Digits]:
    """Return the digits that a recipe learns from, and all those that it is tried on, by name.

    Parameters
    ----------
    material : Material
        What the recipe asks for.
    load : callable
        Gets the handwritten digits; the printed ones come with this package.
    """
    match material:
        case HeldOut():
            learned, held_out = material.split(load(material.digits)[0])
            return {TRAIN: learned, HELD_OUT: held_out}
        case Resplit():
            return named(*material.split(*load(material.digits)))
        case Across():
            first, *others = (load(whole)[0] for whole in material.learned)
            for other in others:
                first = first.interleave(other)
            return named(first, load(material.tried)[1])
        case Mixed():
            train, test = load(Handwritten())
            rebuilt = printed.load(material.deslanted, material.test_faces)
            return named(material.mix(train, rebuilt.train), material.mix(test, rebuilt.test))
        case _:
            return named(*load(material))


def named(train: Digits, test: Digits) -> dict[str, Digits]:
    """Name training and test digits: these "test", or for their origin if they have only one."""
    origins = _origins(test)
    return {TRAIN: train, TEST if len(origins) > 1 else TEST_OF[origins[0]]: test}


def parts_of(name: str, digits: Digits) -> dict[str, np.ndarray | slice]:
    """Return the whole of a set, and the parts of "test" by where the digits come from.

    Returns
    -------
    dict
        The name of the part, as "test_handwritten": which digits belong to it (bool, (n,)); of the
        whole, a slice.
    """
    parts: dict[str, np.ndarray | slice] = {name: slice(None)}
    if name == TEST:
        parts |= {TEST_OF[origin]: digits.origin == origin for origin in _origins(digits)}
    return parts


def tried_on(names: Container[str]) -> str:
    """Return which of the names is that of all digits, other than "train", that there are."""
    return next((name for name in SETS if name != TRAIN and name in names), TEST)


def _origins(digits: Digits) -> list[str]:
    return [origin for origin in TEST_OF if np.any(digits.origin == origin)]
