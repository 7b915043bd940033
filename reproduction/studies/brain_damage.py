"""Optimal Brain Damage, on the very network: how far parameters can be deleted.

Networks learn by a recipe and then, again and again, lose parameters and learn on (Le Cun, Denker &
Solla, NIPS 1989, p. 602). As learning on helps by itself, each study has an arm that learns on as
long and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reproduction.learning import Begin, HeldOut, Prune, Recipe, recipes
from reproduction.learning.damage import Curve, decibels
from reproduction.learning.deletion import KERNELS, MAGNITUDE, RANDOM, SALIENCY
from reproduction.learning.sets import HELD_OUT
from reproduction.network import LENET1, TABLE_1, Architecture
from reproduction.network.relatives import DENSE, net1989
from reproduction.network.symmetry import arranged_like
from reproduction.studies.comparison import followed, mean_interval
from reproduction.studies.record import BY_HAND, Record, banks_of_arm, study_of, unpacked
from reproduction.studies.study import Arm, Study

SIXTEEN = tuple(range(16))

NOTHING = "nothing deleted"
"""What an arm is called that learns on and loses nothing."""

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


def deletions(sizes: Iterable[int], by: str = SALIENCY) -> list[Prune]:
    """Return deletions by an order, down to each of some sizes."""
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
    nothing = learning_on(recipes.PAPER, deletions(SIZES), deleting=False)
    spared = learning_on(recipes.PAPER, averages_kept(SIZES))
    return (
        Arm(NOTHING, nothing, LENET1),
        *(
            Arm(by, learning_on(recipes.PAPER, deletions(SIZES, by)), LENET1)
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
            learning_on(recipes.NET1989, deletions(SISTER_SIZES)),
            net1989(),
        ),
        Arm(
            "as long, nothing deleted",
            learning_on(recipes.NET1989, deletions(SISTER_SIZES), deleting=False),
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
        Arm(NOTHING, learning_on(recipes.PAPER, H3_STEPS, deleting=False), DENSE),
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
            learning_on(recipe, deletions(SIZES), deleting=what == SALIENCY),
            LENET1,
        )
        for what in (NOTHING, SALIENCY)
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
    return np.array(_sizes(_arm(record, arm)))


def _sizes(arm: Arm) -> tuple[int, ...]:
    return tuple(_left(arm.architecture, stage.prune) for stage in arm.recipe.stages)


def _left(architecture: Architecture, step: Prune | None) -> int:
    if step is None:
        return architecture.counts().parameters
    if step.of == KERNELS or step.layers is None:
        return step.left
    return step.left + _outside(architecture, step.layers)


def _passes(arm: Arm) -> tuple[int, ...]:
    return tuple(stage.passes for stage in arm.recipe.stages)


def _curves(record: Record, values: Mapping[str, np.ndarray]) -> dict[str, Curve]:
    """Return values of every arm at the end of its stages, by what these leave.

    An arm that deletes nothing stands beside the first that deletes, stage by stage as long.
    """
    arms = study_of(record).arms
    deleting = [arm for arm in arms if any(stage.prune for stage in arm.recipe.stages)]
    beside = {_passes(arm): arm for arm in reversed(deleting)}
    return {
        arm.name: Curve(
            _sizes(arm if arm in deleting else beside.get(_passes(arm), arm)), values[arm.name]
        )
        for arm in arms
    }


def mse(record: Record, of_set: str) -> dict[str, Curve]:
    """Return by arm the MSE of its networks on a set at the end of every stage."""

    def of_arm(arm: str) -> np.ndarray:
        banks = banks_of_arm(record, arm)
        return np.concatenate([np.array(bank["mse"][of_set], float) for bank in banks]).T

    return _curves(record, {arm: of_arm(arm) for arm in record["arms"]})


def risen(record: Record, of_set: str) -> dict[str, Curve]:
    """Return the same in dB above the MSE at the end of the first stage."""
    return {
        arm: Curve(found.sizes, decibels(found.values, found.values[0]))
        for arm, found in mse(record, of_set).items()
    }


def errors(record: Record, of_set: str = BY_HAND) -> dict[str, Curve]:
    """Return by arm the errors of its networks on a set at the end of every stage."""
    ends = {arm.name: np.cumsum(_passes(arm)) - 1 for arm in study_of(record).arms}
    return _curves(record, {arm: followed(record, arm, of_set).T[at] for arm, at in ends.items()})


def held_out_errors(record: Record) -> dict[str, Curve]:
    """Return the errors at the end of every stage on digits held out, summed over the folds.

    Of networks that learned on after deletions, "learned on", and of those that lost nothing.
    """
    of_arms = errors(record, HELD_OUT)
    summed = {}
    for name, kind in (("learned on", SALIENCY), (NOTHING, NOTHING)):
        folds = [found for arm, found in of_arms.items() if arm.startswith(kind)]
        summed[name] = Curve(folds[0].sizes, np.sum([each.values for each in folds], axis=0))
    return summed


def smallest_without_loss(deleting: Curve, beside: Curve) -> int:
    """Return how many parameters are left before networks first lose by it.

    They lose by it where the mean of what they have more than those beside them, network by
    network, has a 95 % interval above zero.
    """
    more = deleting - beside
    enough, *fewer = more.sizes
    for left in fewer:
        if mean_interval(more[left]).low > 0:
            break
        enough = left
    return enough


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


PAPERS_TABLE = np.array([[below in reads for below in range(4)] for reads in TABLE_1])
"""Table 1: which of the 12 maps of H3 (rows) reads which of the 4 of H2."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Connection tables of H3, each in the order of maps in which it is most like Table 1.

    Attributes
    ----------
    arranged : ndarray of bool, shape (tables, 12, 4)
    alike : tuple of int
        How many connections each has in common with Table 1.
    """

    arranged: np.ndarray
    alike: tuple[int, ...]

    @property
    def readers(self) -> np.ndarray:
        """How many maps of H3 read each of H2: int64, shape (tables, 4)."""
        return np.asarray(self.arranged.sum(axis=1))

    @property
    def unread(self) -> int:
        """In how many tables nobody reads some map of H2."""
        return int((self.readers == 0).any(axis=1).sum())


def beside_table_1(tables: Iterable[np.ndarray]) -> Tables:
    """Arrange connection tables of H3, bool of shape (12, 4), like Table 1."""
    arranged, alike = zip(*(arranged_like(each, PAPERS_TABLE) for each in tables), strict=True)
    return Tables(np.array(arranged), alike)


def tables_by_lot(count: int) -> list[np.ndarray]:
    """Draw connection tables with as many connections as Table 1: bool, shape (12, 4) each."""
    draws, flat = np.random.default_rng(1989), PAPERS_TABLE.ravel()
    return [draws.permuted(flat).reshape(PAPERS_TABLE.shape) for _ in range(count)]
