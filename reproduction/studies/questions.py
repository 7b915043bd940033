"""The studies by name: a hundred networks, the relatives, and what the papers left open.

Each study of an open question takes the paper's recipe (or the sister paper's) and changes what is
open, one thing at a time, everything else as it was chosen on training digits. Its first arm is the
recipe as it stands; but the map of eta and mu changes both, and the tables of the sister network
are tried with longer steps. What the figures then say is for `reproduction.studies.comparison`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from data_prep.printed_faces import FACES, faces_of
from reproduction.learning import (
    Constant,
    FirstOrder,
    Linear,
    Mixed,
    Recipe,
    Running,
    Sampled,
    SecondOrder,
    Shuffled,
    recipes,
)
from reproduction.network import ARCHITECTURES, LENET1, Architecture, Initial
from reproduction.network.relatives import (
    DENSE,
    SCHEMES,
    TUTORIAL_CODE,
    UNSQUASHED,
    averages,
    net1989,
    random_table,
    with_layers,
)
from reproduction.studies.study import Arm, Study

HUNDRED = tuple(range(96))
SOME = tuple(range(32))

PAPER_AS_IT_IS = Arm("as in the recipe", recipes.PAPER, LENET1)
SISTER_AS_IT_IS = Arm("as in the recipe", recipes.NET1989, net1989())


def with_stage(recipe: Recipe, **changed: Any) -> Recipe:
    """Return a recipe with its only stage changed."""
    (stage,) = recipe.stages
    return replace(recipe, stages=(replace(stage, **changed),))


def by_own(recipe: Recipe, name: str | None = None) -> Arm:
    """Return the arm of a recipe with its own architecture."""
    return Arm(name or recipe.name, recipe, ARCHITECTURES[recipe.architecture])


def on(name: str, architecture: Architecture, recipe: Recipe = recipes.PAPER) -> Arm:
    """Return the arm of a recipe on another architecture."""
    return Arm(name, recipe, architecture)


def paper(name: str, **changed: Any) -> Arm:
    """Return the arm of the paper's recipe with its stage changed."""
    return Arm(name, with_stage(recipes.PAPER, **changed), LENET1)


def sister(name: str, **changed: Any) -> Arm:
    """Return the arm of the sister paper's recipe with its stage changed."""
    return Arm(name, with_stage(recipes.NET1989, **changed), net1989())


# ---- A hundred networks, and the relatives ----------------------------------------------------

THE_HUNDRED = Study(
    "hundred",
    "How are the figures of one recipe distributed over its networks?",
    (by_own(recipes.PAPER), by_own(recipes.HANDWRITTEN)),
    HUNDRED,
    follow=True,
)

RELATIVES = Study(
    "relatives",
    "What do LeNet-1's relatives reach, each by the recipe of its own source?",
    (
        by_own(recipes.HANDWRITTEN, "LENET1"),
        on("DENSE", DENSE, recipes.HANDWRITTEN),
        on("UNSQUASHED", UNSQUASHED, recipes.HANDWRITTEN),
        by_own(recipes.NET1989, "NET1989"),
        by_own(recipes.FC40, "FC40"),
        by_own(recipes.TUTORIAL, "TUTORIAL"),
        by_own(recipes.TUTORIAL_SGD, "TUTORIAL, SGD"),
        by_own(recipes.TUTORIAL_STAGED, "TUTORIAL, staged"),
        by_own(recipes.TUTORIAL_STAGED_SGD, "TUTORIAL, staged, SGD"),
        on("TUTORIAL-CODE", TUTORIAL_CODE, recipes.TUTORIAL),
        on("TUTORIAL-CODE, SGD", TUTORIAL_CODE, recipes.TUTORIAL_SGD),
        on("TUTORIAL-CODE, staged", TUTORIAL_CODE, recipes.TUTORIAL_STAGED),
        on("TUTORIAL-CODE, staged, SGD", TUTORIAL_CODE, recipes.TUTORIAL_STAGED_SGD),
    ),
    SOME,
)


# ---- What the papers left open ----------------------------------------------------------------

MUS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
RATIOS = (0.00625, 0.0125, 0.025, 0.05, 0.1)
"""Of eta to mu: the rate of a weight without curvature. Eta is rounded to three digits."""


def cell(mu: float, ratio: float) -> str:
    """Return the name of an arm of the map of mu and eta."""
    return f"mu {mu:g}, eta {mu * ratio:.3g}"


ETA_AND_MU = Study(
    "eta-and-mu",
    "Where do eta and mu lead: which are stable, and which have the paper's figures?",
    tuple(
        paper(cell(mu, ratio), eta=Constant(float(f"{mu * ratio:.3g}")), rule=SecondOrder(mu))
        for mu in MUS
        for ratio in RATIOS
    ),
    tuple(range(16)),
)

CURVATURE = Study(
    "curvature",
    "How often was h estimated, from how many patterns, and did eta fall?",
    (
        PAPER_AS_IT_IS,
        paper("from 50 patterns", rule=SecondOrder(recipes.RULE.mu, Sampled(50))),
        paper("from 5000 patterns", rule=SecondOrder(recipes.RULE.mu, Sampled(5000))),
        paper("every 5 passes", rule=SecondOrder(recipes.RULE.mu, Sampled(500, every=5))),
        paper("once", rule=SecondOrder(recipes.RULE.mu, Sampled(500, every=30))),
        paper("running average", rule=SecondOrder(recipes.RULE.mu, Running(1e-3))),
        paper("eta falling", eta=Linear(recipes.ETA.eta, recipes.ETA.eta / 50)),
        by_own(recipes.LECUN1998, "eta and mu as in 1998"),
    ),
    SOME,
)

FIRST_WEIGHTS = Study(
    "first-weights",
    "Are the first weights within 2.4 / F, or within 2.4 over the square root of F?",
    (
        PAPER_AS_IT_IS,
        Arm("square root of F", replace(recipes.PAPER, initial=Initial(square_root=True)), LENET1),
        Arm(
            "F without the bias", replace(recipes.PAPER, initial=Initial(bias_counts=False)), LENET1
        ),
    ),
    SOME,
)

ORDER = Study(
    "order",
    "Did the patterns come in a constant order, or in a new one in every pass?",
    (PAPER_AS_IT_IS, paper("shuffled in every pass", order=Shuffled())),
    SOME,
)

MIXING = Study(
    "mixing",
    "In which order were printed and handwritten digits mixed, and were the printed deslanted?",
    (
        PAPER_AS_IT_IS,
        *(
            Arm(
                f"{mixing}{'' if deslanted else ', as printed'}",
                replace(recipes.PAPER, digits=Mixed(mixing, deslanted)),
                LENET1,
            )
            for deslanted in (True, False)
            for mixing in ("interleaved", "handwritten first", "printed first")
            if not (deslanted and mixing == "interleaved")
        ),
    ),
    SOME,
)


def drawn_faces(seed: int) -> tuple[str, ...]:
    """Draw seven faces for the test: those with the smallest of 35 raw draws of PCG-64."""
    draws = np.random.PCG64(seed).random_raw(len(FACES))
    return tuple(FACES[number].name for number in np.argsort(draws, kind="stable")[:7])


def tested_on(name: str, faces: tuple[str, ...]) -> Arm:
    """Return the arm of the paper's recipe with other printed faces for the test."""
    return Arm(name, replace(recipes.PAPER, digits=Mixed(test_faces=faces)), LENET1)


FONTS = Study(
    "fonts",
    "Which fonts were kept for the test, and are all errors on handwritten digits whichever they "
    "are?",
    (
        PAPER_AS_IT_IS,
        *(tested_on(f"seven drawn, seed {seed}", drawn_faces(seed)) for seed in (1, 2, 3, 4)),
        tested_on("Avant Garde and Courier", faces_of("ITC Avant Garde", "Courier")),
        tested_on("Bookman, Chancery, Hershey", faces_of("ITC Bookman", "ITC Zapf", "Hershey")),
        tested_on("Helvetica and its Narrow", faces_of("Helvetica")),
        tested_on("Schoolbook and Times", faces_of("New Century", "Times")),
    ),
    SOME,
)


def _unsquashed(layer: Any, name: str) -> Any:
    return replace(layer, squashed=False) if layer.name == name else layer


SQUASHED = Study(
    "squashed",
    "Are the averages of H2 and H4 squashed?",
    (
        PAPER_AS_IT_IS,
        on("H2 not", with_layers("H2 UNSQUASHED", lambda layer: _unsquashed(layer, "H2"))),
        on("H4 not", with_layers("H4 UNSQUASHED", lambda layer: _unsquashed(layer, "H4"))),
        on("neither", UNSQUASHED),
    ),
    SOME,
)


AVERAGING = Study(
    "averaging",
    "Does the averaging weight multiply the sum or the mean of its four inputs, and is its "
    "curvature that of four connections or of one?",
    (
        PAPER_AS_IT_IS,
        on("sum, one connection", averages("SUM ONCE", summed_first=True)),
        on("mean, four connections", averages("MEAN", mean=True)),
        on("mean, one connection", averages("MEAN ONCE", mean=True, summed_first=True)),
    ),
    SOME,
)

FULL = Study(
    "full-curvature",
    "Is h the Gauss-Newton form, or the size of the full second derivative?",
    (PAPER_AS_IT_IS, paper("size of the full one", rule=SecondOrder(recipes.RULE.mu, full=True))),
    SOME,
)

STAGES = Study(
    "stages",
    "Was there one stage of thirty passes, or several on parts of the digits or of the network?",
    (PAPER_AS_IT_IS, by_own(recipes.STAGED), by_own(recipes.PARTS), by_own(recipes.LAYERWISE)),
    SOME,
)

LONGER_STEPS = with_stage(recipes.NET1989, eta=Constant(1e-3))
"""With these steps the network has its published training figures, see the study "sister-gap": held
out training digits choose shorter ones, with which none of these arms has them."""

TABLES = Study(
    "tables",
    "Which 8 of 12 does H2 of the sister paper's network read, and what lies around its maps?",
    (
        *(on(scheme, net1989(scheme), LONGER_STEPS) for scheme in SCHEMES),
        on("random, seed 1", net1989(table=random_table(1)), LONGER_STEPS),
        on("random, seed 2", net1989(table=random_table(2)), LONGER_STEPS),
        on("sliding, two pixels before", net1989(before=2), LONGER_STEPS),
        on("sliding, 0 around H1", net1989(around_h1=0.0), LONGER_STEPS),
    ),
    SOME,
)

GAP = Study(
    "sister-gap",
    "What of all that the sister paper allows brings its network to the published figures?",
    (
        SISTER_AS_IT_IS,
        Arm("mu .1, eta .001", LONGER_STEPS, net1989()),
        sister("mu .05, eta .001", eta=Constant(1e-3), rule=SecondOrder(0.05)),
        sister("mu .02, eta .0005", eta=Constant(5e-4), rule=SecondOrder(0.02)),
        sister("eta falling from .002", eta=Linear(2e-3, 4e-5)),
        sister("plain gradient descent", eta=Constant(5e-3), rule=FirstOrder()),
        sister("shuffled in every pass", order=Shuffled()),
        sister("size of the full curvature", rule=SecondOrder(0.1, full=True)),
        Arm(
            "square root of F",
            replace(recipes.NET1989, initial=Initial(square_root=True)),
            net1989(),
        ),
        Arm("40 passes", recipes.NET1989.with_passes(40), net1989()),
    ),
    SOME,
    follow=True,
)

QUESTIONS = {
    study.name: study
    for study in (
        THE_HUNDRED,
        RELATIVES,
        ETA_AND_MU,
        CURVATURE,
        FIRST_WEIGHTS,
        ORDER,
        MIXING,
        FONTS,
        SQUASHED,
        AVERAGING,
        FULL,
        STAGES,
        TABLES,
        GAP,
    )
}
"""A hundred networks, the relatives and the open questions, by name."""

OPEN = tuple(name for name in QUESTIONS if name not in (THE_HUNDRED.name, RELATIVES.name))
"""The names of those that ask what the papers leave open."""


def grid(
    name: str,
    recipes: Iterable[Recipe],
    architectures: Iterable[Architecture],
    seeds: Iterable[int],
    own: Iterable[Architecture] | None = None,
) -> Study:
    """Make a study of every recipe on every architecture; without any, on its own.

    `own` has the recipes' own architectures in their order, where they are not those of a name.
    """
    recipes, networks = tuple(recipes), tuple(architectures)
    if own is None:
        own = [networks[0] if networks else ARCHITECTURES[each.architecture] for each in recipes]
    arms = [
        Arm(f"{recipe.name} on {architecture.name}", recipe, architecture)
        for recipe, its_own in zip(recipes, own, strict=True)
        for architecture in networks or (its_own,)
    ]
    return Study(name, "Recipes and architectures side by side", tuple(arms), tuple(seeds))
