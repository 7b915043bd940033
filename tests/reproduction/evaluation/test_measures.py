"""Laws of measures: counts that any loop would find, and nothing of how networks stand."""

import json
from itertools import product
from math import log, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproduction import evaluation
from tests.reproduction.evaluation.drawn import random_outputs

REJECT = [evaluation.reject_by_difference, evaluation.reject_by_thresholds]


# --- answers and errors ---------------------------------------------------------------------


def test_a_target_is_one_for_the_digit_and_minus_one_elsewhere():
    wanted = evaluation.targets(np.array([2, 0], dtype=np.uint8))
    assert wanted.dtype == np.float64
    assert wanted.sum(axis=1).tolist() == [-8, -8]
    assert wanted[0, 2] == wanted[1, 0] == 1


@pytest.mark.parametrize("low", [-1.0, 0.0, 0.25])
def test_a_target_elsewhere_may_be_any_number(low):
    wanted = evaluation.targets(np.array([9], dtype=np.uint8), low)
    assert wanted.tolist() == [[low] * 9 + [1]]


@pytest.mark.parametrize("low", [-1.0, 0.0])
def test_targets_are_answered_without_error(low):
    labels = np.arange(10, dtype=np.uint8)
    outputs = evaluation.targets(labels, low)[:, :, None]
    assert evaluation.answers(outputs)[:, 0].tolist() == labels.tolist()
    assert evaluation.errors(outputs, labels).tolist() == [0]
    assert evaluation.mean_squared_error(outputs, labels, low).tolist() == [0]
    assert evaluation.summarize(outputs, labels, low)["mse"]["each"] == [0]


def test_of_equal_outputs_the_lowest_digit_is_the_answer():
    outputs = np.zeros((1, 10, 1), dtype=np.float32)
    outputs[0, [4, 8]] = 1
    assert evaluation.answers(outputs).tolist() == [[4]]


def test_errors_are_those_a_loop_counts():
    outputs, labels = random_outputs()
    for network, count in enumerate(evaluation.errors(outputs, labels)):
        assert count == sum(
            max(range(10), key=lambda i: (row[i], -i)) != label
            for row, label in zip(outputs[:, :, network], labels, strict=True)
        )
    rate = evaluation.error_percent(outputs, labels)
    np.testing.assert_allclose(rate / 100 * len(labels), evaluation.errors(outputs, labels))


def test_the_error_rate_of_a_class_is_that_of_its_digits_alone():
    outputs, labels = random_outputs(n=200)
    found = evaluation.error_percent_by_class(outputs, labels)
    assert found.shape == (3, 10)
    for digit in range(10):
        of_class = labels == digit
        alone = evaluation.error_percent(outputs[of_class], labels[of_class])
        np.testing.assert_allclose(found[:, digit], alone)


def test_a_class_without_digits_has_no_error_rate():
    outputs, labels = random_outputs()
    kept = labels != 4
    found = evaluation.error_percent_by_class(outputs[kept], labels[kept])
    np.testing.assert_array_equal(np.isnan(found).all(axis=0), np.arange(10) == 4)
    assert np.isnan(found).sum() == len(found)


@pytest.mark.parametrize("low", [-1.0, 0.0])
def test_mean_squared_error_is_half_the_mean_over_outputs_and_patterns(low):
    outputs, labels = random_outputs(n=30)
    for network, mse in enumerate(evaluation.mean_squared_error(outputs, labels, low)):
        total = 0.0
        for p, label in enumerate(labels):
            for i in range(10):
                total += 0.5 * ((1.0 if i == label else low) - float(outputs[p, i, network])) ** 2
        assert mse == pytest.approx(total / (30 * 10), rel=1e-13)


def random_probabilities(networks=3):
    """Make outputs above 0 that add up to 1."""
    outputs, labels = random_outputs(networks=networks)
    outputs = np.exp(outputs)
    return outputs / outputs.sum(axis=1, keepdims=True), labels


def test_cross_entropy_is_what_a_loop_adds_up():
    outputs, labels = random_probabilities()
    for network, found in enumerate(evaluation.cross_entropy(outputs, labels)):
        total = -sum(log(outputs[p, label, network]) for p, label in enumerate(labels))
        assert found == pytest.approx(total / 60, rel=1e-13)


def test_cross_entropy_is_nothing_where_all_is_sure_and_log_10_where_nothing_is():
    labels = np.array([3, 8, 3], dtype=np.uint8)
    sure = evaluation.targets(labels, 0.0)[:, :, None]
    assert evaluation.cross_entropy(sure, labels).tolist() == [0]
    unsure = np.full((3, 10, 2), 0.1)
    np.testing.assert_allclose(evaluation.cross_entropy(unsure, labels), [log(10)] * 2)


def test_cross_entropy_sees_only_the_digits_own_probability():
    outputs, labels = random_probabilities(networks=2)
    other = np.roll(outputs, 1, axis=1)
    own = np.arange(60), labels
    other[own] = outputs[own]
    assert (
        evaluation.cross_entropy(other, labels).tolist()
        == evaluation.cross_entropy(outputs, labels).tolist()
    )


@pytest.mark.parametrize("networks", [1, 2, 3, 16])
def test_mean_squared_error_adds_pattern_after_pattern_then_output_after_output(networks):
    outputs, labels = random_outputs(n=1000, networks=networks)
    squares = (outputs.astype(np.float64) - evaluation.targets(labels)[:, :, None]) ** 2
    total = np.zeros(networks)
    for i in range(10):
        by_output = np.zeros(networks)
        for row in squares[:, i]:
            by_output = by_output + row
        total = total + by_output
    expected = total / (2 * 10 * 1000)
    assert evaluation.mean_squared_error(outputs, labels).tobytes() == expected.tobytes()


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray])
def test_a_networks_numbers_depend_neither_on_its_neighbours_nor_on_memory_layout(layout):
    outputs, labels = random_outputs(n=400, networks=5)
    outputs += 2  # above 0, for logarithms
    for number in (evaluation.mean_squared_error, evaluation.errors, evaluation.cross_entropy):
        together = number(outputs, labels)
        for network in range(5):
            alone = layout(outputs[:, :, network : network + 1])
            assert number(alone, labels)[0] == together[network]


def test_confusion_counts_every_pattern_once_and_its_diagonal_the_right_ones():
    outputs, labels = random_outputs()
    table = evaluation.confusion(outputs, labels)
    assert (table.sum(axis=1) == np.bincount(labels, minlength=10)[:, None]).all()
    np.testing.assert_array_equal(len(labels) - np.trace(table), evaluation.errors(outputs, labels))
    answers = evaluation.answers(outputs)
    for shown, answered in product(range(10), repeat=2):
        counted = ((labels == shown)[:, None] & (answers == answered)).sum(axis=0)
        np.testing.assert_array_equal(table[shown, answered], counted)


def test_confusion_leaves_out_patterns_without_an_answer():
    outputs, labels = random_outputs(networks=2)
    whole = evaluation.confusion(outputs, labels)
    outputs[:7, 3, 0] = np.nan
    table = evaluation.confusion(outputs, labels)
    left = evaluation.confusion(outputs[7:, :, :1], labels[7:])
    np.testing.assert_array_equal(table[:, :, :1], left)
    np.testing.assert_array_equal(table[:, :, 1], whole[:, :, 1])


@given(st.lists(st.integers(-1, 9), min_size=1))
def test_the_commonest_answer_is_given_by_most(answers):
    found = evaluation.commonest(np.array(answers))
    most = max(map(answers.count, answers))
    assert found == min(each for each in answers if answers.count(each) == most)


def test_a_committee_is_the_mean_and_does_not_depend_on_the_patterns_beside_it():
    outputs, _ = random_outputs(networks=16)
    together = evaluation.committee(outputs)
    assert together.dtype == np.float64
    assert together.shape == (60, 10, 1)
    np.testing.assert_allclose(together[:, :, 0], outputs.astype(np.float64).mean(axis=2))
    for p in range(60):
        assert evaluation.committee(outputs[p : p + 1]).tobytes() == together[p].tobytes()


@given(st.lists(st.integers(1, 15), max_size=3, unique=True))
def test_a_committee_is_the_same_bits_whether_networks_are_heard_together_or_bank_by_bank(cuts):
    outputs, _ = random_outputs(networks=16)
    outputs[3, 4, 5] = np.nan
    outputs[6, :, :] = np.inf
    heard = evaluation.committee(*np.split(outputs, sorted(cuts), axis=2))
    assert heard.tobytes() == evaluation.committee(outputs).tobytes()


def test_a_committee_of_equal_networks_is_that_network():
    outputs, _ = random_outputs(networks=1)
    np.testing.assert_array_equal(evaluation.committee(np.repeat(outputs, 16, axis=2)), outputs)


@pytest.mark.parametrize(
    ("counts", "network"),
    [([5], 0), ([9, 7], 1), ([7, 7, 7], 1), ([3, 9, 5, 5], 2), ([2, 1, 2], 0)],
)
def test_the_median_network_is_the_lower_median_and_the_earlier_seed(counts, network):
    assert evaluation.median_network(np.array(counts)) == network


def test_a_diverged_network_is_always_wrong_and_never_accepted():
    outputs, labels = random_outputs(networks=2)
    outputs[:, 3, 1] = nan
    assert evaluation.errors(outputs, labels)[1] == len(labels)
    assert np.isnan(evaluation.mean_squared_error(outputs, labels)).tolist() == [False, True]
    assert np.isnan(evaluation.cross_entropy(outputs + 2, labels)).tolist() == [False, True]
    for reject in REJECT:
        diverged = reject(outputs, labels)[1]
        assert (diverged.rejected, diverged.errors) == (len(labels), 0)
        assert not diverged.thresholds.accept(outputs)[:, 1].any()
    curve = evaluation.reject_curve_at(outputs, labels, np.array([0.0, 50.0, 100.0]))
    assert np.isnan(curve).tolist() == [[False, True]] * 3


@pytest.mark.parametrize(
    ("outputs", "labels", "message"),
    [
        (np.zeros((4, 10)), np.zeros(4, int), r"\(patterns, 10, networks\), not \(4, 10\)"),
        (np.zeros((4, 9, 2)), np.zeros(4, int), r"not \(4, 9, 2\)"),
        (np.zeros((0, 10, 2)), np.zeros(0, int), r"not \(0, 10, 2\)"),
        (np.zeros((4, 10, 2)), np.zeros(5, int), r"\(4,\), one for each pattern"),
        (np.zeros((4, 10, 2)), np.zeros(4), "whole numbers"),
        (np.zeros((4, 10, 2)), np.full(4, 10), "from 0 to 9"),
        (np.zeros((4, 10, 2)), np.full(4, -1), "from 0 to 9"),
    ],
)
@pytest.mark.parametrize(
    "function",
    [
        evaluation.errors,
        evaluation.mean_squared_error,
        evaluation.cross_entropy,
        evaluation.confusion,
        *REJECT,
    ],
)
def test_what_does_not_fit_is_named(function, outputs, labels, message):
    with pytest.raises(ValueError, match=message):
        function(outputs, labels)


# --- summaries ------------------------------------------------------------------------------


def test_a_summary_is_plain_and_holds_the_medians_of_each():
    outputs, labels = random_outputs(n=200, networks=4, skill=3)
    summary = evaluation.summarize(outputs, labels)
    rejection = evaluation.rejection_summary(outputs, labels)
    assert json.loads(json.dumps([summary, rejection], allow_nan=False)) == [summary, rejection]
    assert list(summary) == ["patterns", "error_percent", "mse"]
    assert list(rejection) == ["difference", "thresholds"]
    assert summary["patterns"] == 200
    assert summary["error_percent"]["each"] == evaluation.error_percent(outputs, labels).tolist()
    assert summary["mse"]["each"] == evaluation.mean_squared_error(outputs, labels).tolist()
    for values in [summary["error_percent"], summary["mse"], *rejection.values()]:
        assert list(values) == ["median", "min", "max", "each"]
        assert len(values["each"]) == 4
        assert values["median"] == np.median(values["each"])
        assert (values["min"], values["max"]) == (min(values["each"]), max(values["each"]))


def test_a_summary_with_a_diverged_network_is_still_json():
    outputs, labels = random_outputs(networks=2)
    outputs[:, :, 0] = nan
    mse = evaluation.summarize(outputs, labels)["mse"]
    assert mse["each"][0] is None
    assert mse["each"][1] > 0
    assert mse["median"] is mse["min"] is mse["max"] is None
