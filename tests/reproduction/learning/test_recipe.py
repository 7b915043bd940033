"""Recipes are data: stages, parts, orders and digits are what they say."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.learning import (
    RECIPES,
    Adam,
    Constant,
    FirstOrder,
    Linear,
    Mixed,
    Part,
    Recipe,
    Sampled,
    SecondOrder,
    Shuffled,
    Smooth,
    Stage,
    Steps,
    recipes,
)
from reproduction.network import Initial
from reproduction.network.initial_weights import AS_PRINTED


def some_digits(labels: list[int], origin: list[str]) -> Digits:
    images = np.zeros((len(labels), 16, 16), np.float32)
    return Digits(images, np.array(labels, np.uint8), np.array(origin))


def test_recipes_cannot_be_changed() -> None:
    for field in fields(recipes.HANDWRITTEN):
        with pytest.raises(FrozenInstanceError):
            setattr(recipes.HANDWRITTEN, field.name, None)


def test_named_recipes_have_their_names() -> None:
    assert all(recipe.name == name for name, recipe in RECIPES.items())


@given(st.integers(1, 300), st.integers(0, 5), st.integers(0, 5))
def test_a_shuffle_presents_every_pattern_once(count: int, seed: int, number: int) -> None:
    order = Shuffled(seed).of(count, number)
    assert sorted(order.tolist()) == list(range(count))
    np.testing.assert_array_equal(order, Shuffled(seed).of(count, number))


def test_every_pass_is_shuffled_anew() -> None:
    assert Shuffled(3).of(50, 0).tolist() != Shuffled(3).of(50, 1).tolist()
    assert Shuffled(3).of(50, 0).tolist() != Shuffled(4).of(50, 0).tolist()


def test_what_a_recipe_does_not_say_is_as_in_1989() -> None:
    assert recipes.PAPER.initial == AS_PRINTED == Initial(2.4, square_root=False, bias_counts=True)
    assert Sampled() == Sampled(500, every=1)
    assert SecondOrder(0.02) == SecondOrder(0.02, Sampled(500), full=False)


def test_a_part_picks_by_origin_then_class_then_number() -> None:
    digits = some_digits([1, 2, 1, 1, 2, 1], ["printed", *["handwritten"] * 5])
    assert Part("handwritten", (1,), 2).pick(digits).tolist() == [2, 3]
    assert Part().pick(digits).tolist() == list(range(6))
    assert Part(first=100).pick(digits).tolist() == list(range(6))


def test_an_empty_part_is_refused() -> None:
    with pytest.raises(InputError, match="no digit belongs"):
        Part("printed").pick(some_digits([1], ["handwritten"]))


def test_passes_of_all_stages_are_counted_and_the_last_stage_is_cut() -> None:
    stage = recipes.HANDWRITTEN.stages[0]
    two = Recipe("two", "", (stage, stage))
    assert two.passes == 60
    assert two.with_passes(35).passes == 35
    assert [s.passes for s in two.with_passes(35).stages] == [30, 5]
    with pytest.raises(InputError, match="at least 31"):
        two.with_passes(30)


def test_a_stage_without_passes_is_refused() -> None:
    with pytest.raises(InputError, match="from 1 to"):
        Stage("none", 0, Constant(1.0), FirstOrder())


@given(st.integers(1, 60), st.integers(1, 60))
def test_interleaving_keeps_each_kind_in_its_order_and_every_start_in_proportion(
    many: int, few: int
) -> None:
    first = some_digits([1] * many, ["handwritten"] * many)
    second = some_digits([2] * few, ["printed"] * few)
    first.images[:, 0, 0] = -np.arange(many) / 64
    second.images[:, 0, 0] = -np.arange(few) / 64
    mixed = Mixed().mix(first, second)
    for origin, count in (("handwritten", many), ("printed", few)):
        places = mixed.images[mixed.origin == origin][:, 0, 0]
        assert (-64 * places).tolist() == list(range(count))
    shares = np.cumsum(mixed.origin == "printed") / np.arange(1, many + few + 1)
    expected = np.arange(1, many + few + 1) * few / (many + few)
    assert np.abs(np.cumsum(mixed.origin == "printed") - expected).max() <= 1
    assert shares[-1] == few / (many + few)


def test_the_other_mixings_put_one_kind_first() -> None:
    written, printed = some_digits([1, 2], ["handwritten"] * 2), some_digits([3], ["printed"])
    assert Mixed("handwritten first").mix(written, printed).labels.tolist() == [1, 2, 3]
    assert Mixed("printed first").mix(written, printed).labels.tolist() == [3, 1, 2]
    with pytest.raises(InputError, match='mixing is "shaken"'):
        Mixed("shaken")


def test_a_stage_says_its_numbers() -> None:
    rule = SecondOrder(mu=0.02)
    assert Stage("one", 9, Constant(5e-4), rule).numbers == "mu 0.02, eta 0.0005"
    assert Stage("one", 9, Linear(0.016, 3.2e-4), FirstOrder()).numbers == "eta 0.016 to 0.00032"
    assert Stage("one", 9, Steps((2.0, 1.0)), rule).numbers == "mu 0.02, eta 2 to 1 in steps"
    by_adam = Stage("one", 9, Smooth(6e-3, 6e-5), Adam(16))
    assert by_adam.numbers == "Adam, batches of 16, eta 0.006 to 6e-05 smoothly"
