"""A student learns from classes that are drawn by what a committee of trained networks says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from data_prep.errors import InputError
from reproduction import Bank, runs, train
from reproduction.learning import Adam, Constant, FirstOrder, HeldOut, Teacher
from reproduction.learning.distillation import Committee, drawn
from reproduction.learning.toml_files import as_toml, read_recipe
from reproduction.learning.training import Progress, check_recipe, training_passes
from reproduction.network import ARCHITECTURES, Architecture
from tests.reproduction.made import PLAIN_STAGE, SMALL, TEST, TRAIN, recipe

SOFTMAX = ARCHITECTURES["LENET1-SOFTMAX"]
PLANES = SOFTMAX.planes(TRAIN.images)
ALL = np.arange(len(TRAIN))
ADAM = replace(PLAIN_STAGE, passes=1, rule=Adam(), eta=Constant(0.01))
TAUGHT = replace(recipe(ADAM), name="taught", architecture="LENET1-SOFTMAX")
STUDENT = replace(TAUGHT, name="student", teacher=Teacher(TAUGHT, (3, 8), seed=5))


@given(st.integers(0, 9), st.floats(1e-30, 1e3), st.integers(0, 2**64 - 1))
def test_of_a_sure_teacher_there_is_one_class_to_draw(sure: int, of: float, raw: int) -> None:
    weights = np.zeros((1, 10))
    weights[0, sure] = of
    assert drawn(weights, np.array([raw], np.uint64)) == [sure]


@given(st.lists(st.just(0.0) | st.floats(1e-30, 1), min_size=10, max_size=10).filter(any))
def test_no_class_is_drawn_that_has_no_probability(weights: list[float]) -> None:
    raw = np.array([0, 2**64 - 1, 2**63], np.uint64)
    classes = drawn(np.array([weights] * 3), raw)
    assert classes.max() < 10
    assert np.array(weights)[classes].min() > 0


def test_classes_are_drawn_as_often_as_they_are_probable() -> None:
    """Each within the bounds that a right count leaves once in a million times."""
    weights, draws = np.arange(1.0, 11.0) ** 2, 40_000
    raw = np.random.PCG64(1989).random_raw(draws)
    counts = np.bincount(drawn(np.tile(weights, (draws, 1)), raw), minlength=10)
    low, high = binom.interval(1 - 1e-6, draws, weights / weights.sum())
    assert ((low <= counts) & (counts <= high)).all()


def test_a_committee_says_the_mean_of_its_networks_to_each_digit_by_itself() -> None:
    banks = [Bank(SOFTMAX, range(3)), Bank(SOFTMAX, [7])]
    committee, some = Committee(banks, seed=5), np.array([50, 3, 7])
    classes = committee.classes(PLANES, ALL, 4)
    outputs = np.concatenate([bank.outputs(PLANES) for bank in banks], axis=2)
    up_to = np.cumsum(outputs.mean(axis=2, dtype=np.float64), axis=1)
    shares = np.random.PCG64([5, 4, 2]).random_raw(60) / 2.0**64
    wanted = [np.searchsorted(*each, side="right") for each in zip(up_to, shares, strict=True)]
    np.testing.assert_array_equal(classes, wanted)
    np.testing.assert_array_equal(committee.classes(PLANES, some, 4), classes[some])
    assert (committee.classes(PLANES, ALL, 5) != classes).any()


def test_a_student_learns_the_drawn_classes_of_trained_networks_and_no_label() -> None:
    stage = replace(PLAIN_STAGE, rule=FirstOrder())
    student = replace(STUDENT, stages=(stage, replace(stage, name="then", passes=1)))
    teacher, bank, by_hand = Bank(SOFTMAX, (3, 8)), Bank(SOFTMAX, [1]), Bank(SOFTMAX, [1])
    train(teacher, TAUGHT, TRAIN)
    train(bank, student, TRAIN)
    for number in (1, 2, 3):
        classes = Committee([teacher], 5).classes(PLANES, ALL, number)
        by_hand.learn(PLANES, classes, ALL, 1e-3)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


class Killed(Exception):
    """Stands in for whatever ends a process."""


@pytest.mark.parametrize("passes", [1, 2, 3])
def test_killed_and_gone_on_with_it_ends_in_the_same_bits(tmp_path: Path, passes: int) -> None:
    """With weights averaged, too; and the teacher is not trained again."""
    sets = {"train": TRAIN, "test_handwritten": TEST}
    student = replace(STUDENT, stages=(replace(ADAM, passes=3, averaged=3),))
    plan = runs.plan_of(student, SOFTMAX, (1, 2), sets)
    kept: list[list[np.ndarray]] = []

    def killed(progress: Progress) -> None:
        kept.append(progress.teacher)
        if len(kept) == passes:
            raise Killed

    whole = runs.train_run(tmp_path / "whole", plan, sets)
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "broken", plan, sets, after_pass=killed)
    resumed = runs.train_run(tmp_path / "broken", plan, sets, after_pass=killed)
    assert resumed.summary | {"seconds": 0} == whole.summary | {"seconds": 0}
    assert resumed.history.tolist() == whole.history.tolist()
    assert {each[0].tobytes() for each in kept} == {kept[0][0].tobytes()}


def test_it_comes_back_from_a_file(tmp_path: Path) -> None:
    asked = replace(STUDENT, stages=(replace(ADAM, passes=3, averaged=2),))
    (tmp_path / "student.toml").write_text(as_toml(asked))
    assert read_recipe(tmp_path / "student.toml") == asked


@pytest.mark.parametrize(
    ("teacher", "architecture", "fault"),
    [
        (Teacher(replace(TAUGHT, architecture="LENET9")), SOFTMAX, "no architecture LENET9"),
        (Teacher(replace(TAUGHT, digits=HeldOut(1))), SOFTMAX, "learns other digits"),
        (Teacher(replace(TAUGHT, architecture="LENET1")), SOFTMAX, "LENET1 are no probabilities"),
        (Teacher(TAUGHT), SMALL, "LENET1-SOFTMAX has another plane than SMALL"),
        (Teacher(TAUGHT, (1, 1)), SOFTMAX, "Seed 1 is given twice"),
        (Teacher(TAUGHT, ()), SOFTMAX, "There are no seeds"),
    ],
    ids=str,
)
def test_teachers_that_cannot_be_are_refused(
    teacher: Teacher, architecture: Architecture, fault: str
) -> None:
    with pytest.raises(InputError, match=f'Recipe "student", teacher: .*{fault}'):
        check_recipe(replace(STUDENT, teacher=teacher), architecture, TRAIN)


def passes_of(teacher: Teacher, progress: Progress) -> None:
    student = replace(STUDENT, teacher=teacher)
    next(training_passes([Bank(SOFTMAX, [0])], student, {"train": TRAIN}, progress))


def test_a_teacher_that_diverged_or_is_another_is_refused() -> None:
    wild = replace(ADAM, rule=FirstOrder(), eta=Constant(1e38))
    with pytest.raises(InputError, match='The teacher "taught", seed 3, diverged'):
        passes_of(Teacher(replace(TAUGHT, stages=(wild,)), (3,)), Progress())
    with pytest.raises(InputError, match="another; start the run anew"):
        passes_of(Teacher(TAUGHT, (3,)), Progress(teacher=[np.zeros((5, 1), np.float32)]))
