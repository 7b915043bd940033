"""Laws of rejection: nothing beats it, and it does what is said of it."""

import json
from itertools import product
from math import inf
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reproduction import evaluation
from reproduction.evaluation import Rejection, Thresholds, rejection
from tests.reproduction.evaluation.drawn import random_outputs

REJECT = [evaluation.reject_by_difference, evaluation.reject_by_thresholds]

quick = settings(max_examples=200, deadline=None)

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
    with mock.patch.object(rejection, "_DENSE_CELLS", dense_cells):
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
    with mock.patch.object(rejection, "_DENSE_CELLS", dense_cells):
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


def test_errors_stand_by_class_the_surest_first_and_those_without_an_answer_last():
    outputs, labels = random_outputs(networks=1)
    outputs[5:9, 4] = np.nan
    ranked = []
    for number, (row, label) in enumerate(zip(outputs[:, :, 0].astype(float), labels, strict=True)):
        second, first = np.sort(row)[-2:]
        if np.isnan(row).any():
            ranked.append((int(label), np.inf, number))
        elif row.argmax() != label:
            ranked.append((int(label), second - first, number))
    found = evaluation.surest_errors(outputs, labels)
    assert len(found) > 10
    assert found.tolist() == [number for *_, number in sorted(ranked)]
