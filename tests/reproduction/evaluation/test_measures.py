"""Laws of evaluation: counts that any loop would find, and rejection that nothing beats."""

import json
from itertools import product
from math import inf, log, nan
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reproduction import evaluation
from reproduction.evaluation import Rejection, Thresholds

REJECT = [evaluation.reject_by_difference, evaluation.reject_by_thresholds]

quick = settings(max_examples=200, deadline=None)


def random_outputs(seed=0, n=60, networks=3, skill=1.0):
    """Make outputs of networks that lean towards the right digit, more so with more skill."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, n).astype(np.uint8)
    outputs = rng.uniform(-1.7, 0.7, (n, 10, networks))
    outputs[np.arange(n), labels] += rng.uniform(0, skill, (n, networks))
    return outputs.astype(np.float32), labels


# One group of equal patterns: level of the highest and of the second output (in eighths), whether
# the answer is right, and how many such patterns there are. Few levels, hence many ties; more
# right ones than wrong, as one error needs 99 of them.
level = st.integers(-4, 4)
group = st.one_of(
    st.tuples(level, level, st.just(True), st.sampled_from([1, 50, 98, 99, 100])),
    st.tuples(level, level, st.just(False), st.sampled_from([1, 1, 1, 2])),
)
groups = st.lists(group, min_size=1, max_size=14)


def outputs_of(groups):
    """Build one network's outputs and the labels from groups of equal patterns."""
    rows, labels = [], []
    for one, other, right, count in groups:
        row = np.full(10, -1.0)
        row[3], row[7] = max(one, other) / 8, min(one, other) / 8
        rows += [row] * count
        labels += [3 if right else 7] * count
    return np.array(rows, dtype=np.float32)[:, :, None], np.array(labels, dtype=np.uint8)


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


def test_a_committee_is_the_mean_and_does_not_depend_on_the_patterns_beside_it():
    outputs, _ = random_outputs(networks=16)
    together = evaluation.committee(outputs)
    assert together.dtype == np.float64
    assert together.shape == (60, 10, 1)
    np.testing.assert_allclose(together[:, :, 0], outputs.astype(np.float64).mean(axis=2))
    for p in range(60):
        assert evaluation.committee(outputs[p : p + 1]).tobytes() == together[p].tobytes()


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


# --- rejection ------------------------------------------------------------------------------


def best_by_trying_all(outputs, labels, triples):
    """Find the best of the triples by looking at every pattern for each of them."""
    ordered = np.sort(outputs[:, :, 0].astype(np.float64), axis=1)
    top, second = ordered[:, -1], ordered[:, -2]
    bad = outputs[:, :, 0].argmax(axis=1) != labels
    best = None
    for t1, t2, td in triples(top, second):
        accepted = (top > t1) & (second < t2) & (top - second > td)
        errors = int((accepted & bad).sum())
        if 100 * errors <= accepted.sum():
            choice = (int(accepted.sum()), -errors, -t1, t2, -td)
            best = choice if best is None else max(best, choice)
    accepted, errors, t1, t2, td = best
    thresholds = Thresholds(0.0 - t1, t2, 0.0 - td)
    return Rejection(thresholds, len(labels), len(labels) - accepted, -errors)


def differences_only(top, second):
    return ((-inf, inf, td) for td in {-inf, *(top - second).tolist()})


def all_triples(top, second):
    return product({-inf, *top.tolist()}, {inf, *second.tolist()}, {-inf, *(top - second).tolist()})


@given(groups)
@quick
def test_no_threshold_of_the_difference_rejects_fewer(groups):
    outputs, labels = outputs_of(groups)
    (found,) = evaluation.reject_by_difference(outputs, labels)
    assert found == best_by_trying_all(outputs, labels, differences_only)


@given(groups, st.sampled_from([1, 20, 2**15]))
@example([(0, 0, False, 1)], 1)
@settings(quick, max_examples=500)
def test_no_three_thresholds_reject_fewer(groups, dense_cells):
    outputs, labels = outputs_of(groups)
    with mock.patch.object(evaluation, "_DENSE_CELLS", dense_cells):
        (found,) = evaluation.reject_by_thresholds(outputs, labels)
    assert found == best_by_trying_all(outputs, labels, all_triples)


@pytest.mark.parametrize("dense_cells", [50, 2**15])
def test_three_thresholds_are_the_best_difference_on_what_any_other_two_leave(dense_cells):
    outputs, labels = random_outputs(seed=1, n=900, networks=1, skill=8)
    top, second = (column[:, 0] for column in evaluation.top_two(outputs))
    bad = evaluation.wrong(outputs, labels)[:, 0]
    assert 40 < bad.sum() < 120
    most = max(
        left[0].patterns - left[0].rejected
        for t1, t2 in product([-inf, *top[bad]], [inf, *second[bad]])
        if (kept := (top > t1) & (second < t2)).any()
        and (left := evaluation.reject_by_difference(outputs[kept], labels[kept]))
    )
    with mock.patch.object(evaluation, "_DENSE_CELLS", dense_cells):
        (found,) = evaluation.reject_by_thresholds(outputs, labels)
    assert found.patterns - found.rejected == most
    assert found.rejected < evaluation.reject_by_difference(outputs, labels)[0].rejected


@pytest.mark.parametrize("skill", [0, 0.5, 1, 2, 3, 5], ids="skill {}".format)
def test_three_thresholds_never_reject_more_than_the_difference_alone(skill):
    outputs, labels = random_outputs(n=1500, networks=4, skill=skill)
    by_difference = evaluation.reject_by_difference(outputs, labels)
    by_thresholds = evaluation.reject_by_thresholds(outputs, labels)
    for one, three in zip(by_difference, by_thresholds, strict=True):
        assert three.rejected <= one.rejected


@pytest.mark.parametrize("reject", REJECT)
@given(groups)
@quick
def test_thresholds_do_to_their_own_set_what_is_said_of_them(reject, groups):
    outputs, labels = outputs_of(groups)
    (found,) = reject(outputs, labels)
    accepted = found.thresholds.accept(outputs)
    assert found.patterns - found.rejected == accepted.sum()
    assert found.errors == (accepted & evaluation.wrong(outputs, labels)).sum()
    assert 100 * found.errors <= accepted.sum()
    assert found.rejected_percent == 100 * found.rejected / len(labels)


@pytest.mark.parametrize("reject", REJECT)
@given(groups, st.integers(0, 2**32))
@quick
def test_the_order_of_patterns_changes_nothing(reject, groups, seed):
    outputs, labels = outputs_of(groups)
    order = np.random.default_rng(seed).permutation(len(labels))
    assert reject(outputs[order], labels[order]) == reject(outputs, labels)


@pytest.mark.parametrize("reject", REJECT)
def test_each_network_has_thresholds_of_its_own(reject):
    outputs, labels = random_outputs(n=500, networks=4, skill=3)
    together = reject(outputs, labels)
    for network in range(4):
        assert (
            reject(outputs[:, :, network : network + 1], labels) == together[network : network + 1]
        )


@pytest.mark.parametrize("reject", REJECT)
def test_ties_are_never_split(reject):
    """One error among 99 patterns that look alike: all must go; among 100, all may stay."""
    for right, rejected in [(98, 99), (99, 0)]:
        outputs, labels = outputs_of([(4, -4, True, right), (4, -4, False, 1)])
        assert reject(outputs, labels)[0].rejected == rejected


@pytest.mark.parametrize("reject", REJECT)
def test_the_whole_curve_counts_though_it_is_not_monotone(reject):
    """The surest pattern is an error, and 99 right ones further down make up for it."""
    outputs, labels = outputs_of([(8, -8, False, 1), (4, -4, True, 99), (1, 0, False, 7)])
    (found,) = reject(outputs, labels)
    assert (found.rejected, found.errors) == (7, 1)


@pytest.mark.parametrize("reject", REJECT)
def test_where_all_is_right_nothing_is_rejected(reject):
    outputs, labels = outputs_of([(4, -4, True, 10), (0, 0, True, 3)])
    assert reject(outputs, labels) == [Rejection(Thresholds(), 13, 0, 0)]


@pytest.mark.parametrize("reject", REJECT)
def test_where_nothing_can_be_accepted_all_is_rejected(reject):
    outputs, labels = outputs_of([(4, -4, False, 5), (4, -4, True, 3), (0, -4, False, 2)])
    (found,) = reject(outputs, labels)
    assert (found.rejected, found.rejected_percent, found.errors) == (10, 100, 0)
    assert not found.thresholds.accept(outputs).any()


def test_three_thresholds_can_do_what_the_difference_cannot():
    """Errors with a high second output, and errors with a low top, at any difference."""
    outputs, labels = outputs_of([(6, 2, False, 9), (4, 0, True, 200), (2, -2, False, 9)])
    assert evaluation.reject_by_difference(outputs, labels)[0].rejected == 218
    assert evaluation.reject_by_thresholds(outputs, labels) == [
        Rejection(Thresholds(top=0.25, second=0.25), 218, 18, 0)
    ]


def test_outputs_that_differ_in_the_last_bit_do_not_tie():
    outputs, labels = outputs_of([(4, -4, True, 1), (4, -4, False, 1)])
    outputs[0, 7, 0] = np.nextafter(outputs[0, 7, 0], np.float32(-1))
    assert evaluation.reject_by_difference(outputs, labels)[0].rejected == 1


@pytest.mark.parametrize(
    "thresholds",
    [Thresholds(), Thresholds(difference=0.5), Thresholds(0.0, -0.25, 1 / 3)],
    ids=str,
)
def test_thresholds_survive_json(thresholds):
    text = json.dumps(thresholds.to_json(), allow_nan=False)
    assert Thresholds.from_json(json.loads(text)) == thresholds


@given(groups)
@quick
def test_a_curve_starts_with_nothing_rejected_and_holds_the_rejection_by_difference(groups):
    outputs, labels = outputs_of(groups)
    ((rejected, error),) = evaluation.reject_curve(outputs, labels)
    assert rejected[0] == 0
    assert error[0] == pytest.approx(evaluation.error_percent(outputs, labels)[0])
    assert (np.diff(rejected) > 0).all()
    differences = np.subtract(*evaluation.top_two(outputs))
    assert len(rejected) == len(np.unique(differences))
    (found,) = evaluation.reject_by_difference(outputs, labels)
    legal = rejected[error <= 1 + 1e-12]
    assert found.rejected_percent == (legal[0] if len(legal) else 100)


def test_on_a_grid_a_curve_is_a_staircase():
    outputs, labels = outputs_of([(8, 0, True, 50), (4, 0, True, 30), (2, 0, False, 20)])
    ((rejected, error),) = evaluation.reject_curve(outputs, labels)
    assert rejected.tolist() == [0, 20, 50]
    assert error.tolist() == [20, 0, 0]
    grid = np.array([0, 19.9, 20, 49, 100])
    assert evaluation.reject_curve_at(outputs, labels, grid).ravel().tolist() == [20, 20, 0, 0, 0]


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
