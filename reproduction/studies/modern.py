"""The studies of what 2578 parameters could have done with what was learnt since 1989.

`choice-modern` tries steps, etas and distortions on held-out training digits: four contiguous
blocks of the file, each left out once. `ladder` takes the steps one after the other and each alone,
and tries every arm on the test digits once. `splits` asks how much of the test error is the split
of 1989: it parts the same 9298 digits elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reproduction.learning import (
    Distortion,
    HeldOut,
    Recipe,
    Resplit,
    Schedule,
    SecondOrder,
    Shuffled,
    Teacher,
    modern,
    recipes,
)
from reproduction.learning.modern import DISTORTION, MODERN, NET1989_MODERN
from reproduction.network import ARCHITECTURES
from reproduction.studies.questions import by_own, with_stage
from reproduction.studies.study import Arm, Study

SIXTEEN = tuple(range(16))

FOLDS = 4
PASSES = 50
"""Of a candidate that is not the recipe of 1989 as it stands."""

SOFTMAX = "LENET1-SOFTMAX"


# ---- The choice --------------------------------------------------------------------------------


def sdlm(
    passes: int, mu: float, eta: float, architecture: str = "LENET1", **changed: Any
) -> Recipe:
    """Return the recipe of 1989 with more passes, in which eta falls smoothly."""
    recipe = replace(recipes.HANDWRITTEN, architecture=architecture)
    schedule: Schedule = modern.falling(eta)
    return with_stage(recipe, passes=passes, eta=schedule, rule=SecondOrder(mu), **changed)


def adam(eta: float, distortion: Distortion | None, architecture: str = SOFTMAX) -> Recipe:
    """Return the modern recipe with few passes, and an eta and a distortion of its own."""
    recipe = replace(MODERN, architecture=architecture)
    eta_falling = modern.falling(eta)
    return with_stage(recipe, passes=PASSES, eta=eta_falling, distortion=distortion)


def times(factor: float, of: Distortion = DISTORTION) -> Distortion:
    """Return a distortion that goes farther, or less far."""
    names = ("shift", "rotation", "scale", "shear", "elastic", "stroke")
    return replace(of, **{name: factor * getattr(of, name) for name in names})


AFFINE = replace(DISTORTION, elastic=0.0, stroke=0.0)
DISTORTIONS: Mapping[str, Distortion | None] = {
    "as they are": None,
    "distorted": DISTORTION,
}
STRENGTHS: Mapping[str, Distortion] = {
    "half as far": times(0.5),
    "half as far again": times(1.5),
    "affine alone": AFFINE,
    "elastic alone": Distortion(elastic=DISTORTION.elastic),
    "finer": replace(DISTORTION, spacing=4),
    "more elastic": replace(DISTORTION, elastic=1.0),
}


def _candidates() -> Iterator[tuple[str, Recipe]]:
    """Return the candidates by name."""
    yield "SDLM, 30 passes", recipes.HANDWRITTEN
    yield f"SDLM, {PASSES} passes", sdlm(PASSES, 0.05, 1.25e-3)
    for mu, eta in ((0.05, 1.25e-3), (0.05, 2.5e-3), (0.02, 5e-4), (0.02, 1e-3)):
        numbers = f"mu {mu:g}, eta {eta:g}"
        yield f"SDLM, cross-entropy, {numbers}", sdlm(PASSES, mu, eta, SOFTMAX)
    for mu, eta in ((0.05, 2.5e-3), (0.02, 1e-3)):
        far = {"distortion": DISTORTION, "order": Shuffled()}
        yield (
            f"SDLM, cross-entropy, distorted, mu {mu:g}, eta {eta:g}",
            sdlm(PASSES, mu, eta, SOFTMAX, **far),
        )
    for eta in (0.003, 0.006, 0.012):
        for name, distortion in DISTORTIONS.items():
            yield f"Adam, {name}, eta {eta:g}", adam(eta, distortion)
    for name, distortion in STRENGTHS.items():
        yield f"Adam, {name}, eta 0.006", adam(0.006, distortion)
    yield "Adam, squares, distorted, eta 0.006", adam(0.006, DISTORTION, "LENET1")


CANDIDATES: Mapping[str, Recipe] = dict(_candidates())


def held_out(name: str, recipe: Recipe) -> list[Arm]:
    """Return the arms of a candidate: one for each block of the training file left out."""
    return [
        Arm(
            f"{name}, fold {fold} of {FOLDS}",
            replace(recipe, digits=HeldOut(fold, FOLDS)),
            ARCHITECTURES[recipe.architecture],
        )
        for fold in range(1, FOLDS + 1)
    ]


CHOICE = Study(
    "choice-modern",
    "Which of the steps since 1989 do held-out training digits choose, and how large?",
    tuple(arm for name, recipe in CANDIDATES.items() for arm in held_out(name, recipe)),
    SIXTEEN,
)


# ---- The ladder --------------------------------------------------------------------------------

CROSS_ENTROPY = SecondOrder(0.02)
"""The rule of 1989 where cross-entropy is minimised, whose second derivatives are smaller."""

_DISTORTED: Mapping[str, Any] = {"order": Shuffled(), "distortion": DISTORTION}
_SOFTMAX = replace(recipes.HANDWRITTEN, architecture=SOFTMAX)
_ADAM = replace(MODERN, architecture="LENET1")
_HUNDRED = MODERN.with_passes(100)

LADDER = Study(
    "ladder",
    "What would LeNet-1's 2578 parameters have read with what was learnt since 1989?",
    (
        by_own(recipes.HANDWRITTEN, "as in 1989"),
        # one step more each
        by_own(sdlm(100, 0.05, 1.25e-3), "100 passes"),
        by_own(sdlm(100, 0.05, 1.25e-3, **_DISTORTED), "and distorted digits"),
        by_own(sdlm(100, 0.02, 1e-3, SOFTMAX, **_DISTORTED), "and cross-entropy"),
        by_own(_HUNDRED, "and Adam"),
        by_own(MODERN, "and 300 passes"),
        by_own(MODERN.with_passes(750), "and 750 passes"),
        # each step alone
        by_own(
            with_stage(_SOFTMAX, eta=modern.falling(1e-3), rule=CROSS_ENTROPY),
            "cross-entropy alone",
        ),
        by_own(with_stage(recipes.HANDWRITTEN, **_DISTORTED), "distorted digits alone"),
        by_own(
            with_stage(_ADAM, passes=30, distortion=None),
            "Adam alone",
        ),
        by_own(sdlm(300, 0.02, 1e-3, SOFTMAX, **_DISTORTED), "all but Adam, 300 passes"),
        # one step beside the modern recipe with 100 passes
        by_own(with_stage(_HUNDRED, averaged=25), "averaged weights, 100 passes"),
        by_own(
            replace(_HUNDRED, teacher=Teacher(_HUNDRED, SIXTEEN)),
            "student of a committee, 100 passes",
        ),
        # the sister network
        by_own(recipes.NET1989, "NET1989 as in 1989"),
        by_own(NET1989_MODERN.with_passes(100), "NET1989, all steps, 100 passes"),
        by_own(NET1989_MODERN, "NET1989, all steps, 300 passes"),
    ),
    SIXTEEN,
    committee=True,
)


# ---- The splits --------------------------------------------------------------------------------

RELEASED = 7291
"""Where the released test digits begin among all 9298."""

SPLITS: Mapping[str, Resplit] = {
    "as released": Resplit(RELEASED),
    **{f"from {start}": Resplit(start) for start in (0, 2007, 4014, RELEASED - 2007)},
    **{f"shuffled, seed {seed}": Resplit(seed=seed) for seed in range(3)},
}
"""Which 2007 of all digits are tried on: contiguous ones, or any."""

SPLIT = Study(
    "splits",
    "How much of the error on the test digits is the split of 1989?",
    tuple(
        Arm(
            f"{name}, {split}",
            replace(recipe, digits=material),
            ARCHITECTURES[recipe.architecture],
        )
        for name, recipe in (("1989", recipes.HANDWRITTEN), ("modern", MODERN.with_passes(100)))
        for split, material in SPLITS.items()
    ),
    SIXTEEN,
    committee=True,
)

MODERN_STUDIES = {study.name: study for study in (LADDER, SPLIT)}
"""The studies that the choice is made for, by name."""
