"""What is deleted, that it stays deleted, and what saliency means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import LENET1, Bank, console, train
from reproduction.learning import (
    Adam,
    Begin,
    FirstOrder,
    Prune,
    Rule,
    Running,
    Sampled,
    SecondOrder,
)
from reproduction.learning.deletion import KERNELS, ORDERS, maps_without_input, saliencies
from reproduction.learning.sets import named
from reproduction.learning.training import Progress, check_recipe, training_passes
from reproduction.network import (
    Architecture,
    Connection,
    Convolution,
    Plane,
    Subsampling,
    plain,
)
from reproduction.runs import train_run
from reproduction.runs.plan import plan_of
from tests.reproduction.made import PLAIN_STAGE, SECOND, SMALL, TEST, TRAIN, recipe

PLANES = SMALL.planes(TRAIN.images)
COUNT = SMALL.counts().parameters
SPARSE = Architecture(
    "SPARSE",
    Plane(16, 16),
    (
        Convolution("H1", 3, 5),
        Subsampling("H2"),
        Convolution("H3", 4, 3, table=((0,), (0, 1), (0, 1, 2), (2,))),
        Connection("output", 10),
    ),
)


def trained_bank(networks: int = 3) -> Bank:
    bank = Bank(SMALL, range(networks))
    train(bank, recipe(replace(PLAIN_STAGE, passes=2)), TRAIN)
    return bank


def all_of(bank: Bank) -> np.ndarray:
    return np.ones(bank.parameters.shape, bool)


# ---- Which go ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(left=st.integers(0, COUNT + 5), by=st.sampled_from(ORDERS), seed=st.integers(0, 3))
def test_so_many_are_left_and_the_rest_is_plus_zero(left: int, by: str, seed: int) -> None:
    bank = Bank(SMALL, range(3))
    kept = Prune(left, by, seed=seed).apply(bank, all_of(bank), PLANES)
    assert (kept.sum(axis=0) == min(left, COUNT)).all()
    gone = bank.parameters[~kept]
    assert not gone.any()
    assert not np.signbit(gone).any()


@settings(deadline=None, max_examples=30)
@given(first=st.integers(0, COUNT), second=st.integers(0, COUNT), by=st.sampled_from(ORDERS))
def test_what_is_deleted_stays_so_and_two_steps_by_one_order_are_one(
    first: int, second: int, by: str
) -> None:
    """Magnitudes and draws do not change by deletion; saliencies of what is left do."""
    bank, at_once = Bank(SMALL, range(2)), Bank(SMALL, range(2))
    after_first = Prune(first, by).apply(bank, all_of(bank), PLANES)
    after_both = Prune(second, by).apply(bank, after_first, PLANES)
    assert not (after_both & ~after_first).any()
    assert (after_both.sum(axis=0) == min(first, second)).all()
    if by != "saliency":
        wanted = Prune(min(first, second), by).apply(at_once, all_of(at_once), PLANES)
        np.testing.assert_array_equal(after_both, wanted)


@pytest.mark.parametrize("by", ["saliency", "magnitude"])
def test_what_goes_is_worth_no_more_than_what_stays(by: str) -> None:
    bank = trained_bank()
    worth = saliencies(bank, PLANES[::3]) if by == "saliency" else np.abs(bank.parameters.copy())
    kept = Prune(200, by, patterns=20).apply(bank, all_of(bank), PLANES)
    for network in range(3):
        column, stays = worth[:, network], kept[:, network]
        assert column[~stays].max() <= column[stays].min()


def test_a_draw_is_of_the_network_and_not_of_its_place() -> None:
    banks = Bank(SMALL, [4, 9]), Bank(SMALL, [9])
    two, one = (Prune(99, "random").apply(bank, all_of(bank), PLANES) for bank in banks)
    np.testing.assert_array_equal(two[:, 1], one[:, 0])
    assert (two[:, 0] != two[:, 1]).any()


def test_only_the_layers_that_are_named_are_counted_and_deleted() -> None:
    bank = Bank(SMALL, range(2))
    kept = Prune(7, "magnitude", layers=("H1",)).apply(bank, all_of(bank), PLANES)
    output = SMALL.parameters["output.weights"][0].start
    assert (kept[:output].sum(axis=0) == 7).all()
    assert kept[output:].all()


@settings(deadline=None, max_examples=30)
@given(left=st.integers(0, 9), by=st.sampled_from(ORDERS))
def test_kernels_go_whole_and_the_last_of_a_map_stays(left: int, by: str) -> None:
    bank = Bank(SPARSE, range(3))
    planes = SPARSE.planes(TRAIN.images)
    prune = Prune(left, by, of=KERNELS, layers=("H3",))
    kept = prune.apply(bank, all_of(bank), planes)
    place, shape = SPARSE.parameters["H3.weights"]
    kernels = kept[place].reshape(shape[0], -1, 3)
    whole = kernels.all(axis=1)
    np.testing.assert_array_equal(whole, kernels.any(axis=1))
    assert (whole.sum(axis=0) == np.clip(left, 4, 7)).all()  # four maps read seven
    assert kept[: place.start].all()
    assert kept[place.stop :].all()
    assert maps_without_input(SPARSE, kept) == [[], [], []]


def test_kernels_by_saliency_are_worth_the_sum_of_their_weights() -> None:
    bank = Bank(SPARSE, [1])
    planes = SPARSE.planes(TRAIN.images)
    place, shape = SPARSE.parameters["H3.weights"]
    of_kernels = saliencies(bank, planes[::3])[place, 0].reshape(shape[0], -1).sum(axis=1)
    prune = Prune(6, of=KERNELS, layers=("H3",), patterns=20)
    kept = prune.apply(bank, all_of(bank), planes)[place, 0].reshape(shape[0], -1).all(axis=1)
    not_alone = [1, 2, 3, 4, 5]  # of the seven, the first and the last are their map's only one
    assert kept.argmin() == min(not_alone, key=lambda kernel: of_kernels[kernel])


def test_maps_without_a_weight_are_named() -> None:
    left = np.ones((SPARSE.counts().parameters, 2), bool)
    kernels, _ = SPARSE.parameters["H3.weights"]
    left[kernels.start + 9 : kernels.start + 27, 1] = False  # both kernels of the second map
    left[SPARSE.parameters["H2.weights"][0].start + 2, 0] = False
    assert maps_without_input(SPARSE, left) == [["H2 map 3"], ["H3 map 2"]]
    assert maps_without_input(LENET1, np.ones((2578, 1), bool)) == [[]]
    said = "H2 map 3 (1 network), H3 map 2 (1 network)"
    assert console.without_weights(SPARSE, left) == f"Constant, as no weight is left: {said}."
    left[SPARSE.parameters["output.weights"][0]] = False
    assert "output unit 9 (2 networks), output unit 10 (2 networks)." in (
        console.without_weights(SPARSE, left)
    )
    assert console.without_weights(LENET1, np.ones((2578, 1), bool)) == ""


# ---- What it means ----------------------------------------------------------------------------


def test_saliency_is_the_rise_of_the_energy_where_the_form_is_exact() -> None:
    """One linear output unit: E is a parabola in its weight, and x a pixel's.

    E = (d - w x)^2 / 2 has the second derivative x^2, and costs w^2 x^2 / 2 at its minimum.
    """
    linear = Architecture("LINEAR", Plane(16, 16), (Connection("output", 10, squashed=False),))
    bank = Bank(linear, [0])
    h = bank.curvature(PLANES)
    x = np.concatenate([np.tile((PLANES.astype(float) ** 2).mean(axis=0).ravel(), 10), np.ones(10)])
    np.testing.assert_allclose(h[:, 0], x, rtol=1e-5)
    w = bank.parameters.astype(float)
    np.testing.assert_allclose(saliencies(bank, PLANES), x[:, None] * w**2 / 2, rtol=1e-5)


def test_saliency_of_an_output_weight_agrees_with_finite_differences() -> None:
    """Of the Gauss-Newton form: slopes of all outputs, squared and summed, times u^2 / 2."""
    bank = trained_bank(2)
    place = SMALL.parameters["output.weights"][0]
    some = np.arange(place.start, place.stop, 97)
    found = saliencies(bank, PLANES)[some]
    for network in range(2):
        w = bank.parameters[:, network].astype(float)
        slopes = plain.slopes(SMALL, w, PLANES, some)
        wanted = np.sum(slopes**2, axis=(1, 2)) / len(PLANES) * w[some] ** 2 / 2
        np.testing.assert_allclose(found[:, network], wanted, rtol=1e-4)


# ---- In training ------------------------------------------------------------------------------

RULES = {
    "second order": SECOND,
    "running": SecondOrder(0.05, Running(0.01, Sampled(20))),
    "first order": FirstOrder(),
    "adam": Adam(7),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_deleted_parameters_stay_plus_zero_through_learning(rule: Rule) -> None:
    first = replace(PLAIN_STAGE, rule=rule)
    then = replace(first, name="then", prune=Prune(300))
    bank, progress = Bank(SMALL, range(3)), Progress()
    stages = recipe(first, then, replace(first, name="last"))
    for _ in training_passes([bank], stages, {"train": TRAIN}, progress):
        pass
    (left,) = progress.left
    assert (left.sum(axis=0) == 300).all()
    assert not bank.parameters[~left].any()
    assert not np.signbit(bank.parameters[~left]).any()
    assert (bank.parameters[left] != 0).all()
    assert progress.history["parameters"].tolist() == [COUNT] * 6 + [300] * 12


def test_deleting_nothing_changes_no_bit() -> None:
    plain_bank, pruned = Bank(SMALL, range(3)), Bank(SMALL, range(3))
    train(plain_bank, recipe(PLAIN_STAGE), TRAIN)
    train(pruned, recipe(replace(PLAIN_STAGE, prune=Prune(COUNT))), TRAIN)
    assert plain_bank.parameters.tobytes() == pruned.parameters.tobytes()


def test_without_parameters_the_outputs_are_zero_and_with_biases_alone_the_same_for_all() -> None:
    bank = Bank(SMALL, range(3))
    train(bank, recipe(replace(PLAIN_STAGE, prune=Prune(0))), TRAIN)
    assert not bank.outputs(PLANES).any()
    bank = trained_bank()
    bank.weights("H1")[:], bank.weights("output")[:] = 0, 0
    outputs = bank.outputs(PLANES)
    assert (outputs == outputs[0]).all()
    assert outputs.any()


def test_killed_between_passes_it_ends_in_the_same_bits(tmp_path: Path) -> None:
    """Before the deletion, and after it."""
    then = replace(PLAIN_STAGE, name="then", prune=Prune(300, "random"))
    stages = recipe(PLAIN_STAGE, then, replace(PLAIN_STAGE, name="last", prune=Prune(200)))
    digits = named(TRAIN, TEST)
    plan = plan_of(stages, SMALL, (0, 1), digits)
    undisturbed = train_run(tmp_path / "whole", plan, digits)

    class Killed(Exception):
        pass

    for passes in (2, 3):
        folder = tmp_path / f"killed after {passes}"

        def stop(progress: Progress, passes: int = passes) -> None:
            if progress.passes == passes:
                raise Killed

        with pytest.raises(Killed):
            train_run(folder, plan, digits, after_pass=stop)
        again = train_run(folder, plan, digits)
        assert again.summary["weights_sha256"] == undisturbed.summary["weights_sha256"]
        assert again.history.tobytes() == undisturbed.history.tobytes()


# ---- Beginning with trained layers ------------------------------------------------------------


def begins(layers: tuple[str, ...]) -> tuple:
    first = replace(recipe(PLAIN_STAGE), architecture="LENET1")
    later = replace(recipe(PLAIN_STAGE), name="later", begin=Begin(first, layers))
    return first, later


def test_a_network_begins_with_trained_layers_of_its_seed() -> None:
    shorter = Architecture("SHORTER", LENET1.plane, (*LENET1.layers[:2], Connection("output", 10)))
    first, later = begins(("H1", "H2"))
    held = replace(PLAIN_STAGE, layers=("output",))
    before, bank = Bank(LENET1, [3, 8]), Bank(shorter, [3, 8])
    fresh = bank.parameters.copy()
    train(before, first, TRAIN)
    train(bank, replace(later, stages=(held,)), TRAIN)
    for name in ("H1", "H2"):
        assert bank.weights(name).tobytes() == before.weights(name).tobytes()
        assert bank.biases(name).tobytes() == before.biases(name).tobytes()
    output = shorter.parameters["output.weights"][0]
    assert (bank.parameters[output] != fresh[output]).any()


def test_what_trained_layers_have_lost_stays_lost() -> None:
    first, later = begins(("H1",))
    stage = replace(PLAIN_STAGE, prune=Prune(90, "magnitude", layers=("H1",)))
    begun = replace(later, begin=Begin(replace(first, stages=(stage,)), ("H1",)))
    bank, progress = Bank(LENET1, [3, 8]), Progress()
    for _ in training_passes([bank], begun, {"train": TRAIN}, progress):
        pass
    (left,) = progress.left
    h1 = LENET1.parameters["H1.biases"][0].stop
    assert (left[:h1].sum(axis=0) == 90).all()
    assert left[h1:].all()
    np.testing.assert_array_equal(bank.parameters != 0, left)


@pytest.mark.parametrize(
    ("layers", "architecture", "fault"),
    [
        (("H9",), LENET1, "no layer H9"),
        (("H1",), SMALL, "H1.weights has shape"),
        (("H2",), SMALL, "no layer H2"),
    ],
)
def test_layers_that_cannot_be_begun_with_are_refused(
    layers: tuple[str, ...], architecture: Architecture, fault: str
) -> None:
    _, later = begins(layers)
    with pytest.raises(InputError, match=fault):
        check_recipe(later, architecture, TRAIN)


def test_unknown_orders_and_layers_are_refused() -> None:
    with pytest.raises(InputError, match="by is"):
        Prune(5, "size")
    with pytest.raises(InputError, match="of is"):
        Prune(5, of="units")
    with pytest.raises(InputError, match="layers is empty"):
        Prune(5, layers=())
    kernels = Prune(5, of=KERNELS, layers=("output",))
    with pytest.raises(InputError, match="no kernels in output"):
        check_recipe(recipe(replace(PLAIN_STAGE, prune=kernels)), SMALL, TRAIN)
    with pytest.raises(InputError, match="no layer H7"):
        check_recipe(recipe(replace(PLAIN_STAGE, prune=Prune(5, layers=("H7",)))), SMALL, TRAIN)
