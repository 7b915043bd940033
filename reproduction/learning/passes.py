"""The passes of a recipe: what is learned in each, and how the networks are tried after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np

from data_prep.digits import Digits
from reproduction.evaluation import mean_squared_error, wrong
from reproduction.learning.distillation import Committee
from reproduction.learning.minibatches import learn_by_adam
from reproduction.learning.recipe import Recipe, Stage
from reproduction.learning.rules import Adam, FirstOrder, Running, SecondOrder
from reproduction.learning.sets import TRAIN, parts_of
from reproduction.network import Architecture, Bank


@dataclass(frozen=True)
class Learned:
    """What banks are after a pass; every list has one entry a bank.

    Attributes
    ----------
    passes : int
        Finished passes.
    stage : str
        The name of the last one's.
    parameters : list of ndarray, float32, shape (p, networks of the bank)
    averages : list of ndarray or None, float32, shape (..., p, networks of the bank)
        What the rule keeps for the next pass, where it does: the curvature, or Adam's m and v.
    left : list of ndarray, bool, shape (p, networks of the bank)
        Which parameters are not deleted.
    means : list of ndarray or None, float32, shape (p, networks of the bank)
        Of the weights at the ends of those passes of the stage that are averaged, so far.
    """

    passes: int
    stage: str
    parameters: list[np.ndarray]
    averages: Sequence[np.ndarray | None]
    left: list[np.ndarray]
    means: Sequence[np.ndarray | None]


@dataclass(frozen=True)
class Presented:
    """All training digits as a pass presents them: their planes, and their classes."""

    planes: np.ndarray
    labels: np.ndarray


class Work:
    """What is done for any bank in any pass, in any thread.

    The banks that it is done in belong to the work, no more than there are threads: so a hundred
    banks need no more memory than their parameters, and nobody's bank is ahead of its history.

    Parameters
    ----------
    architecture : Architecture
    seeds : list of tuple of int
        Of each bank.
    sets : mapping of str to Digits
    tried : sequence of str
        The sets on which networks are tried.
    teacher : Committee, optional
        Says which classes digits are of, in place of their labels.
    """

    def __init__(
        self,
        architecture: Architecture,
        seeds: list[tuple[int, ...]],
        sets: Mapping[str, Digits],
        tried: Sequence[str],
        teacher: Committee | None = None,
    ) -> None:
        self.teacher = teacher
        self.architecture, self.seeds, self.sets, self.names = architecture, seeds, sets, tried
        self.planes = {
            name: architecture.planes(digits.images)
            for name, digits in sets.items()
            if name == TRAIN or name in tried
        }
        self._idle: dict[int, list[Bank]] = defaultdict(list)

    @contextmanager
    def _lent(self, seeds: tuple[int, ...], parameters: np.ndarray) -> Iterator[Bank]:
        """Lend a bank to one thread, with the weights that are given."""
        idle = self._idle[len(seeds)]
        try:
            bank = idle.pop()
        except IndexError:
            bank = Bank(self.architecture, seeds)
        bank.seeds, bank.parameters[:] = seeds, parameters
        with np.errstate(all="ignore"):  # what diverges is told by its figures
            yield bank
        idle.append(bank)

    def tried(
        self, seeds: tuple[int, ...], parameters: np.ndarray, left: np.ndarray
    ) -> list[tuple]:
        """Try a bank on every set; return lines of the history without pass and stage."""
        lines: list[tuple] = []
        with self._lent(seeds, parameters) as bank:
            for name in self.names:
                digits, outputs = self.sets[name], bank.outputs(self.planes[name])
                misread = wrong(outputs, digits.labels)
                for part, members in parts_of(name, digits).items():
                    labels, errors = digits.labels[members], misread[members].sum(axis=0)
                    mse = mean_squared_error(outputs[members], labels, self.architecture.low_target)
                    each = zip(seeds, errors, mse, left.sum(axis=0), strict=True)
                    lines += [
                        (part, seed, count, len(labels), error, parameters)
                        for seed, count, error, parameters in each
                    ]
        return lines

    def presented(self, stage: Stage, number: int, passes: int) -> Presented:
        """Return what a pass of a stage (from 0) presents; `passes` (from 1) counts all stages'."""
        planes, labels = self.planes[TRAIN], self.sets[TRAIN].labels
        if stage.distortion is not None:
            planes = stage.distortion.apply(planes, self.architecture.plane, number)
        if self.teacher is not None:
            numbers, labels = stage.part.pick(self.sets[TRAIN]), labels.copy()
            labels[numbers] = self.teacher.classes(planes, numbers, passes)
        return Presented(planes, labels)

    def learned(
        self,
        stage: Stage,
        number: int,
        presented: Presented,
        seeds: tuple[int, ...],
        parameters: np.ndarray,
        average: np.ndarray | None,
        left: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Have a bank learn in a pass of a stage (from 0); return its parameters, average, left."""
        numbers = stage.part.pick(self.sets[TRAIN])
        with self._lent(seeds, parameters) as bank:
            if stage.prune and not number:
                left = stage.prune.apply(bank, left, self.planes[TRAIN][numbers])
            average = self._learn(stage, number, presented, bank, numbers, average, left)
            return bank.parameters.copy(), average, left

    def _learn(
        self,
        stage: Stage,
        number: int,
        presented: Presented,
        bank: Bank,
        numbers: np.ndarray,
        average: np.ndarray | None,
        left: np.ndarray,
    ) -> np.ndarray | None:
        """Learn from the digits of some numbers; return what the rule keeps."""
        planes, labels = presented.planes, presented.labels
        learning = _learning(stage, bank.architecture)[:, np.newaxis] & left
        order = numbers[stage.order.of(len(numbers), number)]
        eta = stage.eta.at_pass(number, stage.passes)
        if isinstance(stage.rule, FirstOrder):
            rates = np.full(bank.parameters.shape, eta, np.float32)
            bank.learn(planes, labels, order, rates * learning)
            return None
        if isinstance(stage.rule, Adam):
            before = number * ceil(len(numbers) / stage.rule.batch)
            given = (planes, labels, order, eta, average, before, learning)
            return learn_by_adam(bank, stage.rule, *given)
        rule: SecondOrder = stage.rule
        if isinstance(rule.curvature, Running):
            if average is None:
                average = bank.curvature(planes[numbers[rule.curvature.start.pick(len(numbers))]])
            gamma = rule.curvature.gamma
            return bank.learn_running(planes, labels, order, rule.mu, eta, gamma, average, learning)
        sampled = rule.curvature
        curvature = average
        if curvature is None or number % sampled.every == 0:
            served = numbers[sampled.pick(len(numbers))]
            if rule.full:
                curvature = bank.full_curvature(planes[served], labels[served])
            else:
                curvature = bank.curvature(planes[served])
        bank.learn(planes, labels, order, rule.rates(eta, curvature) * learning)
        return curvature if sampled.every > 1 else None


def learned_passes(
    work: Work, recipe: Recipe, learned: Learned, pool: Executor
) -> Iterator[Learned]:
    """Learn pass after pass, from those that are finished, the banks side by side in a pool."""
    number = 0
    for stage in recipe.stages:
        for number_in_stage in range(stage.passes):
            number += 1
            if number <= learned.passes:
                continue
            averages = learned.averages if number_in_stage else [None] * len(work.seeds)
            presented = work.presented(stage, number_in_stage, number)
            learn = partial(work.learned, stage, number_in_stage, presented)
            done = pool.map(learn, work.seeds, learned.parameters, averages, learned.left)
            parameters, averages, left = map(list, zip(*done, strict=True))
            means = _means(stage, number_in_stage, parameters, learned.means)
            if number_in_stage + 1 == stage.passes and stage.averaged:
                parameters = [mean for mean in means if mean is not None]
            learned = Learned(number, stage.name, parameters, averages, left, means)
            yield learned


def _means(
    stage: Stage, number: int, parameters: list[np.ndarray], before: Sequence[np.ndarray | None]
) -> Sequence[np.ndarray | None]:
    """Return the means of the weights after a pass of a stage (from 0): none before those averaged.

    As a running mean, which leaves a weight that never changes just what it is.
    """
    count = number + 1 - stage.passes + (stage.averaged or 0)
    if count < 1:
        return [None] * len(parameters)
    if count == 1:
        return [each.copy() for each in parameters]
    with np.errstate(all="ignore"):  # what diverges is told by its figures
        return [
            mean + (each - mean) / np.float32(count)
            for each, mean in zip(parameters, before, strict=True)
        ]


def _learning(stage: Stage, architecture: Architecture) -> np.ndarray:
    """Tell for every weight whether it belongs to a layer that learns (bool, (p,))."""
    learning = np.zeros(architecture.counts().parameters, bool)
    for name, (place, _) in architecture.parameters.items():
        learning[place] = stage.layers is None or name.split(".")[0] in stage.layers
    return learning
