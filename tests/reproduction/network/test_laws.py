"""Laws that hold for every network: of looking, of learning, of energies and curvatures."""

from dataclasses import replace

import numpy as np
import pytest

from reproduction.evaluation import cross_entropy
from reproduction.network import (
    CROSS_ENTROPY,
    LENET1,
    Architecture,
    Bank,
    Connection,
)
from reproduction.network.relatives import TUTORIAL, TUTORIAL_CODE, averages
from tests.reproduction.network.small import SMALL, assert_same_bits, in_order
from tests.reproduction.reference import SISTER_LIKE

SUMMED_FIRST = averages("summed first", summed_first=True)


def test_looking_changes_nothing(make_patterns):
    """Outputs, gradient and curvatures leave the parameters alone, and come out alike again."""
    bank = Bank(LENET1)
    planes, labels = make_patterns(LENET1, 3)
    before, untouched = bank.parameters.copy(), planes.copy()
    looks = [
        lambda: bank.outputs(planes),
        lambda: bank.gradient(planes, labels),
        lambda: bank.full_curvature(planes, labels),
        lambda: bank.curvature(planes),
    ]
    first = [look() for look in looks]
    kept = [result.copy() for result in first]
    bank.learn(planes, labels, in_order(3), 0.0)
    again = [look() for look in reversed(looks)]
    for once, twice, copy in zip(first, reversed(again), kept, strict=True):
        assert_same_bits(once, twice)
        assert_same_bits(once, copy)
    assert_same_bits(bank.parameters, before)
    assert_same_bits(planes, untouched)


def test_learning_is_done_only_where_the_rate_is_not_0(make_patterns):
    bank = Bank(LENET1, seeds=range(3))
    planes, labels = make_patterns(LENET1, 2)
    before = bank.parameters.copy()
    rates = np.zeros(before.shape, np.float32)
    place, _ = LENET1.parameters["H3.weights"]
    rates[place, 1] = 0.1
    bank.learn(planes, labels, in_order(2), rates)
    moved = bank.parameters != before
    assert not moved[:, [0, 2]].any()
    assert moved[place, 1].all()
    moved[place, 1] = False
    assert not moved.any()


def test_patterns_are_learned_one_after_the_other_in_the_order_given(make_patterns):
    """Learning 2, 0, 1, 0 at once is learning 2, 0 and then 1, 0; another order ends elsewhere."""
    planes, labels = make_patterns(SMALL, 3)
    orders = {
        "at once": [[2, 0, 1, 0]],
        "in parts": [[2, 0], [], [1, 0]],
        "otherwise": [[0, 1, 0, 2]],
    }
    ends = {}
    for name, parts in orders.items():
        bank = Bank(SMALL)
        for part in parts:
            bank.learn(planes, labels, np.array(part, int), 0.05)
        ends[name] = bank.parameters
    assert_same_bits(ends["at once"], ends["in parts"])
    assert np.abs(ends["at once"] - ends["otherwise"]).max() > 1e-4


def test_a_pattern_gives_the_same_outputs_whatever_came_before_it(make_patterns):
    """Nothing is left of a pattern: no border is overwritten, no unit kept."""
    bank = Bank(SMALL)
    planes, labels = make_patterns(SMALL, 4)
    together = bank.outputs(planes)
    bank.gradient(planes[::-1], labels)
    for n in (2, 0, 3, 1):
        assert_same_bits(bank.outputs(planes[n : n + 1])[0], together[n])
        assert_same_bits(
            bank.gradient(planes[n : n + 1], labels[n : n + 1]),
            Bank(SMALL).gradient(planes[n : n + 1], labels[n : n + 1]),
        )


def test_gradient_and_curvature_are_means_over_the_patterns(make_patterns):
    bank = Bank(LENET1)
    planes, labels = make_patterns(LENET1, 5)
    one_by_one = [slice(n, n + 1) for n in range(5)]
    gradient = np.mean([bank.gradient(planes[n], labels[n]) for n in one_by_one], axis=0)
    curvature = np.mean([bank.curvature(planes[n]) for n in one_by_one], axis=0)
    full = np.mean([bank.full_curvature(planes[n], labels[n]) for n in one_by_one], axis=0)
    for found, wanted in (
        (bank.gradient(planes, labels), gradient),
        (bank.curvature(planes), curvature),
        (bank.full_curvature(planes, labels), full),
    ):
        assert np.abs(found - wanted).max() <= 1e-6 * np.abs(wanted).max()


@pytest.mark.parametrize(
    "architecture", [LENET1, SISTER_LIKE, SMALL, TUTORIAL, SUMMED_FIRST], ids=lambda a: a.name
)
def test_curvature_is_never_negative(architecture, make_patterns):
    bank = Bank(architecture)
    planes, _ = make_patterns(architecture, 4)
    curvature = bank.curvature(planes)
    assert curvature.min() >= 0
    assert np.isfinite(curvature).all()
    bank.parameters[:] *= 1e4  # saturated everywhere
    assert bank.curvature(planes).min() >= 0


def test_there_is_no_gradient_where_the_outputs_are_the_targets(make_patterns):
    layers = (*SMALL.layers[:-1], Connection("output", 10, squashed=False))
    bank = Bank(Architecture("linear", SMALL.plane, layers))
    planes, labels = make_patterns(SMALL, 1)
    bank.weights("output")[...] = 0
    bank.biases("output")[...] = -1
    bank.biases("output")[labels[0]] = 1
    np.testing.assert_array_equal(bank.gradient(planes, labels), 0)


def test_the_output_unit_of_the_class_is_pulled_up_and_the_others_down(make_patterns):
    bank = Bank(LENET1)
    planes, labels = make_patterns(LENET1, 1)
    bank.weights("output")[...] = 0
    bank.biases("output")[...] = 0
    bank.learn(planes, labels, in_order(1), 0.1)
    risen = bank.biases("output") > 0
    assert risen[labels[0]].all()
    assert risen.sum() == 16


def test_learning_lowers_the_energy(make_patterns):
    planes, labels = make_patterns(LENET1, 10)
    bank = Bank(LENET1)
    targets = np.where(np.arange(10) == labels[:, None], 1, -1)[..., None]

    def energy():
        return 0.5 * np.mean(np.sum((bank.outputs(planes) - targets) ** 2, axis=1), axis=0)

    before = energy()
    rates = np.float32(2e-3) / (np.float32(0.05) + bank.curvature(planes))
    for _ in range(20):
        bank.learn(planes, labels, in_order(10), rates)
    assert np.all(energy() < 0.5 * before)


def test_learning_lowers_the_cross_entropy(make_patterns):
    last = Connection("output", 10, squashed=False)
    layers = (*SMALL.layers[:-1], last)
    bank = Bank(Architecture("probable", SMALL.plane, layers, energy=CROSS_ENTROPY))
    planes, labels = make_patterns(SMALL, 10)
    before = cross_entropy(bank.outputs(planes), labels)
    rates = np.float32(2e-3) / (np.float32(0.05) + bank.curvature(planes))
    for _ in range(60):
        bank.learn(planes, labels, in_order(10), rates)
    assert np.all(cross_entropy(bank.outputs(planes), labels) < 0.5 * before)


@pytest.mark.parametrize("architecture", [TUTORIAL, TUTORIAL_CODE], ids=lambda a: a.name)
def test_probabilities_add_up_to_one_and_none_is_zero(architecture, make_patterns):
    planes, _ = make_patterns(architecture, 5)
    outputs = Bank(architecture).outputs(planes).astype(np.float64)
    assert outputs.min() > 0
    assert np.abs(outputs.sum(axis=1) - 1).max() <= 10 * 2.0**-24


def test_the_gradient_by_a_sum_is_its_probability_less_its_target(make_patterns):
    """To the bit, in the biases of the output; their curvature is p (1 - p), in both forms."""
    bank = Bank(TUTORIAL)
    planes, labels = make_patterns(TUTORIAL, 1)
    (p,) = bank.outputs(planes)
    place, _ = TUTORIAL.parameters["output.biases"]
    targets = (np.arange(10) == labels[0]).astype(np.float32)[:, np.newaxis]
    assert_same_bits(bank.gradient(planes, labels)[place], p - targets)
    assert_same_bits(bank.curvature(planes)[place], p * (1 - p))
    assert_same_bits(bank.full_curvature(planes, labels)[place], p * (1 - p))


def test_where_nothing_is_squashed_both_curvatures_are_the_same(make_patterns):
    """There is no f'' then: to the bit."""
    layers = tuple(replace(layer, squashed=False) for layer in SMALL.layers)
    bank = Bank(Architecture("linear", SMALL.plane, layers))
    planes, labels = make_patterns(SMALL, 3)
    assert_same_bits(bank.full_curvature(planes, labels), bank.curvature(planes))


def test_the_full_curvature_depends_on_the_labels_and_can_be_negative(make_patterns):
    bank = Bank(SMALL)
    planes, labels = make_patterns(SMALL, 3)
    full = bank.full_curvature(planes, labels)
    place, _ = SMALL.parameters["H1.weights"]
    assert np.all(full[place] != bank.full_curvature(planes, (labels + 1) % 10)[place])
    assert full.min() < 0


def test_without_biases_the_network_is_odd_to_the_bit(make_patterns):
    """Every sum and f itself only change sign: -plane gives -outputs."""
    bank = Bank(LENET1)
    planes, _ = make_patterns(LENET1, 3)
    for layer in LENET1.layers:
        bank.biases(layer.name)[...] = 0
    np.testing.assert_array_equal(bank.outputs(-planes), -bank.outputs(planes))
