"""Recipes are data: they compare, hash, go to JSON and come back; rates follow the rule."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields

import cattrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.learning import (
    HANDWRITTEN,
    PAPER,
    RECIPES,
    Constant,
    FileOrder,
    FirstOrder,
    Linear,
    Mixed,
    Part,
    Recipe,
    Running,
    Sampled,
    SecondOrder,
    Shuffled,
    Stage,
    Steps,
)
from reproduction.learning.converter import converter
from reproduction.network.architecture import LENET1, Architecture
from reproduction.network.bank import AS_PRINTED, Initial

etas = st.floats(1e-6, 1.0)
schedules = st.one_of(
    st.builds(Constant, etas),
    st.builds(Linear, etas, etas),
    st.builds(Steps, st.lists(etas, min_size=1, max_size=4).map(tuple)),
)
started = st.builds(Sampled, st.integers(1, 1000))
samples = st.builds(Sampled, st.integers(1, 1000), st.integers(1, 9))
rules = st.one_of(
    st.builds(FirstOrder),
    st.builds(SecondOrder, etas, samples, st.booleans()),
    st.builds(SecondOrder, etas, st.builds(Running, etas, started)),
)
parts = st.builds(
    Part,
    st.sampled_from([None, "handwritten", "printed"]),
    st.one_of(st.none(), st.lists(st.integers(0, 9), min_size=1).map(tuple)),
    st.one_of(st.none(), st.integers(1, 5000)),
)
orders = st.one_of(st.builds(FileOrder), st.builds(Shuffled, st.integers(0, 9)))
names = st.text(min_size=1, max_size=8)
stages = st.builds(Stage, names, st.integers(1, 50), schedules, rules, parts, orders)
recipes = st.builds(
    Recipe,
    st.text(),
    st.text(),
    st.lists(stages, min_size=1, max_size=3).map(tuple),
    initial=st.builds(Initial, etas, st.booleans(), st.booleans()),
)


def some_digits(labels: list[int], origin: list[str]) -> Digits:
    images = np.zeros((len(labels), 16, 16), np.float32)
    return Digits(images, np.array(labels, np.uint8), np.array(origin))


@given(recipes)
def test_a_recipe_comes_back_from_json(recipe: Recipe) -> None:
    text = json.dumps(converter.unstructure(recipe))
    back = converter.structure(json.loads(text), Recipe)
    assert back == recipe
    assert hash(back) == hash(recipe)


def test_an_architecture_comes_back_from_json() -> None:
    text = json.dumps(converter.unstructure(LENET1))
    assert converter.structure(json.loads(text), Architecture) == LENET1


def test_keys_that_came_later_need_not_be_there() -> None:
    """Recipes and architectures that were written before them mean what they meant."""
    data = converter.unstructure(HANDWRITTEN)
    del data["initial"]
    for stage in data["stages"]:
        del stage["rule"]["full"], stage["rule"]["curvature"]["every"]
    assert converter.structure(data, Recipe) == HANDWRITTEN
    data = converter.unstructure(LENET1)
    del data["squashing"], data["energy"]
    for n in (1, 3):
        del data["layers"][n]["learned"], data["layers"][n]["mean"]
        del data["layers"][n]["summed_first"]
    assert converter.structure(data, Architecture) == LENET1


def test_unknown_keys_are_refused() -> None:
    data = converter.unstructure(HANDWRITTEN)
    data["stages"][0]["momentum"] = 0.9
    with pytest.raises(cattrs.ClassValidationError):
        converter.structure(data, Recipe)


def test_recipes_cannot_be_changed() -> None:
    for field in fields(HANDWRITTEN):
        with pytest.raises(FrozenInstanceError):
            setattr(HANDWRITTEN, field.name, None)


def test_named_recipes_have_their_names() -> None:
    assert all(recipe.name == name for name, recipe in RECIPES.items())


@given(etas, etas, st.integers(2, 60))
def test_a_linear_schedule_falls_in_equal_steps(first: float, last: float, passes: int) -> None:
    schedule = Linear(first, last)
    by_pass = [schedule.at_pass(number, passes) for number in range(passes)]
    np.testing.assert_allclose(by_pass, np.linspace(first, last, passes), atol=1e-15)


def test_a_linear_schedule_of_one_pass_is_its_first_eta() -> None:
    assert Linear(0.3, 0.1).at_pass(0, 1) == 0.3


def test_a_list_of_etas_keeps_the_last() -> None:
    assert [Steps((3.0, 2.0)).at_pass(n, 4) for n in range(4)] == [3.0, 2.0, 2.0, 2.0]


@given(st.integers(1, 600), st.integers(1, 8000))
def test_a_sample_is_spread_evenly_over_the_part(patterns: int, count: int) -> None:
    picked = Sampled(patterns).pick(count)
    assert len(picked) == len(set(picked.tolist())) == min(patterns, count)
    assert picked[0] == 0
    assert picked[-1] < count
    gaps = np.diff(picked)
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


@given(st.integers(1, 300), st.integers(0, 5), st.integers(0, 5))
def test_a_shuffle_presents_every_pattern_once(count: int, seed: int, number: int) -> None:
    order = Shuffled(seed).of(count, number)
    assert sorted(order.tolist()) == list(range(count))
    np.testing.assert_array_equal(order, Shuffled(seed).of(count, number))


def test_every_pass_is_shuffled_anew() -> None:
    assert Shuffled(3).of(50, 0).tolist() != Shuffled(3).of(50, 1).tolist()
    assert Shuffled(3).of(50, 0).tolist() != Shuffled(4).of(50, 0).tolist()


def test_rates_are_eta_over_mu_plus_curvature() -> None:
    curvature = np.array([[0.0, 0.5], [2.0, 1e-3]], np.float32)
    rates = SecondOrder(mu=0.05).rates(1e-3, curvature)
    assert rates.dtype == np.float32
    np.testing.assert_allclose(rates, 1e-3 / (0.05 + curvature.astype(float)), rtol=3e-7)


def test_rates_follow_from_the_size_of_a_curvature_that_can_be_negative() -> None:
    curvature = np.array([[-0.5, 0.5, -1e-3, -0.05]], np.float32)
    rule = SecondOrder(mu=0.05, full=True)
    rates = rule.rates(1e-3, curvature)
    np.testing.assert_array_equal(rates, rule.rates(1e-3, -curvature))
    np.testing.assert_allclose(rates, 1e-3 / (0.05 + np.abs(curvature.astype(float))), rtol=3e-7)


def test_a_running_average_is_not_of_the_full_curvature() -> None:
    message = "full is for curvature that is Sampled, not Running; change either."
    with pytest.raises(InputError) as refused:
        SecondOrder(0.05, Running(0.01), full=True)
    assert str(refused.value) == message


def test_an_average_begins_with_one_estimate_and_no_more():
    with pytest.raises(InputError, match="every is for curvature that is Sampled"):
        Running(0.01, Sampled(100, every=2))


@pytest.mark.parametrize("every", [0, -1])
def test_an_estimate_is_made_every_pass_at_the_most(every: int) -> None:
    with pytest.raises(InputError, match=f"^every is {every}; give a number at least 1\\.$"):
        Sampled(every=every)


def test_what_a_recipe_does_not_say_is_as_in_1989() -> None:
    assert PAPER.initial == AS_PRINTED == Initial(2.4, square_root=False, bias_counts=True)
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
    stage = HANDWRITTEN.stages[0]
    two = Recipe("two", "", (stage, stage))
    assert two.passes == 60
    assert two.with_passes(35).passes == 35
    assert [s.passes for s in two.with_passes(35).stages] == [30, 5]
    with pytest.raises(InputError, match="at least 31"):
        two.with_passes(30)


def test_a_stage_without_passes_is_refused() -> None:
    with pytest.raises(InputError, match="at least 1"):
        Stage("none", 0, Constant(1.0), FirstOrder())


@given(st.integers(1, 60), st.integers(1, 60))
def test_interleaving_keeps_each_kind_in_its_order_and_every_start_in_proportion(
    many: int, few: int
) -> None:
    first = some_digits([1] * many, ["handwritten"] * many)
    second = some_digits([2] * few, ["printed"] * few)
    first.images[:, 0, 0] = np.arange(many)
    second.images[:, 0, 0] = np.arange(few)
    mixed = Mixed().mix(first, second)
    for origin, count in (("handwritten", many), ("printed", few)):
        places = mixed.images[mixed.origin == origin][:, 0, 0]
        assert places.tolist() == list(range(count))
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
    assert HANDWRITTEN.stages[0].numbers == "mu 0.02, eta 0.0005"
    assert RECIPES["sgd"].stages[0].numbers == "eta 0.016 to 0.00032"
