"""Laws of the kinds of layers: what a convolution and an average see, and what they do not."""

import numpy as np
import pytest

from reproduction.network import (
    Architecture,
    Bank,
    Border,
    Convolution,
    Plane,
    Subsampling,
)
from reproduction.network.bank import squashed
from tests.reproduction.network.small import SMALL, assert_same_bits, in_order, maps_of, with_window
from tests.reproduction.network.test_lanes import fused

# --- averages --------------------------------------------------------------------------------


def average(**changed):
    """Return SMALL with something about H2 changed."""
    layers = (SMALL.layers[0], Subsampling("H2", **changed), *SMALL.layers[2:])
    return Architecture("average", SMALL.plane, layers)


@pytest.mark.parametrize("mean", [False, True])
def test_averages_that_are_not_learned_are_those_of_weight_1_and_bias_0_for_ever(
    mean, make_patterns
):
    """To the bit, after learning by every rule; there is no parameter of theirs."""
    plain = Bank(average(learned=False, mean=mean), [0])
    assert plain.weights("H2").shape == plain.biases("H2").shape == (0, 1)
    kept = Bank(average(mean=mean), [0])
    fixed = np.zeros(len(kept.parameters), bool)
    for kind, value in (("weights", 1), ("biases", 0)):
        place, _ = kept.architecture.parameters[f"H2.{kind}"]
        fixed[place] = True
        kept.parameters[place] = value
    kept.parameters[~fixed] = plain.parameters
    planes, labels = make_patterns(SMALL, 6)
    for bank, learning in ((plain, True), (kept, ~fixed)):
        h = bank.curvature(planes)
        rates = np.float32(0.01) / (np.float32(0.05) + h)
        rates = rates * np.broadcast_to(learning, len(h))[:, np.newaxis]
        bank.learn(planes, labels, in_order(6), rates)
        by_weight = learning if learning is True else learning[:, np.newaxis]
        bank.learn_running(planes, labels, in_order(6), 0.05, 1e-3, 0.1, h, by_weight)
    assert_same_bits(plain.outputs(planes), kept.outputs(planes))
    assert_same_bits(plain.parameters, kept.parameters[~fixed])
    assert_same_bits(plain.curvature(planes), kept.curvature(planes)[~fixed])
    found, wanted = (bank.full_curvature(planes, labels) for bank in (plain, kept))
    assert_same_bits(found, wanted[~fixed])


def test_the_weight_of_a_mean_is_four_times_that_of_a_sum(make_patterns):
    """To the bit, as 4 is a power of 2; dE/dw is a quarter, and h a sixteenth."""
    of_sums, of_means = Bank(average()), Bank(average(mean=True))
    of_means.weights("H2")[:] *= 4
    planes, labels = make_patterns(SMALL, 3)
    assert_same_bits(of_means.outputs(planes), of_sums.outputs(planes))
    place, _ = SMALL.parameters["H2.weights"]
    for look, share in (
        (lambda bank: bank.gradient(planes, labels), 4),
        (lambda bank: bank.curvature(planes), 16),
        (lambda bank: bank.full_curvature(planes, labels), 16),
    ):
        found, wanted = look(of_means), look(of_sums).copy()
        wanted[place] /= share
        assert_same_bits(found, wanted)


def test_how_inputs_are_counted_matters_only_to_the_curvature_of_averaging_weights(make_patterns):
    four, one = Bank(average()), Bank(average(summed_first=True))
    planes, labels = make_patterns(SMALL, 3)
    assert_same_bits(four.outputs(planes), one.outputs(planes))
    assert_same_bits(four.gradient(planes, labels), one.gradient(planes, labels))
    place, _ = SMALL.parameters["H2.weights"]
    for look in (Bank.curvature, lambda bank, planes: bank.full_curvature(planes, labels)):
        moved = look(four, planes) != look(one, planes)
        assert moved[place].all()
        moved[place] = False
        assert not moved.any()


# --- through a window ------------------------------------------------------------------------


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [3, 4, 5])
def test_shifting_the_image_by_a_stride_shifts_the_first_map_by_a_unit(stride, kernel):
    """To the bit, even where blocks of units meet: all units of a map sum in the same order."""
    side = kernel + 4 * stride if stride > 1 else 18
    while side < 16:
        side += stride
    bank, shape = with_window(Plane(side, side), Convolution("H1", 2, kernel, stride))
    planes = np.random.default_rng(0).uniform(-1, 1, (1, side, side)).astype(np.float32)
    maps = maps_of(bank, shape, planes)
    down = maps_of(bank, shape, np.roll(planes, stride, axis=1))
    right = maps_of(bank, shape, np.roll(planes, stride, axis=2))
    assert_same_bits(down[:, :, 1:], maps[:, :, :-1])
    assert_same_bits(right[:, :, :, 1:], maps[:, :, :, :-1])


def test_a_map_without_ink_is_even():
    """A plane of background and a border of the same give equal units all over a map."""
    layer = Convolution("H1", 2, 5, border=Border(2, 2, 1, 3, value=-1.0))
    bank, shape = with_window(Plane(16, 16), layer)
    (maps,) = maps_of(bank, shape, np.full((1, 16, 16), -1, np.float32))
    assert_same_bits(maps, np.broadcast_to(maps[:, :1, :1], maps.shape))


def test_subsampling_of_an_even_map_is_f_of_four_times_it():
    bank, shape = with_window(Plane(16, 16), Subsampling("H1"))
    level = 0.3
    maps = maps_of(bank, shape, np.full((1, 16, 16), level, np.float32))
    a = 4 * np.float32(level) * bank.weights("H1") + bank.biases("H1")
    wanted = np.broadcast_to(1.7159 * np.tanh(2 / 3 * a), maps[0].shape)
    np.testing.assert_allclose(maps[0], wanted, atol=2e-6)


def test_subsampling_does_not_see_where_in_its_fields_the_ink_is():
    """NIPS 1989, p. 400: what it takes away is the exact place."""
    bank, shape = with_window(Plane(16, 16), Subsampling("H1"))
    planes = np.full((2, 16, 16), -1, np.float32)
    planes[0, ::2, ::2] = 1
    planes[1, 1::2, 1::2] = 1
    maps = maps_of(bank, shape, planes)
    assert_same_bits(maps[0], maps[1])


def test_a_map_reads_only_the_maps_that_the_table_names(make_patterns):
    """Table 1: maps 7 to 12 of H3 read only maps 3 and 4 of H2; the others, only 1 and 2."""
    layers = (Convolution("H1", 2, 5), Convolution("H3", 2, 3, table=((0,), (1,))))
    bank, shape = with_window(Plane(16, 16), *layers)
    planes, _ = make_patterns(bank.architecture, 1)
    before = maps_of(bank, shape, planes)
    bank.weights("H1")[0] += 1
    after = maps_of(bank, shape, planes)
    assert_same_bits(after[:, 1], before[:, 1])
    assert np.all(after[:, 0] != before[:, 0])


@pytest.mark.parametrize(
    ("kernel", "stride"),
    [
        (1, 1),
        (3, 1),
        (5, 1),
        (7, 1),
        (10, 1),
        (13, 1),
        (5, 2),
        (1, 2),
        (3, 2),
        (7, 2),
        (10, 2),
        (5, 3),
        (6, 3),
    ],
)
@pytest.mark.parametrize("bias", ["map", "unit"])
def test_a_units_terms_are_added_to_its_bias_in_the_order_of_the_table_and_the_taps(
    kernel, stride, bias, make_patterns
):
    """To the bit, and so whatever the compiler makes of blocks, remainders and registers."""
    below = Convolution("A", 3, 2, border=Border(0, 1, 1, 0))
    margin = -(16 - kernel) % stride + 6 * stride  # more rows than are summed together
    above = Convolution(
        "B",
        2,
        kernel,
        stride,
        ((0, 2), (1,)),
        border=Border(right=margin, bottom=margin),
        bias=bias,
    )
    plane = Plane(16, 16)
    bank, (maps, height, width) = with_window(plane, below, above)
    part, shape = with_window(plane, below)
    part.weights("A")[...], part.biases("A")[...] = bank.weights("A"), bank.biases("A")
    planes, _ = make_patterns(bank.architecture, 1)
    x = np.pad(
        maps_of(part, shape, planes)[0],
        ((0, 0), (0, margin), (0, margin), (0, 0)),
        constant_values=-1,
    )
    for m, pairs in enumerate([[(0, 0), (2, 1)], [(1, 2)]]):
        biases = bank.biases("B")[m]
        sums = np.broadcast_to(biases, (height, width, len(bank.seeds)))
        for map_below, pair in pairs:
            for i, j in np.ndindex(kernel, kernel):
                seen = x[map_below, i:, j:][: stride * height : stride, : stride * width : stride]
                sums = fused(bank.weights("B")[pair, i, j], seen, sums)
        for lane in range(len(bank.seeds)):
            wanted = squashed(sums[..., lane].ravel()).reshape(height, width)
            assert_same_bits(maps_of(bank, (maps, height, width), planes)[0, m, ..., lane], wanted)
