"""The recipes are those that the recorded choices give, by the rule that is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import studies
from reproduction.learning import (
    MNIST,
    Constant,
    Handwritten,
    HeldOut,
    Linear,
    Mixed,
    SecondOrder,
    recipes,
)
from reproduction.learning.converter import converter
from reproduction.learning.recipe import Material
from reproduction.paper import PUBLISHED
from reproduction.studies import Record, Study, selection
from reproduction.studies.record import record_of
from reproduction.studies.selection import (
    CHOICES,
    CHOSEN_FOR,
    FOLDS,
    Candidate,
    choose,
)
from tests.reproduction.made import TRAIN

RECORDS = Path(__file__).parents[3] / "book" / "records"

every_choice = pytest.mark.parametrize("name", CHOICES)

ON_MNIST = [name for name, (recipe, _) in CHOSEN_FOR.items() if isinstance(recipe.digits, MNIST)]

SECOND_ORDER = CHOICES["choice-second-order"]


@cache
def recorded(name: str) -> Record:
    return studies.read_record(RECORDS / f"{name}.json")


# --- held-out digits ---------------------------------------------------------------------------


@given(st.integers(2, len(TRAIN)))
def test_every_digit_is_held_out_once_and_then_not_learned_from(of: int) -> None:
    split = [HeldOut(fold, of).split(TRAIN) for fold in range(1, of + 1)]
    held = np.concatenate([held_out.images for _, held_out in split])
    np.testing.assert_array_equal(held, TRAIN.images)
    assert np.ptp([len(held_out) for _, held_out in split]) <= 1
    for learned, held_out in split:
        assert len(learned) + len(held_out) == len(TRAIN)
        assert not {i.tobytes() for i in learned.images} & {i.tobytes() for i in held_out.images}


@pytest.mark.parametrize(("fold", "of"), [(0, 7), (8, 7), (1, 1), (-1, 7)])
def test_a_fold_that_there_is_not_is_refused(fold: int, of: int) -> None:
    with pytest.raises(InputError, match=r"(fold|of) is"):
        HeldOut(fold, of)


def test_a_fold_comes_back_from_json() -> None:
    fold = HeldOut(3, 5)
    assert converter.structure(converter.unstructure(fold, Material), Material) == fold


# --- the studies -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CHOICES.keys() - set(ON_MNIST)))
def test_every_candidate_is_trained_on_every_fold_and_on_all(name: str) -> None:
    recipe, candidates = CHOSEN_FOR[name]
    found: dict = {}
    for arm in CHOICES[name].arms:
        (stage,) = arm.recipe.stages
        found.setdefault((stage.rule, stage.eta), []).append(arm.recipe.digits)
    assert list(found) == list(candidates)
    parts = [*(HeldOut(fold, FOLDS) for fold in range(1, FOLDS + 1)), recipe.digits]
    assert all(digits == parts for digits in found.values())


@pytest.mark.parametrize("name", ON_MNIST)
def test_on_mnist_every_candidate_is_trained_on_every_other_sixth(name: str) -> None:
    recipe, candidates = CHOSEN_FOR[name]
    parts = [HeldOut(fold, 6, recipe.digits) for fold in (2, 4, 6)]
    found: dict = {}
    for arm in CHOICES[name].arms:
        (stage,) = arm.recipe.stages
        assert stage.passes == 3
        found.setdefault((stage.rule, stage.eta), []).append(arm.recipe.digits)
    assert list(found) == list(candidates)
    assert all(digits == parts for digits in found.values())
    assert not {"train.error_percent", "train.mse"} & PUBLISHED["MNIST"].keys()


@every_choice
def test_the_whole_is_what_the_papers_training_figures_are_of(name: str) -> None:
    recipe, _ = CHOSEN_FOR[name]
    if "train.error_percent" in PUBLISHED.get(recipe.architecture, {}):
        wanted = Mixed() if recipe.architecture == "LENET1" else Handwritten()
        assert name in ON_MNIST or recipe.digits == wanted


@every_choice
def test_a_recipe_that_is_chosen_for_was_tried(name: str) -> None:
    recipe, candidates = CHOSEN_FOR[name]
    (stage,) = recipe.stages
    assert (stage.rule, stage.eta) in candidates


# --- the rule ----------------------------------------------------------------------------------

Told = tuple[float, float, float]
"""Train error (%) and MSE on the whole, and the held-out error (%)."""

COUNT = 100_000
"""Patterns of made-up sets, so that errors of a thousandth of a percent can be told."""


def made(study: Study, told: Mapping[int, Told], otherwise: Told) -> Record:
    """Make the record of a choice from what some candidates, by number, did.

    Held-out errors rise from fold to fold, alike for all.
    """
    banks = []
    for number, arm in enumerate(study.arms):
        error, mse, held_out = told.get(number // (FOLDS + 1), otherwise)
        fold = arm.recipe.digits.fold if isinstance(arm.recipe.digits, HeldOut) else 0
        sets = {"train": measured(error, mse, len(study.seeds))}
        if fold:
            sets["held_out"] = measured(held_out + 0.01 * fold, 0.02, len(study.seeds))
        else:
            sets["test_handwritten"] = measured(error, mse, len(study.seeds))
        banks.append({"arm": arm.name, "seeds": list(study.seeds), "sets": sets})
    return record_of(study, banks, {})


def measured(percent: float, mse: float, networks: int) -> dict:
    errors = round(percent * COUNT / 100)
    return {"patterns": COUNT, "errors": [errors] * networks, "mse": [mse] * networks}


def numbers_of(study: Study, candidate: int) -> tuple:
    (stage,) = study.arms[candidate * (FOLDS + 1)].recipe.stages
    return stage.rule, stage.eta


LAST = len(SECOND_ORDER.arms) // (FOLDS + 1) - 1
"""A candidate with a falling eta."""


def test_the_better_on_held_out_digits_wins() -> None:
    found = choose(made(SECOND_ORDER, {LAST: (3.0, 0.03, 1.9)}, (1.1, 0.017, 2.0)))
    assert (found.chosen.rule, found.chosen.eta) == numbers_of(SECOND_ORDER, LAST)
    assert [each.ties for each in found.candidates.values()] == [False] * LAST + [True]
    assert found.ties == [found.chosen]


def test_the_least_errors_are_those_of_the_best_of_a_kind() -> None:
    found = choose(
        made(SECOND_ORDER, {LAST: (3.0, 0.03, 1.9), 2: (3.0, 0.03, 1.8)}, (1.1, 0.017, 2.0))
    )
    folds = 0.01 * np.arange(1, FOLDS + 1)
    np.testing.assert_allclose(found.least_errors(Linear), 1.9 + folds)
    np.testing.assert_allclose(found.least_errors(Constant), 1.8 + folds)


def test_a_choice_is_above_another_by_its_best_of_a_kind_fold_by_fold() -> None:
    better, worse = (
        choose(made(SECOND_ORDER, {2: (3.0, 0.03, error)}, (1.1, 0.017, 9.0)))
        for error in (1.5, 1.75)
    )
    apart = worse.above(better, Constant)
    assert (apart.mean, apart.low, apart.high) == pytest.approx((0.25, 0.25, 0.25))


def test_a_candidate_is_a_recipes_if_rule_and_eta_are() -> None:
    chosen = choose(recorded("choice-second-order")).chosen
    assert chosen.is_of(recipes.PAPER)
    assert not chosen.is_of(recipes.SGD)
    assert not replace(chosen, eta=Constant(1.0)).is_of(recipes.PAPER)


def test_a_tie_goes_to_the_simplest_and_then_to_the_paper() -> None:
    told = {LAST: (1.1, 0.017, 2.0), 2: (1.12, 0.0171, 2.0)}  # the first is nearer, but falls
    found = choose(made(SECOND_ORDER, told, (1.3, 0.019, 2.0)))
    assert (found.chosen.rule, found.chosen.eta) == numbers_of(SECOND_ORDER, 2)


def test_without_training_figures_of_a_paper_held_out_digits_decide_a_tie() -> None:
    study = CHOICES["choice-tutorial-second-order"]
    record = made(study, {4: (9.0, 0.09, 2.0)}, (1.1, 0.017, 2.0))
    for bank in record["banks"]:  # the best one in one fold only, which is not enough to win
        if bank["arm"].endswith(f"fold 1 of {FOLDS}") and bank is not record["banks"][32]:
            bank["sets"]["held_out"]["errors"] = [e + 9 for e in bank["sets"]["held_out"]["errors"]]
    found = choose(record)
    assert all(each.ties for each in found.candidates.values())
    assert (found.chosen.rule, found.chosen.eta) == numbers_of(study, 4)


def test_on_mnist_the_simplest_wins_and_then_held_out_digits() -> None:
    study = CHOICES["choice-mnist"]
    wanted = {0: 2.0, 2: 1.99}  # percent on held-out digits, by candidate; the last is constant
    for last, best in ((2.5, 2), (2.0, 5)):
        banks = []
        for number, arm in enumerate(study.arms):
            held_out = {**wanted, 5: last}.get(number // 3, 2.4) + 0.03 * (number % 3 - 1) * (
                number // 3 == 2
            )
            sets = {"train": measured(1.0, 0.01, 16), "held_out": measured(held_out, 0.02, 16)}
            banks.append({"arm": arm.name, "seeds": list(study.seeds), "sets": sets})
        found = choose(record_of(study, banks, {}))
        (stage,) = study.arms[3 * best].recipe.stages
        assert (found.chosen.rule, found.chosen.eta) == (stage.rule, stage.eta)


def test_a_diverged_candidate_is_never_the_nearest_to_the_paper() -> None:
    record = made(SECOND_ORDER, {}, (1.3, 0.019, 2.0))
    record["banks"][FOLDS]["sets"]["train"]["mse"][0] = None
    found = choose(record)
    assert (found.chosen.rule, found.chosen.eta) != numbers_of(SECOND_ORDER, 0)


def without_test_digits(record: Record) -> Record:
    learned = ("train", "held_out")
    banks = [
        {**bank, "sets": {name: bank["sets"][name] for name in learned if name in bank["sets"]}}
        for bank in record["banks"]
    ]
    return {**record, "banks": banks}


@pytest.mark.parametrize("told", [(1.1, 0.017, 2.0), (3.0, 0.03, 1.9)])
def test_no_test_digit_takes_part(told: Told) -> None:
    record = made(SECOND_ORDER, {3: told}, (1.3, 0.019, 2.0))
    assert choose(without_test_digits(record)) == choose(record)


# --- what was chosen ---------------------------------------------------------------------------


@every_choice
def test_the_recipe_is_the_one_that_was_chosen(name: str) -> None:
    (stage,) = CHOSEN_FOR[name][0].stages
    chosen = choose(recorded(name)).chosen
    assert (stage.rule, stage.eta) == (chosen.rule, chosen.eta)


def test_the_handwritten_recipe_has_the_papers_mu_and_eta() -> None:
    (stage,), (papers,) = recipes.HANDWRITTEN.stages, recipes.PAPER.stages
    assert (stage.rule, stage.eta) == (papers.rule, papers.eta)


def eta_of(candidate: Candidate) -> float:
    return candidate.eta.at_pass(0, 2)


def mu_of(candidate: Candidate) -> float:
    assert isinstance(candidate.rule, SecondOrder)
    return candidate.rule.mu


def ratio_of(candidate: Candidate) -> float:
    return eta_of(candidate) / mu_of(candidate)


@every_choice
def test_what_is_chosen_has_tried_neighbours_on_both_sides(name: str) -> None:
    """In mu, in eta, and in the ratio of eta to mu: the grid brackets the choice."""
    found = choose(recorded(name))
    second_order = isinstance(found.chosen.rule, SecondOrder)
    sizes: tuple[Callable, ...] = (mu_of, eta_of, ratio_of) if second_order else (eta_of,)
    falls = not isinstance(found.chosen.eta, Constant)
    alike = [
        each for each in found.candidates.values() if isinstance(each.eta, Constant) is not falls
    ]
    for size in sizes:
        tried = [size(each) for each in alike]
        assert min(tried) < size(found.chosen) < max(tried), size.__name__


def test_the_recorded_choices_look_at_no_test_digit() -> None:
    for name in CHOICES:
        assert choose(without_test_digits(recorded(name))) == choose(recorded(name))


def test_the_candidates_share_their_seeds() -> None:
    assert {study.seeds for study in CHOICES.values()} == {selection.SEEDS}
