"""Run a recipe: pass after pass over the stages, the error of every network after each."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.evaluation import (
    CLASSES,
    errors,
    mean_squared_error,
    rejection_summary,
    summarize,
)
from reproduction.learning.recipe import Recipe, Stage
from reproduction.learning.rules import FirstOrder, Running, SecondOrder
from reproduction.learning.sets import TRAIN, named, parts_of
from reproduction.network import NETWORKS, Architecture, Bank, Initial
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
    ]
)
"""A line of the history: a network (by its seed) on a set of digits after a pass (from 1)."""


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
    averages : list of ndarray, float32, shape (p, networks of the bank)
        The curvature that the rule keeps for the next pass, a bank each, where it does.
    """

    passes: int = 0
    history: np.ndarray = field(default_factory=lambda: np.zeros(0, HISTORY))
    averages: list[np.ndarray] = field(default_factory=list)


def training_passes(
    banks: list[Bank],
    recipe: Recipe,
    sets: Mapping[str, Digits],
    progress: Progress,
    tried: Container[str] | None = None,
) -> Iterator[Progress]:
    """Train banks by a recipe, and yield after every pass how far they have come.

    Parameters
    ----------
    banks : list of Bank
        Trained in place, a thread each as far as there are processors. Their architecture is
        that of the first.
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
        The same object, after each pass.
    """
    architecture = banks[0].architecture
    planes = {name: architecture.planes(digits.images) for name, digits in sets.items()}
    threads = min(len(banks), processors())
    with ThreadPoolExecutor(threads) as pool:
        for number, stage, number_in_stage in _schedule(recipe):
            if number < progress.passes:
                continue
            task = _Pass(stage, number_in_stage, sets, planes, sets if tried is None else tried)
            kept = progress.averages if number_in_stage else []
            averages: list[np.ndarray | None] = [*kept] or [None] * len(banks)
            done = list(pool.map(task.run, banks, averages))
            records = [record for each in done for record in each.records]
            lines = np.array([(number + 1, stage.name, *record) for record in records], HISTORY)
            progress.passes = number + 1
            progress.history = np.concatenate([progress.history, lines])
            progress.averages = [each.average for each in done if each.average is not None]
            yield progress


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
        seed), errors, patterns and mse (half the mean over outputs and patterns).
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


def _schedule(recipe: Recipe) -> Iterator[tuple[int, Stage, int]]:
    """Yield the number of each pass, over all stages and within its own."""
    number = 0
    for stage in recipe.stages:
        for number_in_stage in range(stage.passes):
            yield number, stage, number_in_stage
            number += 1


@dataclass(frozen=True)
class _Done:
    """What a bank hands back after a pass: lines of the history without pass and stage."""

    records: list[tuple]
    average: np.ndarray | None


@dataclass(frozen=True)
class _Pass:
    """One pass of a stage, for any bank."""

    stage: Stage
    number: int
    sets: Mapping[str, Digits]
    planes: Mapping[str, np.ndarray]
    tried: Container[str]

    def run(self, bank: Bank, average: np.ndarray | None) -> _Done:
        average = self._learn(bank, average)
        return _Done(list(self._records(bank)), average)

    def _learn(self, bank: Bank, average: np.ndarray | None) -> np.ndarray | None:
        stage, digits, planes = self.stage, self.sets[TRAIN], self.planes[TRAIN]
        learning = _learning(stage, bank.architecture)
        numbers = stage.part.pick(digits)
        order = numbers[stage.order.of(len(numbers), self.number)]
        eta = stage.eta.at_pass(self.number, stage.passes)
        labels = digits.labels
        if isinstance(stage.rule, FirstOrder):
            rates = np.full(bank.parameters.shape, eta, np.float32)
            bank.learn(planes, labels, order, rates * learning[:, np.newaxis])
            return None
        rule: SecondOrder = stage.rule
        if isinstance(rule.curvature, Running):
            if average is None:
                average = bank.curvature(planes[numbers[rule.curvature.start.pick(len(numbers))]])
            gamma = rule.curvature.gamma
            return bank.learn_running(planes, labels, order, rule.mu, eta, gamma, average, learning)
        sampled = rule.curvature
        curvature = average
        if curvature is None or self.number % sampled.every == 0:
            served = numbers[sampled.pick(len(numbers))]
            if rule.full:
                curvature = bank.full_curvature(planes[served], labels[served])
            else:
                curvature = bank.curvature(planes[served])
        bank.learn(planes, labels, order, rule.rates(eta, curvature) * learning[:, np.newaxis])
        return curvature if sampled.every > 1 else None

    def _records(self, bank: Bank) -> Iterator[tuple]:
        for name, digits in self.sets.items():
            if name not in self.tried:
                continue
            outputs = bank.outputs(self.planes[name])
            for part, members in parts_of(name, digits).items():
                labels = digits.labels[members]
                wrong = errors(outputs[members], labels)
                low = bank.architecture.low_target
                mse = mean_squared_error(outputs[members], labels, low)
                for seed, network_errors, network_mse in zip(bank.seeds, wrong, mse, strict=True):
                    yield part, seed, network_errors, len(labels), network_mse


def _learning(stage: Stage, architecture: Architecture) -> np.ndarray:
    """Tell for every weight whether it belongs to a layer that learns (bool, (p,))."""
    learning = np.zeros(architecture.counts().parameters, bool)
    for name, (place, _) in architecture.parameters.items():
        learning[place] = stage.layers is None or name.split(".")[0] in stage.layers
    return learning


class StageError(InputError):
    """A stage asks for what is not there; `place` is the way to it in the recipe."""

    def __init__(self, message: str, place: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.place = place


def check_recipe(recipe: Recipe, architecture: Architecture, train_digits: Digits) -> None:
    """Raise StageError if a stage's part is not among the digits, or a layer not in the network.

    And InputError if the network has other outputs than one a digit.
    """
    if architecture.outputs != CLASSES:
        raise InputError(
            f"{architecture.name} has {architecture.outputs} output units; "
            f"there are {CLASSES} digits, so give it {CLASSES}."
        )
    names = {layer.name for layer in architecture.layers}
    for number, stage in enumerate(recipe.stages):
        where = f'Recipe "{recipe.name}", stage "{stage.name}"'
        if unknown := set(stage.layers or ()) - names:
            known = ", ".join(layer.name for layer in architecture.layers)
            raise StageError(
                f"{where}: {architecture.name} has no layer {', '.join(sorted(unknown))}; "
                f"it has {known}.",
                ("stages", number, "layers"),
            )
        try:
            stage.part.pick(train_digits)
        except InputError as problem:
            raise StageError(f"{where}: {problem}", ("stages", number, "part")) from None
