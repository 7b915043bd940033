"""A pass is tried while the next one is learned: as if it were done one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import runs
from reproduction.learning import (
    Adam,
    Constant,
    Part,
    Recipe,
    Running,
    Sampled,
    SecondOrder,
    Stage,
    training,
)
from reproduction.learning import passes as learning_passes
from reproduction.learning.deletion import ORDERS, Prune
from reproduction.learning.training import Progress, banks_of, training_passes
from reproduction.network import Bank
from tests.reproduction.made import PLAIN_STAGE, SMALL, TEST, TRAIN, recipe

SETS = {"train": TRAIN, "test_handwritten": TEST}

rules = st.sampled_from(
    [
        SecondOrder(0.05, Sampled(9)),
        SecondOrder(0.05, Sampled(9, every=2)),
        SecondOrder(0.05, Running(0.01, Sampled(9))),
        Adam(9),
    ]
)
parts = st.builds(Part, first=st.integers(1, 60))
prunes = st.builds(Prune, st.integers(0, 300), st.sampled_from(ORDERS))
stages = st.builds(
    Stage,
    *(st.just("made"), st.integers(1, 3), st.just(Constant(1e-3)), rules, parts),
    prune=st.none() | prunes,
)
recipes = st.lists(stages, min_size=1, max_size=2).map(lambda drawn: recipe(*drawn))


def on(cores: int) -> AbstractContextManager:
    """Have so many processors."""
    return mock.patch.object(training, "processors", return_value=cores)


def states(asked: Recipe, seeds: int, cores: int, tried: Collection[str]) -> list[list]:
    """Train, and return all that there is after every pass."""
    banks, found = banks_of(SMALL, range(seeds)), []
    with on(cores):
        for progress in training_passes(banks, asked, SETS, Progress(), tried):
            kept = [bank.parameters for bank in banks] + progress.averages + progress.left
            found.append(
                [progress.passes, progress.history.tolist(), *(each.tolist() for each in kept)]
            )
    return found


@settings(max_examples=12)
@given(recipes, st.sampled_from([1, 18, 33]), st.integers(2, 4), st.sets(st.sampled_from([*SETS])))
def test_beside_is_as_in_turn(asked: Recipe, seeds: int, cores: int, tried: set[str]) -> None:
    assert states(asked, seeds, cores, tried) == states(asked, seeds, 1, tried)


def test_banks_are_never_ahead_of_what_is_told_of_them() -> None:
    """However far the next pass has come, and when they stop there."""
    banks, in_turn = banks_of(SMALL, range(3)), states(recipe(PLAIN_STAGE), 3, 1, ())
    learned = threading.Semaphore(0)
    done = learning_passes.Work.learned

    def told(*given: object) -> object:
        result = done(*given)  # type: ignore[arg-type]
        learned.release()
        return result

    with on(2), mock.patch.object(learning_passes.Work, "learned", told):
        going = training_passes(banks, recipe(PLAIN_STAGE), SETS, Progress())
        next(going)
        assert all(learned.acquire(timeout=60) for _ in range(2))
        assert banks[0].parameters.tolist() == in_turn[0][2]
        going.close()
    assert banks[0].parameters.tolist() == in_turn[0][2] != in_turn[1][2]


def fails_at(count: int, function: Callable, failure: type[Exception]) -> Callable:
    """Return a function that fails when it is called so many times."""
    left = iter(range(count - 1))

    def failing(*given: object) -> object:
        if next(left, None) is None:
            raise failure("There is no room.")
        return function(*given)

    return failing


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("what", ["tried", "learned"])
@pytest.mark.parametrize("call", [1, 2, 5])
def test_a_failure_in_a_thread_ends_the_training_with_its_sentence_and_loses_no_pass(
    what: str, call: int, cores: int, tmp_path: Path
) -> None:
    """What the folder holds then is gone on with, to the same end."""
    stage = Stage("made", 3, Constant(1e-3), SecondOrder(0.05, Running(0.01, Sampled(9))))
    plan = runs.plan_of(recipe(stage), SMALL, tuple(range(18)), SETS)
    threads = threading.active_count()
    failing = fails_at(call, getattr(learning_passes.Work, what), InputError)
    with on(cores):
        with (
            mock.patch.object(learning_passes.Work, what, failing),
            pytest.raises(InputError, match="There is no room"),
        ):
            runs.train_run(tmp_path / "made", plan, SETS)
        assert threading.active_count() == threads
        resumed = runs.train_run(tmp_path / "made", plan, SETS)
        whole = runs.train_run(tmp_path / "whole", plan, SETS)
    assert resumed.history.tolist() == whole.history.tolist()
    assert resumed.summary | {"seconds": 0} == whole.summary | {"seconds": 0}


def test_many_banks_are_worked_on_in_as_many_as_there_are_threads() -> None:
    made = []

    def bank(*given: object) -> Bank:
        made.append(Bank(*given))  # type: ignore[arg-type]
        return made[-1]

    banks = banks_of(SMALL, range(16 * 6))
    with on(2), mock.patch.object(learning_passes, "Bank", bank):
        for _ in training_passes(banks, recipe(PLAIN_STAGE), SETS, Progress()):
            pass
    assert 1 <= len(made) <= 2
    assert len({bank.parameters.tobytes() for bank in banks}) == 6
    assert np.isfinite([bank.parameters for bank in banks]).all()
