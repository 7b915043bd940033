"""The modern studies take one step at a time, and choose by held-out digits alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from reproduction.learning import Adam, Handwritten, HeldOut, Recipe, Resplit, recipes
from reproduction.learning.converter import converter
from reproduction.learning.recipe import Stage
from reproduction.network import ARCHITECTURES
from reproduction.studies import Study
from reproduction.studies.modern import (
    CANDIDATES,
    CHOICE,
    FOLDS,
    LADDER,
    MODERN_STUDIES,
    SPLIT,
    SPLITS,
)

EVERY = pytest.mark.parametrize(
    "study", [CHOICE, *MODERN_STUDIES.values()], ids=lambda study: study.name
)


@EVERY
def test_every_arm_has_the_network_that_its_recipe_names_and_differs_from_all_others(
    study: Study,
) -> None:
    for arm in study.arms:
        assert arm.architecture == ARCHITECTURES[arm.recipe.architecture]
        assert converter.structure(converter.unstructure(arm.recipe), Recipe) == arm.recipe
    asked = {replace(arm.recipe, name="", about="") for arm in study.arms}
    assert len(asked) == len(study.arms)


def test_no_test_digit_is_near_the_choice() -> None:
    """Every candidate leaves out every block in turn."""
    by_candidate: dict[str, list[HeldOut]] = {}
    for arm in CHOICE.arms:
        assert isinstance(arm.recipe.digits, HeldOut)
        by_candidate.setdefault(arm.name.rpartition(", ")[0], []).append(arm.recipe.digits)
    assert set(by_candidate) == set(CANDIDATES)
    blocks = [HeldOut(fold, FOLDS) for fold in range(1, FOLDS + 1)]
    assert all(found == blocks for found in by_candidate.values())


def stage_of(recipe: Recipe) -> Stage:
    (stage,) = recipe.stages
    return stage


def steps_of(recipe: Recipe) -> tuple[object, ...]:
    """Return which of the steps a recipe takes."""
    stage = stage_of(recipe)
    return (
        recipe.passes,
        recipe.architecture.endswith("SOFTMAX"),
        stage.distortion is not None,
        isinstance(stage.rule, Adam),
    )


def test_the_ladder_takes_one_step_at_a_time_from_the_recipe_of_1989() -> None:
    assert LADDER.arms[0].recipe == recipes.HANDWRITTEN
    taken = [steps_of(arm.recipe) for arm in LADDER.arms[:7]]
    for before, after in pairwise(taken):
        assert np.sum([one != other for one, other in zip(before, after, strict=True)]) == 1
    assert taken[5] == (300, True, True, True)


def test_each_step_is_taken_alone_too() -> None:
    first = steps_of(recipes.HANDWRITTEN)
    alone = [steps_of(arm.recipe) for arm in LADDER.arms if arm.name.endswith("alone")]
    changed = [[one != other for one, other in zip(first, each, strict=True)] for each in alone]
    assert sorted(map(np.flatnonzero, changed)) == [[1], [2], [3]]


def test_what_is_tried_on_the_test_digits_learned_from_the_others() -> None:
    assert {arm.recipe.digits for arm in LADDER.arms} == {Handwritten()}


def test_both_recipes_meet_every_split() -> None:
    for name in ("1989", "modern"):
        found = [arm.recipe.digits for arm in SPLIT.arms if arm.name.startswith(name)]
        assert found == list(SPLITS.values())
    assert SPLITS["as released"] == Resplit(7291)
