"""The bank: shapes and names, seeds, padding, what is refused, and laws of the networks."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction.evaluation import cross_entropy
from reproduction.network import (
    CROSS_ENTROPY,
    LENET1,
    Architecture,
    Bank,
    Border,
    Connection,
    Convolution,
    Initial,
    Plane,
    Subsampling,
)
from reproduction.network.bank import checked_seeds
from reproduction.network.initial_weights import AS_PRINTED, initial_parameters, uniform
from reproduction.network.kernels.network import present
from reproduction.network.relatives import NET1989, TUTORIAL, TUTORIAL_CODE, averages
from tests.reproduction.reference import SISTER_LIKE

SMALL = Architecture(
    "small",
    Plane(18, 18, 1, 1),
    (
        Convolution("H1", 3, 5, bias="unit", border=Border(1, 1, 0, 0)),
        Subsampling("H2"),
        Convolution("H3", 2, 3, 2, table=((2, 0), (1,)), border=Border(0, 1, 1, 1)),
        Connection("output", 10),
    ),
)


SUMMED_FIRST = averages("summed first", summed_first=True)


def bits(array):
    """Return float32 as their bits, so that equal means the same to the last one."""
    return np.ascontiguousarray(array).view(np.uint32)


def assert_same_bits(found, wanted):
    np.testing.assert_array_equal(bits(found), bits(wanted))


def in_order(count):
    return np.arange(count)


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


def test_the_raw_bits_of_a_seed_are_fixed():
    """Numpy promises the bits of PCG-64 and of its seeding; these are the first of seed 0."""
    raw = np.random.PCG64(0).random_raw(3)
    assert [hex(int(word)) for word in raw] == [
        "0xa30febcfd9c2825f",
        "0x4510bdf882d9d721",
        "0xa7d3da94ecde8b8",
    ]


def test_uniform_numbers_are_the_upper_53_bits():
    raw = [int(word) for word in np.random.PCG64(7).random_raw(1000)]
    wanted = [word // 2**11 / 2**53 for word in raw]
    assert uniform(7, 1000).tolist() == wanted


@pytest.mark.parametrize("architecture", [LENET1, SISTER_LIKE], ids=lambda a: a.name)
def test_initial_parameters_are_drawn_in_order_over_2_4_by_fan_in(architecture):
    """One draw a parameter, weights and biases alike: (2u - 1) 2.4 / F, rounded to float32."""
    count = architecture.counts().parameters
    raw = [int(word) >> 11 for word in np.random.PCG64(5).random_raw(count)]
    wanted = [
        np.float32((2 * upper - 2**53) / 2**53 * (2.4 / int(f)))
        for upper, f in zip(raw, architecture.fan_in, strict=True)
    ]
    assert_same_bits(initial_parameters(architecture, 5), np.array(wanted))
    assert_same_bits(Bank(architecture, seeds=[9, 5]).parameters[:, 1], np.array(wanted))


def test_initial_parameters_are_uniform_in_plus_minus_2_4_by_fan_in():
    """Bounds exactly; mean and variance, r^2 / 3 for a range r, within five standard errors."""
    scaled = np.concatenate(
        [initial_parameters(LENET1, seed) * (LENET1.fan_in / 2.4) for seed in range(16)]
    )
    assert np.abs(scaled).max() <= 1 + 1e-6
    assert np.abs(scaled).max() > 0.999
    assert abs(scaled.mean()) < 5 * np.sqrt(1 / 3 / len(scaled))
    assert abs(scaled.var() - 1 / 3) < 5 * np.sqrt(4 / 45 / len(scaled))


@pytest.mark.parametrize("architecture", [LENET1, NET1989, TUTORIAL_CODE], ids=lambda a: a.name)
@pytest.mark.parametrize(
    ("initial", "largest"),
    [
        (Initial(), lambda f: 2.4 / f),
        (Initial(1.0), lambda f: 1.0 / f),
        (Initial(square_root=True), lambda f: 2.4 / math.sqrt(f)),
        (Initial(bias_counts=False), lambda f: 2.4 / (f - 1)),
        (Initial(3.0, True, False), lambda f: 3.0 / math.sqrt(f - 1)),
    ],
    ids=str,
)
def test_initial_parameters_are_the_same_draws_over_other_ranges(architecture, initial, largest):
    raw = [int(word) >> 11 for word in np.random.PCG64(5).random_raw(len(architecture.fan_in))]
    wanted = [
        np.float32((2 * upper - 2**53) / 2**53 * largest(int(f)))
        for upper, f in zip(raw, architecture.fan_in, strict=True)
    ]
    assert_same_bits(initial_parameters(architecture, 5, initial), np.array(wanted))
    assert_same_bits(Bank(architecture, [9, 5], initial).parameters[:, 1], np.array(wanted))


def test_as_printed_is_what_a_bank_has_by_default():
    assert Initial() == AS_PRINTED
    assert_same_bits(Bank(SMALL).parameters, Bank(SMALL, initial=AS_PRINTED).parameters)


@pytest.mark.parametrize("width", [0, -2.4, math.inf, math.nan])
def test_a_width_that_is_none_is_refused(width):
    with pytest.raises(InputError, match=f"^width is {width:g}; give a number above 0\\.$"):
        Initial(width)


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


def test_different_seeds_make_different_networks():
    parameters = Bank(LENET1).parameters
    assert len({column.tobytes() for column in parameters.T}) == 16


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


# --- laws ------------------------------------------------------------------------------------


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
        bank.learn_running(planes, labels, in_order(6), 0.05, 1e-3, 0.1, h, learning)
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


def test_without_biases_the_network_is_odd_to_the_bit(make_patterns):
    """Every sum and f itself only change sign: -plane gives -outputs."""
    bank = Bank(LENET1)
    planes, _ = make_patterns(LENET1, 3)
    for layer in LENET1.layers:
        bank.biases(layer.name)[...] = 0
    np.testing.assert_array_equal(bank.outputs(-planes), -bank.outputs(planes))


def with_window(plane, *layers):
    """Build a bank whose outputs are the units of the last layer: full connection by identity."""
    below = Architecture("part", plane, (*layers, Connection("y", 1))).shapes[-2]
    window = Connection("window", below.units, squashed=False)
    bank = Bank(Architecture("window", plane, (*layers, window)), seeds=range(3))
    bank.weights("window")[...] = np.eye(below.units)[..., None]
    bank.biases("window")[...] = 0
    return bank, (below.maps, below.height, below.width)


def maps_of(bank, shape, planes):
    return bank.outputs(planes).reshape(len(planes), *shape, -1)


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
