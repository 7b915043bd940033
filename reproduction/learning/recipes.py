"""The recipes that have a name, and why their numbers are what they are.

To add one, write it here and list it in `RECIPES`: the command line knows it then.
"""

from __future__ import annotations

from dataclasses import replace

from data_prep import digits
from reproduction.learning.modern import MODERN, NET1989_MODERN
from reproduction.learning.recipe import MNIST, Handwritten, Mixed, Part, Recipe, Stage
from reproduction.learning.rules import FirstOrder, Sampled, SecondOrder
from reproduction.learning.schedules import Constant, Linear, Steps

ETA = Constant(1.25e-3)
RULE = SecondOrder(mu=0.05, curvature=Sampled(500))
"""As chosen by held-out training digits and what the paper measured in training: see
`reproduction.studies.selection`."""

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
        Stage("printed", 5, ETA, RULE, Part(origin=digits.PRINTED)),
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
    stages=(Stage("handwritten", 30, Constant(2.5e-4), SecondOrder(mu=0.01)),),
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
            replace(stage, name="pretraining", passes=5, part=Part(origin=digits.PRINTED)),
            replace(stage, name="fine-tuning", passes=25, part=Part(origin=digits.HANDWRITTEN)),
        ),
        digits=Mixed(),
    )


TUTORIAL_STAGED = _pretrained(TUTORIAL)
TUTORIAL_STAGED_SGD = _pretrained(TUTORIAL_SGD)

ON_MNIST = Recipe(
    name="mnist",
    about="the MNIST digits, brought to 16 x 16 and deslanted as the USPS digits were",
    stages=(Stage("mnist", 16, Linear(1.6e-2, 3.2e-4), SecondOrder(mu=0.8)),),
    digits=MNIST(),
)
"""Mu and eta chosen by held-out training digits, see `reproduction.studies.selection`; so are those
below."""

ON_MNIST_SLANTED = Recipe(
    name="mnist-slanted",
    about="the MNIST digits, brought to 16 x 16 with the slant they have",
    stages=(Stage("mnist", 16, Linear(1.6e-2, 3.2e-4), SecondOrder(mu=0.8)),),
    digits=MNIST(deslanted=False),
)

TUTORIAL_ON_MNIST = Recipe(
    name="mnist-tutorial",
    about="a tutorial's network in the form of its code on MNIST digits, by the rule of 1989",
    stages=(Stage("mnist", 16, Linear(1e-3, 2e-5), SecondOrder(mu=0.04)),),
    digits=MNIST(),
    architecture="TUTORIAL-CODE",
)

TUTORIAL_ON_MNIST_SGD = Recipe(
    name="mnist-tutorial-sgd",
    about="the same network on MNIST digits, by plain stochastic gradient descent",
    stages=(Stage("mnist", 16, Linear(2e-2, 4e-4), FirstOrder()),),
    digits=MNIST(),
    architecture="TUTORIAL-CODE",
)

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
        ON_MNIST,
        ON_MNIST_SLANTED,
        TUTORIAL_ON_MNIST,
        TUTORIAL_ON_MNIST_SGD,
        MODERN,
        NET1989_MODERN,
    )
}
"""The recipes that have a name."""
