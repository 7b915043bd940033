"""Run a recipe: pass after pass over the stages, the error of every network after each."""

from __future__ import annotations

import os
from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.evaluation import CLASSES, rejection_summary, summarize
from reproduction.learning.distillation import Committee
from reproduction.learning.passes import Learned, Work, learned_passes
from reproduction.learning.recipe import Begin, Recipe, Teacher
from reproduction.learning.sets import SETS, TRAIN, named
from reproduction.network import ARCHITECTURES, CROSS_ENTROPY, NETWORKS, Architecture, Bank, Initial
from reproduction.network.bank import checked_seeds
from reproduction.network.initial_weights import AS_PRINTED

HISTORY = np.dtype(
    [
        ("pass", np.int64),
        ("stage", "U32"),
        ("part", "U32"),
        ("network", np.int64),
        ("errors", np.int64),
        ("patterns", np.int64),
        ("mse", np.float64),
        ("parameters", np.int64),
    ]
)
"""A line of the history: a network (by its seed) on a set of digits after a pass (from 1), and how
many of its parameters are not deleted."""


def banks_of(
    architecture: Architecture, seeds: Iterable[int], initial: Initial = AS_PRINTED
) -> list[Bank]:
    """Make as many banks as the seeds need, sixteen networks in each but the last."""
    seeds = checked_seeds(seeds)
    starts = range(0, len(seeds), NETWORKS)
    return [Bank(architecture, seeds[start : start + NETWORKS], initial) for start in starts]


@dataclass
class Progress:
    """How far a training has come: with the parameters, all that it needs to go on.

    Attributes
    ----------
    passes : int
        Finished passes.
    history : ndarray of HISTORY
        What the networks did after each of them.
    averages : list of ndarray, float32, shape (..., p, networks of the bank)
        What the rule keeps for the next pass, a bank each, where it does: the curvature, or the
        two averages of Adam.
    left : list of ndarray, bool, shape (p, networks of the bank)
        Which parameters are not deleted, a bank each.
    means : list of ndarray, float32, shape (p, networks of the bank)
        Where a stage averages weights: their means so far, a bank each.
    teacher : list of ndarray, float32, shape (p of the teacher, networks of the bank)
        Where the recipe has a teacher: its trained parameters, a bank each.
    """

    passes: int = 0
    history: np.ndarray = field(default_factory=lambda: np.zeros(0, HISTORY))
    averages: list[np.ndarray] = field(default_factory=list)
    left: list[np.ndarray] = field(default_factory=list)
    means: list[np.ndarray] = field(default_factory=list)
    teacher: list[np.ndarray] = field(default_factory=list)


def training_passes(
    banks: list[Bank],
    recipe: Recipe,
    sets: Mapping[str, Digits],
    progress: Progress,
    tried: Container[str] | None = None,
) -> Generator[Progress, None, None]:
    """Train banks by a recipe, and yield after every pass how far they have come.

    Where there is a second processor, a pass is tried while the next one is learned: banks are
    trained in a place of their own, and what is yielded has never come farther than it says. The
    bits are those of one after the other.

    Parameters
    ----------
    banks : list of Bank
        Trained, a thread each as far as there are processors: after every pass their parameters
        are written anew. Their architecture is that of the first.
    recipe : Recipe
        What to present, in which order, at which rates.
    sets : mapping of str to Digits
        "train" is what the stages' parts are taken from. After each pass every network is tried
        on every set, in a forward pass of its own with the weights held.
    tried : container of str, optional
        The sets on which they are tried, if not on every one.
    progress : Progress
        How far the banks have come; brought up to date in place after every pass.

    Yields
    ------
    Progress
        The same object, after each pass. Who stops before the last closes the generator, which
        waits for what is being learned.
    """
    if recipe.begin and not progress.passes:
        progress.left = _begin(banks, recipe.begin, sets)
    if not progress.left:
        progress.left = [np.ones(bank.parameters.shape, bool) for bank in banks]
    names = [name for name in sets if tried is None or name in tried]
    teacher = _committee(recipe.teacher, sets, progress) if recipe.teacher else None
    work = Work(banks[0].architecture, [bank.seeds for bank in banks], sets, names, teacher)
    beside = bool(names) and processors() > 1
    with ThreadPoolExecutor(1) as ahead, _pool(len(banks) * (1 + beside)) as pool:
        passes = learned_passes(work, recipe, _before(banks, progress), pool)
        coming = ahead.submit(next, passes, None)
        while learned := coming.result():
            tries = pool.map(work.tried, work.seeds, learned.parameters, learned.left)
            if beside:
                coming = ahead.submit(next, passes, None)
            lines = [(learned.passes, learned.stage, *line) for found in tries for line in found]
            for bank, parameters in zip(banks, learned.parameters, strict=True):
                bank.parameters[:] = parameters
            progress.passes = learned.passes
            progress.history = np.concatenate([progress.history, np.array(lines, HISTORY)])
            progress.averages = [each for each in learned.averages if each is not None]
            progress.left = learned.left
            progress.means = [each for each in learned.means if each is not None]
            yield progress
            if not beside:
                coming = ahead.submit(next, passes, None)


def _before(banks: list[Bank], progress: Progress) -> Learned:
    """Return what banks are before the first pass that is to come."""
    nothing = [None] * len(banks)
    averages: Sequence[np.ndarray | None] = progress.averages or nothing
    means: Sequence[np.ndarray | None] = progress.means or nothing
    parameters = [bank.parameters.copy() for bank in banks]
    return Learned(progress.passes, "", parameters, averages, progress.left, means)


@contextmanager
def _pool(tasks: int) -> Iterator[ThreadPoolExecutor]:
    """Have threads for tasks, as far as there are processors; what waits at the end is dropped."""
    pool = ThreadPoolExecutor(min(tasks, processors()))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def train(
    bank: Bank, recipe: Recipe, train_digits: Digits, test_digits: Digits | None = None
) -> np.ndarray:
    """Train a bank by a recipe, in place.

    Parameters
    ----------
    bank : Bank
        Trained in place.
    recipe : Recipe
        `reproduction.RECIPES` has those with a name.
    train_digits : Digits
        What the stages' parts are taken from.
    test_digits : Digits, optional
        Tried after each pass as well; learned from never.

    Returns
    -------
    ndarray of HISTORY
        Fields pass, stage, part (a set, as named in `reproduction.learning.sets`), network (its
        seed), errors, patterns, mse (half the mean over outputs and patterns) and parameters (how
        many are left).
    """
    sets = {TRAIN: train_digits} if test_digits is None else named(train_digits, test_digits)
    progress = Progress()
    for _ in training_passes([bank], recipe, sets, progress):
        pass
    return progress.history


def evaluate(bank: Bank, digits: Digits) -> dict[str, Any]:
    """Try a bank on some digits.

    Returns
    -------
    dict
        "patterns"; "error_percent" and "mse" (half the mean over outputs and patterns), each with
        median, min, max and each network's; and "rejected", the percentage rejected for 1 % error
        on the rest, by "difference" and by "thresholds" likewise, fitted on these digits as the
        paper does (p. 402).
    """
    outputs = bank.outputs(bank.architecture.planes(digits.images))
    return {
        **summarize(outputs, digits.labels, bank.architecture.low_target),
        "rejected": rejection_summary(outputs, digits.labels),
    }


def _begin(banks: list[Bank], begin: Begin, sets: Mapping[str, Digits]) -> list[np.ndarray]:
    """Put trained layers in the place of the banks' initial ones; return what is not deleted."""
    architecture, progress = ARCHITECTURES[begin.recipe.architecture], Progress()
    trained = [Bank(architecture, bank.seeds, begin.recipe.initial) for bank in banks]
    for _ in training_passes(trained, begin.recipe, sets, progress, ()):
        pass
    left = [np.ones(bank.parameters.shape, bool) for bank in banks]
    for bank, kept, before, kept_before in zip(banks, left, trained, progress.left, strict=True):
        for name in _parameters_of(begin.layers, architecture):
            here, there = (each.parameters[name][0] for each in (bank.architecture, architecture))
            bank.parameters[here] = before.parameters[there]
            kept[here] = kept_before[there]
    return left


def _committee(teacher: Teacher, sets: Mapping[str, Digits], progress: Progress) -> Committee:
    """Return the trained networks of a teacher: trained now, or as the progress has kept them."""
    recipe = teacher.recipe
    banks = banks_of(ARCHITECTURES[recipe.architecture], teacher.seeds, recipe.initial)
    if progress.teacher:
        kept_shapes = [kept.shape for kept in progress.teacher]
        if kept_shapes != [bank.parameters.shape for bank in banks]:
            raise InputError(
                "What was kept of the teacher is of another; start the run anew with --again."
            )
        for bank, kept in zip(banks, progress.teacher, strict=True):
            bank.parameters[:] = kept
    else:
        for _ in training_passes(banks, recipe, sets, Progress(), ()):
            pass
        progress.teacher = [bank.parameters.copy() for bank in banks]
    for bank in banks:
        for seed, parameters in zip(bank.seeds, bank.parameters.T, strict=True):
            if not np.isfinite(parameters).all():
                raise InputError(
                    f'The teacher "{recipe.name}", seed {seed}, diverged; '
                    "give it a smaller eta, or other seeds."
                )
    return Committee(banks, teacher.seed)


def _parameters_of(layers: Container[str], architecture: Architecture) -> list[str]:
    """Return the names of the weights and biases of some layers."""
    return [name for name in architecture.parameters if name.split(".")[0] in layers]


class StageError(InputError):
    """A stage asks for what is not there; `place` is the way to it in the recipe."""

    def __init__(self, message: str, place: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.place = place


MOST_LINES = 5_000_000
"""Of a history: it is held in memory, and 1.5 GB then."""


def check_recipe(
    recipe: Recipe, architecture: Architecture, train_digits: Digits, networks: int = NETWORKS
) -> None:
    """Raise StageError if a stage's part is not among the digits, or a layer not in the network.

    And InputError if the network has other outputs than one a digit, or cannot begin as it should;
    or if so many networks and passes have a longer history than can be kept.
    """
    if recipe.passes * networks * len(SETS) > MOST_LINES:
        raise InputError(
            f"{recipe.passes} passes of {networks} networks have a longer history than can be "
            f"kept; give at most {MOST_LINES // len(SETS)} of both multiplied."
        )
    if architecture.outputs != CLASSES:
        raise InputError(
            f"{architecture.name} has {architecture.outputs} output units; "
            f"there are {CLASSES} digits, so give it {CLASSES}."
        )
    if recipe.begin:
        _check_begin(recipe, recipe.begin, architecture, train_digits)
    if recipe.teacher:
        _check_teacher(recipe, recipe.teacher, architecture, train_digits)
    for number, stage in enumerate(recipe.stages):
        where = f'Recipe "{recipe.name}", stage "{stage.name}"'
        pruned = stage.prune.layers if stage.prune else None
        for place, layers in ((("layers",), stage.layers), (("prune", "layers"), pruned)):
            if problem := _unknown(layers or (), architecture):
                raise StageError(f"{where}: {problem}", ("stages", number, *place))
        try:
            stage.part.pick(train_digits)
        except InputError as problem:
            raise StageError(f"{where}: {problem}", ("stages", number, "part")) from None
        try:
            if stage.prune:
                stage.prune.check(architecture)
        except InputError as problem:
            raise StageError(f"{where}: {problem}", ("stages", number, "prune")) from None


def _unknown(layers: Iterable[str], architecture: Architecture) -> str:
    """Say which of some layers are not in a network, or nothing."""
    names = [layer.name for layer in architecture.layers]
    unknown = sorted(set(layers) - set(names))
    if not unknown:
        return ""
    return f"{architecture.name} has no layer {', '.join(unknown)}; it has {', '.join(names)}."


def _check_begin(
    recipe: Recipe, begin: Begin, architecture: Architecture, train_digits: Digits
) -> None:
    """Raise InputError if a network cannot begin with the trained layers that a recipe names."""
    where = f'Recipe "{recipe.name}", begin'
    before = _checked_before(where, recipe, begin.recipe, train_digits)
    for each in (before, architecture):
        if problem := _unknown(begin.layers, each):
            raise InputError(f"{where}: {problem}")
    for name in _parameters_of(begin.layers, architecture):
        there, wanted = before.parameters[name][1], architecture.parameters[name][1]
        if there != wanted:
            raise InputError(
                f"{where}: {name} has shape {there} in {before.name} and {wanted} in "
                f"{architecture.name}; name layers that are alike in both."
            )


def _check_teacher(
    recipe: Recipe, teacher: Teacher, architecture: Architecture, train_digits: Digits
) -> None:
    """Raise InputError if a network cannot learn from the teacher that a recipe names."""
    where = f'Recipe "{recipe.name}", teacher'
    try:
        seeds = checked_seeds(teacher.seeds)
    except InputError as problem:
        raise InputError(f"{where}: {problem}") from None
    before = _checked_before(where, recipe, teacher.recipe, train_digits, len(seeds))
    if before.energy != CROSS_ENTROPY:
        raise InputError(
            f"{where}: the outputs of {before.name} are no probabilities; "
            "give one that minimises cross-entropy."
        )
    if before.plane != architecture.plane:
        raise InputError(
            f"{where}: {before.name} has another plane than {architecture.name}; "
            "give one with the same."
        )


def _checked_before(
    where: str, recipe: Recipe, before: Recipe, train_digits: Digits, networks: int = NETWORKS
) -> Architecture:
    """Return the architecture of what is trained before a recipe; InputError if it cannot be."""
    architecture = ARCHITECTURES.get(before.architecture)
    if architecture is None:
        raise InputError(
            f"{where}: there is no architecture {before.architecture}; "
            f"there are {', '.join(ARCHITECTURES)}."
        )
    if before.digits != recipe.digits:
        raise InputError(f"{where}: its recipe learns other digits; give both the same.")
    check_recipe(before, architecture, train_digits, networks)
    return architecture
