"""A reading counts what a plain loop over digits and networks counts."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.evaluation import Reading
from tests.reproduction.evaluation.drawn import random_outputs

quick = settings(max_examples=40, deadline=None)


def made(seed=0, n=60, networks=4, skill=3.0):
    outputs, labels = random_outputs(seed, n, networks, skill)
    images = np.full((n, 16, 16), -1, np.float32)
    images[:, 0, 0] = np.linspace(-1, 1, n)  # by which each is known
    return Reading(Digits(images, labels, np.full(n, "handwritten")), outputs)


readings = st.builds(
    made, st.integers(0, 999), st.integers(1, 40), st.integers(1, 5), st.floats(0, 4)
)


@quick
@given(readings)
def test_who_misreads_what_is_counted_one_by_one(read):
    missed = []
    for label, output in zip(read.digits.labels, read.outputs, strict=True):
        said = [int(np.argmax(each)) for each in output.T]
        missed.append([answer != label for answer in said])
    assert read.errors.tolist() == [sum(each) for each in zip(*missed, strict=True)]
    assert read.missed.tolist() == [sum(each) for each in missed]
    assert read.by_any.tolist() == [any(each) for each in missed]
    assert read.by_all.tolist() == [all(each) for each in missed]
    assert read.by_most.tolist() == [sum(each) / read.networks > 0.5 for each in missed]
    assert (len(read), read.networks) == (len(missed), len(missed[0]))


@quick
@given(readings, st.data())
def test_of_some_digits_it_is_what_it_was(read, data):
    which = np.array(data.draw(st.permutations(range(len(read)))))[: 1 + len(read) // 2]
    some = read.select(which)
    np.testing.assert_array_equal(some.digits.images, read.digits.images[which])
    np.testing.assert_array_equal(some.wrong, read.wrong[which])


@quick
@given(readings)
def test_in_the_order_of_classes_equal_ones_keep_theirs(read):
    found = read.by_class()
    order = sorted(range(len(read)), key=lambda at: (read.digits.labels[at], at))
    np.testing.assert_array_equal(found.digits.images, read.digits.images[order])
    np.testing.assert_array_equal(found.outputs, read.outputs[order])


@quick
@given(readings)
def test_a_committee_is_one_network_that_says_the_mean(read):
    together = read.committee()
    assert together.networks == 1
    wanted = evaluation.wrong(read.outputs.mean(axis=2, keepdims=True), read.digits.labels)
    np.testing.assert_array_equal(together.wrong, wanted)


@quick
@given(readings)
def test_the_commonest_error_is_that_counted_most_often(read):
    taken_for = Counter(
        (label, int(answer))
        for label, answers in zip(read.digits.labels.tolist(), read.answers, strict=True)
        for answer in answers
        if answer != label
    )
    if not taken_for:
        with pytest.raises(ValueError, match="no digit is taken for another"):
            read.commonest_error()
    else:
        assert read.commonest_error() == min(taken_for, key=lambda pair: (-taken_for[pair], pair))


def test_counts_that_are_drawn_digit_by_digit_deviate_as_foretold():
    read = made(n=200, networks=8, skill=2.0)
    share = read.errors.mean() / len(read)
    drawn = np.random.default_rng(1).random((4000, len(read))) < share
    assert drawn.sum(axis=1).std() == pytest.approx(read.deviation_by_draw, rel=0.05)
