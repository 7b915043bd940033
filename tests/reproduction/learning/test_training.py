"""Training runs its stages as the recipe says, and its history says what the networks do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import Bank, evaluate, train
from reproduction.learning import (
    Adam,
    Constant,
    Distortion,
    FileOrder,
    FirstOrder,
    Linear,
    Part,
    Rule,
    Running,
    Sampled,
    SecondOrder,
    Shuffled,
    Stage,
)
from reproduction.learning.training import Progress, banks_of, check_recipe, training_passes
from reproduction.network import CROSS_ENTROPY, Architecture, Connection, Initial
from tests.reproduction.made import PLAIN_STAGE, SECOND, SMALL, TEST, TRAIN, recipe


def stage(passes: int = 2, **changes: object) -> Stage:
    return replace(PLAIN_STAGE, passes=passes, **changes)  # type: ignore[arg-type]


def test_training_is_curvature_then_learning_pass_by_pass() -> None:
    bank, by_hand = Bank(SMALL, range(3)), Bank(SMALL, range(3))
    train(bank, recipe(stage(3, eta=Linear(2e-3, 1e-3))), TRAIN)
    planes = SMALL.planes(TRAIN.images)
    for eta in (2e-3, 1.5e-3, 1e-3):
        curvature = by_hand.curvature(planes[np.arange(0, 60, 3)])
        rates = SECOND.rates(eta, curvature)
        by_hand.learn(planes, TRAIN.labels, np.arange(60), rates)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


def test_first_order_learning_has_one_rate() -> None:
    bank, by_hand = Bank(SMALL, [5]), Bank(SMALL, [5])
    train(bank, recipe(stage(1, rule=FirstOrder(), eta=Constant(0.01))), TRAIN)
    by_hand.learn(SMALL.planes(TRAIN.images), TRAIN.labels, np.arange(60), 0.01)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


def test_a_running_average_goes_on_from_pass_to_pass_of_a_stage() -> None:
    rule = SecondOrder(0.05, Running(0.01, Sampled(20)))
    bank, by_hand = Bank(SMALL, [5, 6]), Bank(SMALL, [5, 6])
    train(bank, recipe(stage(2, rule=rule)), TRAIN)
    planes, order = SMALL.planes(TRAIN.images), np.arange(60)
    average = by_hand.curvature(planes[::3])
    for _ in range(2):
        average = by_hand.learn_running(planes, TRAIN.labels, order, 0.05, 1e-3, 0.01, average)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


def test_an_estimate_is_held_until_the_next_and_a_stage_begins_with_one() -> None:
    """With 2 passes from one to the next: before passes 1, 3 and 5 of a stage, and 1 of another."""
    rule = SecondOrder(0.05, Sampled(20, every=2))
    five = stage(5, rule=rule, eta=Linear(2e-3, 1e-3))
    bank, by_hand = Bank(SMALL, [5, 6]), Bank(SMALL, [5, 6])
    train(bank, recipe(five, stage(1, rule=rule)), TRAIN)
    planes, order = SMALL.planes(TRAIN.images), np.arange(60)
    for number, eta in enumerate((2e-3, 1.75e-3, 1.5e-3, 1.25e-3, 1e-3, 1e-3)):
        if number in (0, 2, 4, 5):
            curvature = by_hand.curvature(planes[::3])
        by_hand.learn(planes, TRAIN.labels, order, rule.rates(eta, curvature))
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


@pytest.mark.parametrize("first", [Running(0.01, Sampled(20)), Sampled(20, every=2)], ids=str)
def test_a_running_average_begins_anew_with_a_stage(first: Running | Sampled) -> None:
    """Whatever the stage before it has kept."""
    running = stage(1, rule=SecondOrder(0.05, Running(0.01, Sampled(20))))
    before = stage(1, rule=SecondOrder(0.05, first))
    both, one_by_one = Bank(SMALL, [1]), Bank(SMALL, [1])
    train(both, recipe(before, running), TRAIN)
    train(one_by_one, recipe(before), TRAIN)
    train(one_by_one, recipe(running), TRAIN)
    np.testing.assert_array_equal(both.parameters, one_by_one.parameters)


def test_an_estimate_that_serves_one_pass_is_not_kept() -> None:
    for every, kept in ((1, 0), (2, 1)):
        rule = SecondOrder(0.05, Sampled(20, every=every))
        banks = [Bank(SMALL, [0])]
        for progress in training_passes(
            banks, recipe(stage(2, rule=rule)), {"train": TRAIN}, Progress()
        ):
            assert len(progress.averages) == kept


def test_full_curvature_gives_rates_by_its_size() -> None:
    """From the digits' own classes; in networks whose large weights make it negative in places."""
    rule = SecondOrder(0.05, Sampled(20), full=True)
    bank, by_hand = Bank(SMALL), Bank(SMALL)
    for each in (bank, by_hand):
        each.parameters[:] *= 8
    train(bank, recipe(stage(2, rule=rule)), TRAIN)
    planes, labels = SMALL.planes(TRAIN.images), TRAIN.labels
    for _ in range(2):
        full = by_hand.full_curvature(planes[::3], labels[::3])
        assert full.min() < 0
        rates = np.float32(1e-3) / (np.float32(0.05) + np.abs(full))
        by_hand.learn(planes, labels, np.arange(60), rates)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


def test_a_stage_sees_only_its_part_in_its_order() -> None:
    ordered = stage(1, part=Part(classes=(0, 1), first=9), order=Shuffled(2), rule=FirstOrder())
    bank, by_hand = Bank(SMALL, [0]), Bank(SMALL, [0])
    train(bank, recipe(ordered), TRAIN)
    numbers = np.flatnonzero(TRAIN.labels <= 1)[:9]
    order = numbers[Shuffled(2).of(9, 0)]
    by_hand.learn(SMALL.planes(TRAIN.images), TRAIN.labels, order, 1e-3)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


def test_stages_follow_one_another() -> None:
    first, second = stage(1), stage(2, order=FileOrder(), eta=Constant(2e-3))
    both, one_by_one = Bank(SMALL, [1]), Bank(SMALL, [1])
    history = train(both, recipe(first, replace(second, name="then")), TRAIN)
    train(one_by_one, recipe(first), TRAIN)
    train(one_by_one, recipe(second), TRAIN)
    np.testing.assert_array_equal(both.parameters, one_by_one.parameters)
    assert list(history["stage"]) == ["made", "then", "then"]
    assert list(history["pass"]) == [1, 2, 3]


def test_the_history_says_what_evaluation_says() -> None:
    bank = Bank(SMALL, [3, 1])
    history = train(bank, recipe(stage(2)), TRAIN, TEST)
    last = history[history["pass"] == 2]
    assert list(last["part"]) == ["train", "train", "test_handwritten", "test_handwritten"]
    assert list(last["network"]) == [3, 1, 3, 1]
    for name, digits in (("train", TRAIN), ("test_handwritten", TEST)):
        lines, found = last[last["part"] == name], evaluate(bank, digits)
        assert (100 * lines["errors"] / lines["patterns"]).tolist() == found["error_percent"][
            "each"
        ]
        assert lines["mse"].tolist() == found["mse"]["each"]
        assert set(lines["patterns"]) == {len(digits)}


@pytest.mark.parametrize("tried", [(), ("test_handwritten",), ("train", "test_handwritten")])
def test_networks_are_tried_only_where_it_is_asked_for(tried: tuple[str, ...]) -> None:
    sets, progress = {"train": TRAIN, "test_handwritten": TEST}, Progress()
    banks, everywhere = [Bank(SMALL, [0])], Bank(SMALL, [0])
    for _ in training_passes(banks, recipe(stage(2)), sets, progress, tried):
        pass
    history = train(everywhere, recipe(stage(2)), TRAIN, TEST)
    wanted = history[np.isin(history["part"], tried)]
    np.testing.assert_array_equal(progress.history, wanted)
    np.testing.assert_array_equal(banks[0].parameters, everywhere.parameters)


def test_test_digits_change_nothing() -> None:
    with_test, without = Bank(SMALL, [0]), Bank(SMALL, [0])
    train(with_test, recipe(stage(2)), TRAIN, TEST)
    train(without, recipe(stage(2)), TRAIN)
    np.testing.assert_array_equal(with_test.parameters, without.parameters)


@pytest.mark.parametrize(
    "rule",
    [
        SECOND,
        SecondOrder(0.05, Running(0.01, Sampled(20))),
        SecondOrder(0.05, Sampled(20, every=3)),
        SecondOrder(0.05, Sampled(20, every=3), full=True),
        Adam(7),
    ],
    ids=str,
)
def test_a_training_goes_on_from_its_progress(rule: Rule) -> None:
    asked = recipe(stage(4, rule=rule, distortion=Distortion(1.0, elastic=0.5)))
    whole = banks_of(SMALL, range(18))
    for _ in training_passes(whole, asked, {"train": TRAIN}, Progress()):
        pass
    broken = banks_of(SMALL, range(18))
    for progress in training_passes(broken, asked, {"train": TRAIN}, Progress()):
        if progress.passes == 2:
            break
    resumed = banks_of(SMALL, range(18))
    for bank, other in zip(resumed, broken, strict=True):
        bank.parameters[:] = other.parameters
    for _ in training_passes(resumed, asked, {"train": TRAIN}, progress):
        pass
    for bank, other in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(bank.parameters, other.parameters)


def test_seeds_fill_banks_of_sixteen() -> None:
    assert [bank.seeds for bank in banks_of(SMALL, range(18))] == [tuple(range(16)), (16, 17)]


def test_banks_have_the_first_weights_that_are_asked_for() -> None:
    initial = Initial(1.0, square_root=True)
    for bank in banks_of(SMALL, range(18), initial):
        wanted = Bank(SMALL, bank.seeds, initial).parameters
        np.testing.assert_array_equal(bank.parameters, wanted)
        assert np.all(bank.parameters != Bank(SMALL, bank.seeds).parameters)


PROBABLE = Architecture(
    "PROBABLE",
    SMALL.plane,
    (*SMALL.layers[:-1], Connection("output", 10, squashed=False)),
    energy=CROSS_ENTROPY,
)


def test_probabilities_should_be_one_and_zero() -> None:
    """Their squared error, in the history and in evaluation, is that from 1 and 0."""
    bank = Bank(PROBABLE, [3, 1])
    history = train(bank, recipe(stage(1)), TRAIN, TEST)
    for name, digits in (("train", TRAIN), ("test_handwritten", TEST)):
        outputs = bank.outputs(PROBABLE.planes(digits.images)).astype(np.float64)
        targets = (np.arange(10) == digits.labels[:, np.newaxis])[:, :, np.newaxis]
        wanted = 0.5 * np.mean((outputs - targets) ** 2, axis=(0, 1))
        np.testing.assert_allclose(history[history["part"] == name]["mse"], wanted, rtol=1e-12)
        np.testing.assert_allclose(evaluate(bank, digits)["mse"]["each"], wanted, rtol=1e-12)


def test_learning_learns() -> None:
    bank = Bank(SMALL, range(4))
    before = evaluate(bank, TEST)["error_percent"]["median"]
    history = train(bank, recipe(stage(20, eta=Constant(2e-3))), TRAIN, TEST)
    after = history[(history["pass"] == 20) & (history["part"] == "test_handwritten")]
    assert 100 * np.median(after["errors"]) / len(TEST) < before / 3


def test_a_part_that_is_not_there_is_named_with_recipe_and_stage() -> None:
    with pytest.raises(InputError, match=r'Recipe "made", stage "made": no digit belongs'):
        check_recipe(recipe(stage(part=Part("printed"))), SMALL, TRAIN)


@pytest.mark.parametrize(
    "rule", [SECOND, SecondOrder(0.05, Running(0.01, Sampled(20))), FirstOrder(), Adam()]
)
def test_layers_that_do_not_learn_keep_their_weights(rule: Rule) -> None:
    bank, before = Bank(SMALL, [2]), Bank(SMALL, [2])
    train(bank, recipe(stage(1, rule=rule, layers=("output",))), TRAIN)
    np.testing.assert_array_equal(bank.weights("H1"), before.weights("H1"))
    np.testing.assert_array_equal(bank.biases("H1"), before.biases("H1"))
    assert np.all(bank.weights("output") != before.weights("output"))


def test_a_layer_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="SMALL has no layer H9; it has H1, output"):
        check_recipe(recipe(stage(layers=("H9", "output"))), SMALL, TRAIN)


def test_a_set_of_two_origins_is_told_apart_in_the_history() -> None:
    mixed = Digits(TEST.images, TEST.labels, np.where(np.arange(30) < 12, "printed", "handwritten"))
    history = train(Bank(SMALL, [0]), recipe(stage(1)), TRAIN, mixed)
    patterns = dict(zip(history["part"], history["patterns"], strict=True))
    assert patterns == {"train": 60, "test": 30, "test_handwritten": 18, "test_printed": 12}
    errors = dict(zip(history["part"], history["errors"], strict=True))
    assert errors["test"] == errors["test_handwritten"] + errors["test_printed"]
