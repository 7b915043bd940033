"""The studies of MNIST: who reads whose digits, and in which form LeNet-1 was tried on them.

LeNet-1's published error on MNIST is 1.7 %, of digits brought to 16 x 16 (LeCun et al. 1998,
section III). Whether they were deslanted is not said; the second study asks the networks.
"""

from __future__ import annotations

from dataclasses import replace

from reproduction.learning import MNIST, Across, Handwritten, Recipe, Shuffled, recipes
from reproduction.learning.recipe import Whole
from reproduction.network import ARCHITECTURES, LENET1
from reproduction.studies.questions import with_stage
from reproduction.studies.study import Arm, Study

SIXTEEN = tuple(range(16))

USPS, SLANTED = Handwritten(), MNIST(deslanted=False)


def _across(name: str, recipe: Recipe, learned: tuple[Whole, ...], tried: Whole) -> Arm:
    return Arm(name, replace(recipe, digits=Across(learned, tried)), LENET1)


ACROSS = Study(
    "mnist-across",
    "How well do networks that learned zip codes, MNIST or both read the one and the other?",
    (
        Arm("MNIST by MNIST", recipes.ON_MNIST, LENET1),
        _across("MNIST by both", recipes.ON_MNIST, (USPS, MNIST()), MNIST()),
        _across("MNIST by USPS", recipes.HANDWRITTEN, (USPS,), MNIST()),
        _across("MNIST as they are by USPS", recipes.HANDWRITTEN, (USPS,), SLANTED),
        Arm("USPS by USPS", recipes.HANDWRITTEN, LENET1),
        _across("USPS by both", recipes.ON_MNIST, (USPS, MNIST()), USPS),
        _across("USPS by MNIST", recipes.ON_MNIST, (MNIST(),), USPS),
        _across("USPS by MNIST as they are", recipes.ON_MNIST_SLANTED, (SLANTED,), USPS),
    ),
    SIXTEEN,
)
"""An arm's name says whose digits are read, and by networks that learned which."""

CODE = ARCHITECTURES["TUTORIAL-CODE"]

(_OF_1998,) = recipes.LECUN1998.stages

FORMS = Study(
    "mnist-forms",
    "Were LeNet-1's MNIST digits deslanted, and what does a tutorial's network reach?",
    (
        Arm("deslanted", recipes.ON_MNIST, LENET1),
        Arm("deslanted, shuffled", with_stage(recipes.ON_MNIST, order=Shuffled()), LENET1),
        Arm("as they are", recipes.ON_MNIST_SLANTED, LENET1),
        Arm(
            "as they are, not filling 16 x 16",
            replace(recipes.ON_MNIST_SLANTED, digits=MNIST(deslanted=False, filled=False)),
            LENET1,
        ),
        Arm(
            "as they are, eta and mu as in 1998",
            with_stage(recipes.ON_MNIST_SLANTED, passes=20, eta=_OF_1998.eta, rule=_OF_1998.rule),
            LENET1,
        ),
        Arm("as they are, 48 passes", with_stage(recipes.ON_MNIST_SLANTED, passes=48), LENET1),
        Arm("TUTORIAL-CODE", recipes.TUTORIAL_ON_MNIST, CODE),
        Arm("TUTORIAL-CODE, SGD", recipes.TUTORIAL_ON_MNIST_SGD, CODE),
    ),
    SIXTEEN,
)

MNIST_STUDIES = {study.name: study for study in (ACROSS, FORMS)}
"""The studies of MNIST, by name."""
