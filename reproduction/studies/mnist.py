"""The studies of MNIST: who reads whose digits, and in which form LeNet-1 was tried on them.

LeNet-1's published error on MNIST is 1.7 %, of digits brought to 16 x 16 (LeCun et al. 1998,
section III). Whether they were deslanted is not said; a study that waits for its record asks the
networks.
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

MNIST_STUDIES = {ACROSS.name: ACROSS}
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

DESLANTED = "deslanted"
AS_THEY_ARE = "as they are"

(_OF_1998,) = recipes.LECUN1998.stages

FORMS = Study(
    "mnist-forms",
    "Were LeNet-1's MNIST digits deslanted?",
    (
        Arm(DESLANTED, recipes.ON_MNIST, LENET1),
        Arm(f"{DESLANTED}, shuffled", with_stage(recipes.ON_MNIST, order=Shuffled()), LENET1),
        Arm(AS_THEY_ARE, recipes.ON_MNIST_SLANTED, LENET1),
        Arm(
            f"{AS_THEY_ARE}, not filling 16 x 16",
            replace(recipes.ON_MNIST_SLANTED, digits=MNIST(deslanted=False, filled=False)),
            LENET1,
        ),
        Arm(
            f"{AS_THEY_ARE}, eta and mu as in 1998",
            with_stage(recipes.ON_MNIST_SLANTED, passes=20, eta=_OF_1998.eta, rule=_OF_1998.rule),
            LENET1,
        ),
        Arm("TUTORIAL-CODE", recipes.TUTORIAL_ON_MNIST, ARCHITECTURES["TUTORIAL-CODE"]),
        Arm("TUTORIAL-CODE, SGD", recipes.TUTORIAL_ON_MNIST_SGD, ARCHITECTURES["TUTORIAL-CODE"]),
    ),
    SIXTEEN,
)

WAITING = {study.name: study for study in (FORMS, BACK)}
"""Studies of MNIST that nobody has run to the end yet."""
