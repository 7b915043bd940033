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
    "How well do networks that learned zip codes read MNIST, beside some that learned it?",
    (
        Arm("MNIST by MNIST", recipes.ON_MNIST, LENET1),
        Arm("USPS by USPS", recipes.HANDWRITTEN, LENET1),
        _across("MNIST by USPS", recipes.HANDWRITTEN, (USPS,), MNIST()),
        _across("MNIST as they are by USPS", recipes.HANDWRITTEN, (USPS,), SLANTED),
    ),
    SIXTEEN,
)
"""An arm's name says whose digits are read, and by networks that learned which."""

CODE = ARCHITECTURES["TUTORIAL-CODE"]

FORMS = Study(
    "mnist-forms",
    "Were LeNet-1's MNIST digits deslanted, and what does a tutorial's network reach?",
    (
        Arm("deslanted", recipes.ON_MNIST, LENET1),
        Arm("as they are", recipes.ON_MNIST_SLANTED, LENET1),
        Arm("TUTORIAL-CODE", recipes.TUTORIAL_ON_MNIST, CODE),
        Arm("TUTORIAL-CODE, SGD", recipes.TUTORIAL_ON_MNIST_SGD, CODE),
    ),
    SIXTEEN,
)

MNIST_STUDIES = {study.name: study for study in (ACROSS, FORMS)}
"""The studies of MNIST that have a record, by name."""

# ---- Waiting for their records ------------------------------------------------------------------

BACK = Study(
    "mnist-back",
    "How well do networks that learned MNIST, or both sets, read the other?",
    (
        Arm("USPS by USPS", recipes.HANDWRITTEN, LENET1),
        _across("USPS by both", recipes.ON_MNIST, (USPS, MNIST()), USPS),
        _across("USPS by MNIST", recipes.ON_MNIST, (MNIST(),), USPS),
        _across("USPS by MNIST as they are", recipes.ON_MNIST_SLANTED, (SLANTED,), USPS),
        _across("MNIST by both", recipes.ON_MNIST, (USPS, MNIST()), MNIST()),
        Arm("MNIST by MNIST", recipes.ON_MNIST, LENET1),
    ),
    SIXTEEN,
)

(_OF_1998,) = recipes.LECUN1998.stages

OTHER_FORMS = Study(
    "mnist-other-forms",
    "What else could bring LeNet-1 to its published rate on MNIST?",
    (
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
        Arm("deslanted, shuffled", with_stage(recipes.ON_MNIST, order=Shuffled()), LENET1),
    ),
    SIXTEEN,
)

WAITING = {study.name: study for study in (BACK, OTHER_FORMS)}
"""Studies of MNIST that nobody has run to the end yet."""
