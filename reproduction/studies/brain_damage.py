"""Optimal Brain Damage, on the very network: how far parameters can be deleted.

Networks learn by a recipe and then, again and again, lose parameters and learn on (Le Cun, Denker &
Solla, NIPS 1989, p. 602). As learning on helps by itself, each study has an arm that learns on as
long and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from reproduction.learning import Begin, HeldOut, Prune, Recipe, recipes
from reproduction.learning.damage import decibels
from reproduction.learning.deletion import KERNELS, MAGNITUDE, RANDOM, SALIENCY
from reproduction.learning.sets import HELD_OUT
from reproduction.network import LENET1, Architecture
from reproduction.network.relatives import DENSE, net1989
from reproduction.studies.comparison import followed
from reproduction.studies.record import Record, banks_of_arm, study_of, unpacked
from reproduction.studies.study import Arm, Study

SIXTEEN = tuple(range(16))

PASSES = 3
"""Passes after each deletion; the paper does not say how many."""

SIZES = tuple(range(2500, 300, -100))
"""How many of LeNet-1's 2578 parameters are left, step by step."""

SISTER_SIZES = (8500, 7500, 6500, 5500, 4750, 4000, 3500, 3000, 2578)
"""The same for the 9760 of the sister network, down to as many as LeNet-1 has."""

KERNELS_LEFT = tuple(range(46, 18, -2))
"""Of the 48 kernels of H3 that a network without Table 1 has; the table has 20."""


def learning_on(recipe: Recipe, steps: Iterable[Prune], *, deleting: bool = True) -> Recipe:
    """Return a recipe that deletes and learns on, step by step, after its own stages.

    Without `deleting` it learns on for as long, and nothing is deleted.
    """
    *_, last = recipe.stages
    more = tuple(
        replace(
            last,
            name=f"{step.left} left" if deleting else f"beside {step.left}",
            passes=PASSES,
            prune=step if deleting else None,
        )
        for step in steps
    )
    return replace(recipe, stages=(*recipe.stages, *more))


def _steps(sizes: Iterable[int], by: str = SALIENCY) -> list[Prune]:
    return [Prune(size, by) for size in sizes]


AVERAGES_KEPT = "magnitude, averages kept"

NO_AVERAGES = ("H1", "H3", "output")
"""LeNet-1's layers but for H2 and H4, whose coefficients multiply a sum of four units."""


def averages_kept(sizes: Iterable[int]) -> list[Prune]:
    """Return deletions by magnitude that spare H2 and H4, down to as many parameters in all."""
    spared = _outside(LENET1, NO_AVERAGES)
    return [Prune(size - spared, MAGNITUDE, layers=NO_AVERAGES) for size in sizes]


def _outside(architecture: Architecture, layers: tuple[str, ...]) -> int:
    """Return how many parameters the other layers have."""
    return sum(
        place.stop - place.start
        for name, (place, _) in architecture.parameters.items()
        if name.partition(".")[0] not in layers
    )


def _by_each_order() -> tuple[Arm, ...]:
    """Return the arms in which LeNet-1's parameters go, and the one in which none goes."""
    nothing = learning_on(recipes.PAPER, _steps(SIZES), deleting=False)
    spared = learning_on(recipes.PAPER, averages_kept(SIZES))
    return (
        Arm("nothing deleted", nothing, LENET1),
        *(
            Arm(by, learning_on(recipes.PAPER, _steps(SIZES, by)), LENET1)
            for by in (SALIENCY, MAGNITUDE, RANDOM)
        ),
        Arm(AVERAGES_KEPT, spared, LENET1),
    )


RETRAINED = Study(
    "brain-damage",
    "How many of LeNet-1's parameters can go, when it learns on after each deletion?",
    _by_each_order(),
    SIXTEEN,
    follow=True,
)

# ---- The sister network -----------------------------------------------------------------------


def without_last_hidden(architecture: Architecture) -> Architecture:
    """Return a network without its last layer but one."""
    *below, _, output = architecture.layers
    return replace(architecture, name=f"{architecture.name} without H3", layers=(*below, output))


CUT = without_last_hidden(net1989())
"""The sister network without its layer of thirty units (p. 603)."""


def _cut(name: str, kept: bool) -> Arm:
    layers = tuple(layer.name for layer in CUT.layers[:-1])
    begin = Begin(recipes.NET1989, layers) if kept else None
    return Arm(name, replace(recipes.NET1989, begin=begin), CUT)


SISTER = Study(
    "brain-damage-sister",
    "What becomes of the sister network without its last layer but one, or with 2578 parameters?",
    (
        Arm("as it is", recipes.NET1989, net1989()),
        Arm("as it is, 46 passes", recipes.NET1989.with_passes(46), net1989()),
        _cut("layer cut out, lower layers kept", kept=True),
        _cut("layer cut out, from new weights", kept=False),
        Arm(
            "deleted to 2578",
            learning_on(recipes.NET1989, _steps(SISTER_SIZES)),
            net1989(),
        ),
        Arm(
            "as long, nothing deleted",
            learning_on(recipes.NET1989, _steps(SISTER_SIZES), deleting=False),
            net1989(),
        ),
        Arm("LeNet-1", recipes.HANDWRITTEN, LENET1),
    ),
    SIXTEEN,
    follow=True,
)

# ---- Table 1 ----------------------------------------------------------------------------------

H3_STEPS = [Prune(left, of=KERNELS, layers=("H3",)) for left in KERNELS_LEFT]

TABLE = Study(
    "brain-damage-table",
    "Is Table 1 what deletion leaves of a network in which H3 reads all of H2?",
    (
        Arm("kernels deleted", learning_on(recipes.PAPER, H3_STEPS), DENSE),
        Arm("nothing deleted", learning_on(recipes.PAPER, H3_STEPS, deleting=False), DENSE),
        Arm("Table 1", learning_on(recipes.PAPER, H3_STEPS, deleting=False), LENET1),
    ),
    SIXTEEN,
    follow=True,
)

# ---- How small without loss -------------------------------------------------------------------

FOLDS = 4


def _held_out(fold: int) -> tuple[Arm, ...]:
    recipe = replace(recipes.HANDWRITTEN, digits=HeldOut(fold, FOLDS))
    return tuple(
        Arm(
            f"{what}, fold {fold} of {FOLDS}",
            learning_on(recipe, _steps(SIZES), deleting=what == SALIENCY),
            LENET1,
        )
        for what in ("nothing deleted", SALIENCY)
    )


SMALLEST = Study(
    "brain-damage-size",
    "How small may LeNet-1 become before held-out training digits show it?",
    tuple(arm for fold in range(1, FOLDS + 1) for arm in _held_out(fold)),
    SIXTEEN,
    follow=True,
)

DELETIONS = {study.name: study for study in (RETRAINED, SISTER, TABLE, SMALLEST)}
"""The studies of deletion, by name."""


# ---- What their records say -------------------------------------------------------------------


def _arm(record: Record, name: str) -> Arm:
    (found,) = (each for each in study_of(record).arms if each.name == name)
    return found


def sizes(record: Record, arm: str) -> np.ndarray:
    """Return how many parameters, or kernels, a recipe leaves at the end of every stage: int64.

    Of the first stage, which deletes nothing, how many parameters there are.
    """
    found = _arm(record, arm)
    return np.array([_left(found.architecture, stage.prune) for stage in found.recipe.stages])


def _left(architecture: Architecture, step: Prune | None) -> int:
    if step is None:
        return architecture.counts().parameters
    if step.of == KERNELS or step.layers is None:
        return step.left
    return step.left + _outside(architecture, step.layers)


def mse(record: Record, arm: str, of_set: str) -> np.ndarray:
    """Return the MSE on a set at the end of every stage: float64, shape (stages, networks)."""
    banks = banks_of_arm(record, arm)
    return np.concatenate([np.array(bank["mse"][of_set], float) for bank in banks]).T


def errors(record: Record, arm: str, of_set: str) -> np.ndarray:
    """Return the errors on a set at the end of every stage: int64, shape (stages, networks)."""
    found = _arm(record, arm)
    ends = np.cumsum([stage.passes for stage in found.recipe.stages]) - 1
    return followed(record, arm, of_set).T[ends]


def risen(record: Record, arm: str, of_set: str) -> np.ndarray:
    """Return the MSE at the end of every stage, in dB above that at the end of the first."""
    found = mse(record, arm, of_set)
    return decibels(found, found[0])


def held_out_errors(record: Record, kind: str) -> np.ndarray:
    """Return the errors at the end of every stage on digits held out, summed over the folds.

    int64, shape (stages, networks); `kind` is what the names of the arms begin with.
    """
    arms = [arm for arm in record["arms"] if arm.startswith(kind)]
    return np.sum([errors(record, arm, HELD_OUT) for arm in arms], axis=0)


def left(record: Record, arm: str) -> np.ndarray:
    """Return which parameters are not deleted in the end: bool, shape (p, networks)."""
    count = _arm(record, arm).architecture.counts().parameters
    return np.hstack([unpacked(bank["left"], count) for bank in banks_of_arm(record, arm)])


def tables(record: Record, arm: str) -> np.ndarray:
    """Return which maps of H3 still read which of H2: bool, shape (networks, maps, maps below)."""
    architecture = _arm(record, arm).architecture
    place, (pairs, *_) = architecture.parameters["H3.weights"]
    kernels = left(record, arm)[place].reshape(pairs, -1, len(record["seeds"])).any(axis=1)
    reads = next(
        shape.table
        for layer, shape in zip(architecture.layers, architecture.shapes, strict=True)
        if layer.name == "H3"
    )
    found_tables = np.zeros((kernels.shape[1], len(reads), max(map(max, reads)) + 1), bool)
    above = np.repeat(np.arange(len(reads)), [len(row) for row in reads])
    found_tables[:, above, np.concatenate(reads)] = kernels.T
    return found_tables
