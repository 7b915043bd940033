"""A training's time against networks, passes and cores, on digits drawn from bits."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from data_prep.digits import HANDWRITTEN, PRINTED, Digits
from reproduction.learning import recipes
from reproduction.learning.training import Progress, banks_of, processors, training_passes
from reproduction.network import LENET1
from reproduction.network.initial_weights import uniform

LEARNED, TRIED = 500, 138
"""Digits of the short trainings: a twentieth of the paper's."""


class Training(NamedTuple):
    """What was trained, on how many cores."""

    networks: int
    passes: int
    cores: int


def trainings() -> list[Training]:
    """Return the short trainings that are measured: one of the three numbers varies at a time."""
    most = processors() if hasattr(os, "sched_setaffinity") else 1
    cores = sorted({1, most})
    by_networks = [Training(n, 2, on) for on in cores for n in (1, 8, 16, 17, 32, 48, 64, 80, 96)]
    by_passes = [Training(16, n, on) for on in cores for n in (1, 3, 4, 6, 8)]
    by_cores = [Training(96, 2, on) for on in range(2, most)]
    return by_networks + by_passes + by_cores


def digits(learned: int, tried: int) -> dict[str, Digits]:
    """Return sets of noise, two thirds of it called handwritten."""
    sets = {}
    for name, count in (("train", learned), ("test", tried)):
        images = 2.0 * uniform(1989, count * 256).reshape(count, 16, 16) - 1.0
        origin = np.where(np.arange(count) % 3 > 0, HANDWRITTEN, PRINTED)
        labels = (np.arange(count) % LENET1.outputs).astype(np.uint8)
        sets[name] = Digits(images.astype(np.float32), labels, origin)
    return sets


def seconds(training: Training, sets: dict[str, Digits]) -> float:
    """Train by the paper's recipe, networks tried after every pass; return how long it took.

    On one core, that is time of the processor: others that are at work then do not count.
    """
    recipe = recipes.PAPER.with_passes(training.passes)
    banks = banks_of(LENET1, range(training.networks))
    with _on(training.cores):
        clock = time.process_time if training.cores == 1 else time.perf_counter
        start = clock()
        for _ in training_passes(banks, recipe, sets, Progress()):
            pass
        return clock() - start


def least_seconds_of(
    wanted: list[Training], sets: dict[str, Digits], rounds: int
) -> dict[Training, float]:
    """Return the least time of each training, of some rounds of all of them."""
    least = dict.fromkeys(wanted, float("inf"))
    for _ in range(rounds):
        for training in wanted:
            least[training] = min(least[training], seconds(training, sets))
    return least


@contextmanager
def _on(cores: int) -> Iterator[None]:
    """Keep to some cores, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
