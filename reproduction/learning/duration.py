"""How long a training will take on this machine, before it begins."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from math import ceil

import numpy as np

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.learning.recipe import Recipe
from reproduction.learning.sets import TRAIN
from reproduction.network import ARCHITECTURES, NETWORKS, Architecture, Bank

TRIED = 0.45
"""What it costs to try a pattern, of what it costs to learn from it: see `benchmarks`."""

PRESENTED = 512
"""Patterns that are presented to measure the speed."""

YEAR = 365 * 24 * 3600.0


@cache
def _seconds_a_pattern(architecture: Architecture) -> float:
    """Measure how long a bank takes to learn from a pattern."""
    bank = Bank(architecture, [0])
    planes = architecture.planes(np.full((1, 16, 16), -1.0, np.float32))
    order = np.zeros(PRESENTED, np.int64)
    bank.learn(planes, order[:1], order[:1], 0.0)  # compiled, if it was not
    started = time.perf_counter()
    bank.learn(planes, order[:1], order, 0.0)
    return (time.perf_counter() - started) / PRESENTED


def seconds_for(
    recipe: Recipe, architecture: Architecture, networks: int, sets: Mapping[str, Digits]
) -> float:
    """Estimate the time of one processor that a training takes, that of its teacher with it."""
    learned = _learned(recipe, sets[TRAIN])
    tried = recipe.passes * sum(map(len, sets.values()))
    seconds = _seconds(architecture, networks, learned, tried)
    if teacher := recipe.teacher:
        before = ARCHITECTURES[teacher.recipe.architecture]
        learned_before = _learned(teacher.recipe, sets[TRAIN])
        seconds += _seconds(before, len(teacher.seeds), learned_before, learned)
    return seconds


def _learned(recipe: Recipe, train_digits: Digits) -> int:
    """Count the patterns that a recipe presents."""
    return sum(stage.passes * len(stage.part.pick(train_digits)) for stage in recipe.stages)


def _seconds(architecture: Architecture, networks: int, learned: int, tried: int) -> float:
    """Estimate how long networks take to learn from so many patterns, and to read so many."""
    patterns = learned + TRIED * tried
    return patterns * ceil(networks / NETWORKS) * _seconds_a_pattern(architecture)


def in_words(seconds: float) -> str:
    """Write a length of time in its unit: 12 minutes, 3 hours, 40 days."""
    units = {"minutes": 60.0, "hours": 3600.0, "days": 24 * 3600.0, "years": YEAR}
    unit = next((name for name in reversed(units) if seconds >= 2 * units[name]), "minutes")
    return f"{seconds / units[unit]:.0f} {unit}"


def check_duration(seconds: float) -> None:
    """Raise InputError if a training would take more than a year."""
    if seconds > YEAR:
        raise InputError(
            f"This would take about {in_words(seconds)} on this machine; give fewer passes or "
            "networks."
        )
