"""Laws of the account of errors: what plain loops over made digits find as well."""

from math import comb, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.evaluation import account
from reproduction.evaluation.account import Neighbours

quick = settings(max_examples=60, deadline=None)


@st.composite
def digits(draw, least=1, most=12):
    """Make digits of few gray levels, hence many that are alike, with boxes of all sizes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, classes = draw(st.integers(least, most)), draw(st.integers(1, 10))
    images = np.full((count, 16, 16), -1, np.float32)
    for image in images:
        top, bottom = sorted(rng.integers(0, 17, 2))
        left, right = sorted(rng.integers(0, 17, 2))
        shape = bottom - top, right - left
        image[top:bottom, left:right] = rng.choice([-1, -0.5, 0.25, 1], shape)
    copied = rng.integers(0, count, count)  # some stand there twice
    labels = rng.integers(0, classes, count).astype(np.uint8)
    return Digits(images[copied], labels, np.full(count, "handwritten"))


@st.composite
def answered(draw):
    """Make outputs of three networks, labels and neighbours that mostly agree."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k = draw(st.integers(1, 30)), draw(st.integers(1, 3))
    labels, real = (rng.integers(0, 10, n).astype(np.uint8) for _ in range(2))
    labels = np.where(rng.uniform(size=n) < 0.6, real, labels)
    outputs = rng.uniform(-1, 1, (n, 10, 3)).astype(np.float32)
    outputs[np.arange(n), real] += rng.choice([0, 1, 3], (n, 3))
    outputs[rng.uniform(size=n) < 0.05, 4, 1] = nan
    near = np.where(rng.uniform(size=(n, k)) < 0.8, real[:, None], 7)
    distances = np.sort(rng.integers(0, 9, (n, k)) / 4, axis=1)
    return outputs, labels, Neighbours(np.zeros((n, k), int), near.astype(np.uint8), distances)


# --- nearest digits -------------------------------------------------------------------------


@quick
@given(digits(), digits(), st.data())
def test_the_nearest_digits_are_those_that_a_loop_finds(learned, tried, data):
    k = data.draw(st.integers(1, len(learned)))
    found = account.nearest(learned, tried, k)
    for number, image in enumerate(tried.images.astype(float)):
        squares = [np.sum((other - image) ** 2) for other in learned.images.astype(float)]
        order = sorted(range(len(learned)), key=lambda at: (squares[at], at))[:k]
        assert found.which[number].tolist() == order  # sums of such levels are exact
        assert found.labels[number].tolist() == learned.labels[order].tolist()
        np.testing.assert_allclose(found.distances[number] ** 2, np.array(squares)[order])


def test_many_digits_are_put_beside_others_part_by_part(monkeypatch):
    rng = np.random.default_rng(3)
    images = rng.integers(-4, 5, (40, 16, 16)).astype(np.float32) / 4
    some = Digits(images, np.arange(40).astype(np.uint8) % 10, np.full(40, "handwritten"))
    whole = account.nearest(some, some, 3)
    assert whole.which[:, 0].tolist() == list(range(40))  # each is nearest to itself
    monkeypatch.setattr(account, "AT_ONCE", 7)
    parts = account.nearest(some, some, 3)
    for one, other in zip(vars(whole).values(), vars(parts).values(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("gray", [(-1, 1), (-1, -1), (0.5, 1)])
def test_a_distance_is_measured_in_gray_levels(gray):
    """Of 255 pixels; one is paper in both."""
    images = np.full((2, 1, 16, 16), -1, np.float32)
    for image, level in zip(images, gray, strict=True):
        image.reshape(-1)[1:] = level
    pair = [Digits(image, np.zeros(1, np.uint8), np.array(["made"])) for image in images]
    apart = (gray[1] - gray[0]) * np.sqrt(255)
    np.testing.assert_allclose(account.nearest(*pair).distances, [[apart]], rtol=1e-6)


@pytest.mark.parametrize("k", [0, 4])
def test_more_neighbours_than_digits_cannot_be_found(k):
    some = Digits(np.zeros((3, 16, 16), np.float32), np.zeros(3, np.uint8), np.full(3, "made"))
    with pytest.raises(ValueError, match=f"{k} nearest of 3"):
        account.nearest(some, some, k)


def test_the_nearest_misreads_what_lies_nearer_to_another_class():
    grays = np.array([-1, 0, 1, -0.9, 0.6], np.float32)
    images = np.broadcast_to(grays[:, np.newaxis, np.newaxis], (5, 16, 16))
    some = Digits(images, np.array([1, 2, 3, 1, 2]), np.full(5, "made"))
    learned, tried = some.select(slice(3)), some.select(slice(3, 5))
    assert account.misread_by_nearest(learned, tried).tolist() == [False, True]


# --- labels ---------------------------------------------------------------------------------


@quick
@given(answered())
def test_a_suspect_is_what_everybody_puts_into_one_other_class(made):
    outputs, labels, near = made
    suspects = account.wrong_label_suspects(outputs, labels, near)
    for number, label in enumerate(labels):
        voices = set(near.labels[number].tolist())
        for network in np.moveaxis(outputs[number], 1, 0):
            top = network.max()  # NaN where one output is NaN
            voices |= {int(np.flatnonzero(network == top)[0])} if top == top else {None}
        assert suspects[number] == (len(voices) == 1 and voices != {label} and None not in voices)


@quick
@given(answered())
def test_the_committee_and_every_network_miss_a_suspect(made):
    outputs, labels, near = made
    suspects = account.wrong_label_suspects(outputs, labels, near)
    together = evaluation.committee(outputs)
    agreed = account.unanimous(outputs, near)
    assert evaluation.wrong(outputs, labels)[suspects].all()
    assert (evaluation.answers(together)[suspects, 0] == agreed[suspects]).all()


# --- fragments ------------------------------------------------------------------------------


@quick
@given(digits())
def test_sizes_are_those_of_the_pixels_with_ink(some):
    for image, (ink, width, height) in zip(some.images, account.sizes(some), strict=True):
        rows, columns = np.nonzero(image > -1)
        assert ink == sum((1 + float(gray)) / 2 for gray in image.ravel())
        assert width == (max(columns) - min(columns) + 1 if len(columns) else 0)
        assert height == (max(rows) - min(rows) + 1 if len(rows) else 0)


@quick
@given(digits(least=20, most=80), st.sampled_from([0.0, 0.05, 0.2, 0.5]))
def test_of_each_class_no_more_than_the_rare_share_is_small_by_each_measure(some, rare):
    found = account.fragments(some, some, rare)
    for digit in range(10):
        own = some.labels == digit
        assert found[own].sum() <= 3 * rare * own.sum() + 1e-9


@quick
@given(digits(least=20, most=80), st.data())
def test_a_fragment_is_smaller_than_all_but_a_rare_share_of_its_class(learned, data):
    there = st.sampled_from(sorted(set(learned.labels.tolist())))
    tried = data.draw(digits())
    labels = [data.draw(there) for _ in range(len(tried))]
    tried = Digits(tried.images, np.array(labels, np.uint8), tried.origin)
    found = account.fragments(learned, tried, 0.1)
    usual = account.sizes(learned)
    for number, mine in enumerate(account.sizes(tried)):
        own = usual[learned.labels == tried.labels[number]]
        allowed = int(0.1 * (len(own) - 1))  # so many stand below the quantile
        small = [np.sum(own[:, axis] <= mine[axis]) <= allowed for axis in range(3)]
        assert found[number] == any(small)


def test_a_class_without_digits_to_compare_with_is_refused():
    images = np.zeros((2, 16, 16), np.float32)
    some = Digits(images, np.array([3, 4], np.uint8), np.full(2, "made"))
    with pytest.raises(ValueError, match="class 4"):
        account.fragments(some.select(np.array([0])), some)


# --- atypical digits ------------------------------------------------------------------------


@quick
@given(answered(), st.integers(1, 12))
def test_atypical_digits_are_read_by_all_and_none_that_is_left_out_is_farther(made, most):
    outputs, labels, near = made
    shown = account.atypical(outputs, labels, near, most)
    read = ~evaluation.wrong(outputs, labels).any(axis=1)
    distances = near.distances[:, 0]
    assert read[shown].all()
    assert len(shown) == min(most, read.sum()) == len(set(shown.tolist()))
    assert (np.diff(distances[shown]) <= 0).all()
    others = np.setdiff1d(np.flatnonzero(read), shown)
    assert not len(others) or distances[others].max() <= distances[shown].min()


# --- counts that chance would not give ------------------------------------------------------


@quick
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_an_overlap_is_as_likely_as_counting_draws_says(pairs):
    kind, missed = np.array(pairs).T
    found = account.overlap(kind, missed)
    n, k, m = len(kind), int(kind.sum()), int(missed.sum())
    assert found.both == sum(a and b for a, b in pairs)
    assert found.expected == pytest.approx(k * m / n)
    ways = [comb(k, both) * comb(n - k, m - both) for both in range(found.both, min(k, m) + 1)]
    assert found.p == pytest.approx(sum(ways) / comb(n, m), abs=1e-12)


@quick
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40))
def test_every_miss_is_of_one_class(pairs):
    labels, missed = (np.array(each) for each in zip(*pairs, strict=True))
    found = account.by_class(labels, missed)
    assert [each.both for each in found] == [pairs.count((digit, True)) for digit in range(10)]
    assert sum(each.expected for each in found) == pytest.approx(missed.sum())


@quick
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=20))
def test_two_kinds_that_share_no_pattern_make_up_all_errors(rows):
    kind, *misread = np.array([*rows, (True, True, True)]).T
    misread = np.stack(misread, axis=1)
    own, others = (account.share_of_errors(each, misread) for each in (kind, ~kind))
    counted = [sum(a and b[n] for a, *b in rows) + 1 for n in (0, 1)]
    assert own == pytest.approx(100 * np.array(counted) / [sum(each) for each in misread.T])
    assert own + others == pytest.approx([100, 100])
