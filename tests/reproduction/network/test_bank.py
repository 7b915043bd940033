"""The bank: shapes and names, seeds, padding, what is refused and what is taken."""

import re

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction.network import (
    LENET1,
    Bank,
)
from reproduction.network.bank import checked_seeds
from reproduction.network.kernels.network import present
from reproduction.network.relatives import TUTORIAL, TUTORIAL_CODE
from tests.reproduction.network.small import SMALL, assert_same_bits, in_order
from tests.reproduction.reference import SISTER_LIKE

# --- shapes, names and views -----------------------------------------------------------------


@pytest.mark.parametrize("networks", [1, 3, 16])
def test_results_have_a_lane_a_seed(networks, make_patterns):
    bank = Bank(SMALL, seeds=range(networks))
    planes, labels = make_patterns(SMALL, 4)
    count = SMALL.counts().parameters
    assert bank.outputs(planes).shape == (4, 10, networks)
    curvatures = [bank.curvature(planes), bank.full_curvature(planes, labels)]
    for result in [bank.parameters, bank.gradient(planes, labels), *curvatures]:
        assert result.shape == (count, networks)
        assert result.dtype == np.float32


def test_weights_and_biases_have_their_layers_shapes():
    bank = Bank(LENET1, seeds=range(5))
    assert bank.weights("H1").shape == (4, 5, 5, 5)
    assert bank.weights("H2").shape == (4, 5)
    assert bank.weights("H3").shape == (20, 5, 5, 5)
    assert bank.biases("H3").shape == (12, 5)
    assert bank.weights("output").shape == (10, 192, 5)
    assert Bank(SISTER_LIKE, seeds=[0]).biases("H2").shape == (12, 4, 4, 1)


@pytest.mark.parametrize("networks", [3, 16])
def test_named_parameters_are_views_of_the_parameters(networks):
    bank = Bank(LENET1, seeds=range(networks))
    end = 0
    for layer in LENET1.layers:
        for view in (bank.weights(layer.name), bank.biases(layer.name)):
            count = view[..., 0].size
            assert np.shares_memory(view, bank.parameters)
            assert_same_bits(view.reshape(count, networks), bank.parameters[end : end + count])
            end += count
    assert end == len(bank.parameters)


@pytest.mark.parametrize("networks", [3, 16])
def test_what_is_written_to_a_view_is_what_the_networks_use(networks, make_patterns):
    bank = Bank(LENET1, seeds=range(networks))
    planes, _ = make_patterns(LENET1, 2)
    bank.weights("output")[...] = 0
    bank.biases("output")[...] = np.arange(networks)
    outputs = bank.outputs(planes)
    wanted = np.broadcast_to(1.7159 * np.tanh(2 / 3 * np.arange(networks)), outputs.shape)
    np.testing.assert_allclose(outputs, wanted, atol=2e-6)


def test_a_kernel_belongs_to_the_pair_of_maps_that_the_table_names_at_its_place():
    """H3's second kernel joins map 0 with map 0 below; in SMALL's table, (2, 0) comes first."""
    bank = Bank(SMALL, seeds=[0])
    bank.parameters[:] = 0
    bank.weights("output")[...] = 1
    bank.weights("H3")[1] = 1  # from map 0 of H2 to map 0 of H3
    planes = SMALL.planes(np.zeros((1, 16, 16)))
    still = bank.outputs(planes).copy()
    for m, moves in [(0, True), (1, False), (2, False)]:
        bank.biases("H2")[:] = 0
        bank.biases("H2")[m] = 0.3
        assert np.any(bank.outputs(planes) != still) == moves


# --- seeds -----------------------------------------------------------------------------------


def trained(seeds, make_patterns, architecture=LENET1):
    """Train a bank in every way that there is; return all that it tells."""
    bank = Bank(architecture, seeds)
    planes, labels = make_patterns(architecture, 6)
    h = bank.curvature(planes[:3])
    rates = np.float32(0.01) / (np.float32(0.05) + h)
    bank.learn(planes, labels, in_order(6), rates)
    after = bank.learn_running(planes, labels, np.array([5, 4, 3, 2, 1, 0]), 0.05, 1e-3, 0.1, h)
    return {
        "parameters": bank.parameters,
        "outputs": bank.outputs(planes),
        "gradient": bank.gradient(planes, labels),
        "curvature": bank.curvature(planes),
        "full curvature": bank.full_curvature(planes, labels),
        "first curvature": h,
        "running curvature": after,
    }


@pytest.mark.parametrize(
    "seeds",
    [
        [15, 3, 0, 7, 9, 1, 12, 2, 14, 4, 13, 5, 11, 6, 10, 8],
        [3],
        [12, 3, 5],
        [5, 100, 2**40, 12],
        range(1, 16),
    ],
    ids=["permuted", "one", "three", "among others", "fifteen"],
)
@pytest.mark.parametrize("architecture", [LENET1, TUTORIAL], ids=lambda a: a.name)
def test_a_seeds_bits_depend_neither_on_its_lane_nor_on_its_bank(
    architecture, seeds, make_patterns
):
    whole = trained(range(16), make_patterns, architecture)
    part = trained(seeds, make_patterns, architecture)
    for lane, seed in enumerate(seeds):
        if seed < 16:
            for name in whole:
                assert_same_bits(part[name][..., lane], whole[name][..., seed])


@pytest.mark.parametrize("networks", [1, 2, 15])
def test_padding_never_shows(networks, make_patterns):
    """With fewer seeds than lanes, nothing that comes out has a lane more, or a trace of it."""
    results = trained(range(networks), make_patterns, SMALL)
    for result in results.values():
        assert result.shape[-1] == networks
        assert np.isfinite(result).all()


def test_seeds_are_kept_in_their_order():
    assert Bank(SMALL, seeds=iter([4, 2, 9])).seeds == (4, 2, 9)
    assert Bank(SMALL).seeds == tuple(range(16))
    assert Bank(SMALL, seeds=np.arange(2)).seeds == (0, 1)


@pytest.mark.parametrize(
    ("seeds", "message"),
    [
        ([], "There are no seeds; give at least one, as range(16)."),
        (range(17), "A bank holds 16 networks, not 17; make several banks."),
        ([1, 2, 1], "Seed 1 is given twice; give each seed once."),
        ([0, -3], "Seed -3 is negative; seeds are integers from 0."),
    ],
)
def test_seeds_that_make_no_bank_are_refused(seeds, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        Bank(SMALL, seeds)


def test_more_seeds_than_a_bank_holds_are_good_seeds():
    assert checked_seeds(range(40)) == tuple(range(40))


# --- what is refused -------------------------------------------------------------------------


@pytest.fixture
def bank():
    return Bank(SMALL, seeds=range(2))


@pytest.mark.parametrize("shape", [(18, 18), (2, 16, 16), (2, 18, 17), (0, 18, 18), (1, 2, 18, 18)])
def test_planes_of_another_shape_are_refused(bank, shape):
    message = re.escape(f"The planes have shape {shape}, but small reads (n, 18, 18), n from 1")
    planes, labels = np.zeros(shape, np.float32), np.zeros(len(np.zeros(shape)), int)
    before = bank.parameters.copy()
    nothing = np.zeros(0, int)
    average = bank.parameters * 0
    for use in (
        lambda: bank.outputs(planes),
        lambda: bank.gradient(planes, labels),
        lambda: bank.curvature(planes),
        lambda: bank.full_curvature(planes, labels),
        lambda: bank.learn(planes, labels, nothing, 0.1),
        lambda: bank.learn_running(planes, labels, nothing, 0.1, 0.1, 0.1, average),
    ):
        with pytest.raises(InputError, match=message):
            use()
    assert_same_bits(bank.parameters, before)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 10], "The labels run from 0 to 10, but small has classes 0 to 9."),
        ([-1, 3], "The labels run from -1 to 3, but small has classes 0 to 9."),
        ([0.0, 1.0], "The labels are float64 of shape (2,); give 2 integers, one a pattern."),
        ([1], "The labels are int64 of shape (1,); give 2 integers, one a pattern."),
        ([[1, 2]], "The labels are int64 of shape (1, 2); give 2 integers, one a pattern."),
        ([True, False], "The labels are bool of shape (2,); give 2 integers, one a pattern."),
    ],
)
def test_labels_that_are_no_classes_are_refused(bank, labels, message, make_patterns):
    planes, _ = make_patterns(SMALL, 2)
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        bank.gradient(planes, np.array(labels))
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        bank.full_curvature(planes, np.array(labels))
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        bank.learn(planes, np.array(labels), in_order(2), 0.1)


@pytest.mark.parametrize("order", [[0, 2], [-1], [[0, 1]], 1, [0.5, 1.5], [True, False]])
def test_an_order_that_names_no_patterns_is_refused(bank, order, make_patterns):
    planes, labels = make_patterns(SMALL, 2)
    before = bank.parameters.copy()
    with pytest.raises(InputError, match="list of pattern numbers from 0 to 1"):
        bank.learn(planes, labels, np.array(order), 0.1)
    assert_same_bits(bank.parameters, before)


@pytest.mark.parametrize("kind", ["weights", "biases"])
def test_a_layer_that_is_not_there_is_refused_with_those_that_are(bank, kind):
    with pytest.raises(InputError, match=rf"^small has no H9\.{kind}; it has H1\.weights, H1\.b"):
        getattr(bank, kind)("H9")


# --- what is taken ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["read-only", "strided", "Fortran", "float64", "list"])
def test_planes_may_lie_in_memory_as_they_like(bank, kind, make_patterns):
    planes, labels = make_patterns(SMALL, 3)
    outputs, gradient = bank.outputs(planes), bank.gradient(planes, labels)
    curvature = bank.curvature(planes)
    if kind == "read-only":
        other = planes.copy()
        other.flags.writeable = False
    elif kind == "strided":
        other = np.repeat(np.repeat(planes, 2, axis=0), 3, axis=2)[::2, :, ::3]
        assert not other.flags.c_contiguous
    else:
        other = {
            "Fortran": np.asfortranarray,
            "float64": lambda p: p.astype(np.float64),
            "list": lambda p: p.tolist(),
        }[kind](planes)
    assert_same_bits(bank.outputs(other), outputs)
    assert_same_bits(bank.gradient(other, labels), gradient)
    assert_same_bits(bank.curvature(other), curvature)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.uint64, np.int64])
def test_labels_may_be_any_integers(bank, dtype, make_patterns):
    planes, labels = make_patterns(SMALL, 3)
    wanted = bank.gradient(planes, labels)
    assert_same_bits(bank.gradient(planes, labels.astype(dtype)), wanted)


@pytest.mark.parametrize(
    "order", [np.array([2, 1, 0], np.int32), np.array([2, 1, 0], np.uint8), [2, 1, 0], (2, 1, 0)]
)
def test_an_order_may_be_any_integers(order, make_patterns):
    planes, labels = make_patterns(SMALL, 3)
    banks = [Bank(SMALL), Bank(SMALL)]
    banks[0].learn(planes, labels, np.array([2, 1, 0]), 0.01)
    banks[1].learn(planes, labels, order, 0.01)
    assert_same_bits(banks[0].parameters, banks[1].parameters)


def test_one_compilation_serves_whatever_is_given(bank, make_patterns):
    """Compiling takes seconds: no kind of array may call for a second time of it."""
    planes, labels = make_patterns(SMALL, 4)
    order = np.arange(8)
    fixed = order[:4].copy()
    fixed.flags.writeable = False
    for given in (order[:4], order[3::-1], order[::2][:2], fixed):
        bank.learn(planes, labels, given, 0.01)
        bank.learn(planes[::-1], labels[::-1].astype(np.uint8), given, 0.01)
        bank.learn_running(planes, labels, given, 1, np.float64(0.1), 0.1, bank.parameters * 0)
    bank.outputs(planes[::2])
    bank.full_curvature(planes[::2], labels[::2])
    Bank(TUTORIAL_CODE, [0]).outputs(TUTORIAL_CODE.planes(np.zeros((1, 16, 16))))
    assert len(present.signatures) == 1


def test_one_rate_is_the_same_rate_for_every_weight(make_patterns):
    planes, labels = make_patterns(SMALL, 3)
    banks = [Bank(SMALL), Bank(SMALL)]
    banks[0].learn(planes, labels, in_order(3), 0.01)
    banks[1].learn(planes, labels, in_order(3), np.full(banks[1].parameters.shape, 0.01))
    assert_same_bits(banks[0].parameters, banks[1].parameters)
