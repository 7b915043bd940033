"""Forward, gradient, curvature and learning agree with answers that do not come from the engine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d

from reproduction.network import (
    ARCHITECTURES,
    CROSS_ENTROPY,
    LENET1,
    SQUARES,
    Architecture,
    Bank,
    Border,
    Connection,
    Convolution,
    Plane,
    Squashing,
    Subsampling,
)
from reproduction.network.relatives import NET1989, TUTORIAL, TUTORIAL_CODE, averages
from tests.reproduction.network.drawn import DRAWN, architectures
from tests.reproduction.network.small import with_window
from tests.reproduction.reference import SISTER_LIKE, Reference

LANES = (0, 6, 15)
FIRST_ORDER = 1e-5  # largest difference of units and gradients, over a layer's largest value
SECOND_ORDER = 1e-4  # the same for curvature
SUMMED_FIRST = averages("summed first", summed_first=True, mean=True)
NETWORKS = [*ARCHITECTURES.values(), SISTER_LIKE, SUMMED_FIRST]
LEARNERS = pytest.mark.parametrize(  # eta moves weights by much more than their last bit
    ("architecture", "eta"),
    [
        pytest.param(LENET1, 2e-3, id="LENET1"),
        pytest.param(SISTER_LIKE, 2e-3, id="sister-like"),
        pytest.param(NET1989, 2e-3, id="NET1989"),
        pytest.param(TUTORIAL, 0.02, id="TUTORIAL"),
        pytest.param(TUTORIAL_CODE, 0.02, id="TUTORIAL-CODE"),
    ],
)

# --- how far two results are apart -----------------------------------------------------------


def layer_slices(architecture):
    """Return where each layer's weights and biases together lie among the parameters, if any."""
    return {
        layer.name: slice(
            architecture.parameters[f"{layer.name}.weights"][0].start,
            architecture.parameters[f"{layer.name}.biases"][0].stop,
        )
        for layer, shape in zip(architecture.layers, architecture.shapes, strict=True)
        if shape.parameters
    }


def assert_layers_agree(architecture, found, wanted, tolerance, scale=None):
    """Compare layer by layer: the largest difference over the layer's largest value."""
    scale = wanted if scale is None else scale
    for name, place in layer_slices(architecture).items():
        difference = np.abs(found[place] - wanted[place]).max()
        assert difference <= tolerance * np.abs(scale[place]).max(), name


def float64_parameters(bank, lane):
    return bank.parameters[:, lane].astype(np.float64)


def assert_agrees_with_the_reference(architecture, planes, labels):
    """Check the outputs, the gradient and both curvatures of some of a bank's networks.

    Where the two terms of the full curvature cancel, the Gauss-Newton term is the scale.
    """
    bank, reference = Bank(architecture), Reference(architecture)
    patterns = list(zip(planes, labels, strict=True))
    outputs, gradient, curvature, full = [], [], [], []
    for lane in LANES:
        w = float64_parameters(bank, lane)
        outputs.append([reference.outputs(w, plane) for plane in planes])
        gradient.append(np.mean([reference.gradient(w, *pattern) for pattern in patterns], axis=0))
        curvature.append(np.mean([reference.curvature(w, plane) for plane in planes], axis=0))
        full.append(np.mean([reference.curvature(w, *pattern) for pattern in patterns], axis=0))
    found, wanted = bank.outputs(planes)[..., LANES], np.moveaxis(outputs, 0, -1)
    assert np.abs(found - wanted).max() <= FIRST_ORDER * np.abs(wanted).max()
    found = bank.gradient(planes, labels)[:, LANES]
    assert_layers_agree(architecture, found, np.transpose(gradient), FIRST_ORDER)
    found = bank.curvature(planes)[:, LANES]
    assert_layers_agree(architecture, found, np.transpose(curvature), SECOND_ORDER)
    found, scale = (
        bank.full_curvature(planes, labels)[:, LANES],
        np.maximum(np.abs(full), curvature),
    )
    assert_layers_agree(architecture, found, np.transpose(full), SECOND_ORDER, np.transpose(scale))


# --- the float64 reference -------------------------------------------------------------------


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.name)
def test_the_reference_has_the_counted_connections_and_parameters(architecture):
    reference = Reference(architecture)
    counts = architecture.counts(plane_and_bias_unit=False)
    assert sum(len(layer.unit) for layer in reference.layers) == counts.connections
    assert sum(layer.units for layer in reference.layers) + 256 == counts.units
    assert reference.parameters == counts.parameters


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.name)
def test_networks_with_a_name_agree_with_the_reference(architecture, make_patterns):
    assert_agrees_with_the_reference(architecture, *make_patterns(architecture, 4))


@DRAWN
@given(architecture=architectures(), seed=st.integers(0, 99))
def test_any_network_agrees_with_the_reference(architecture, seed, make_patterns):
    planes, labels = make_patterns(architecture, 2, seed)
    assert Reference(architecture).parameters == architecture.counts().parameters
    assert_agrees_with_the_reference(architecture, planes, labels)


# --- scipy's correlation ---------------------------------------------------------------------


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 3, 5, 7])
def test_a_convolution_is_scipys_correlation(kernel, stride, make_patterns):
    """Maps are sums of valid correlations over the maps read, every stride-th unit of them."""
    first = Convolution("A", maps=3, kernel=1, stride=2, squashed=False)
    fits = [-(n + 9 - kernel) % stride for n in (2, 4)]  # with the plane's 18 x 18, 9 x 9 in A
    border = Border(2, fits[0], 1, fits[1] + 3, value=0.5)
    second = Convolution(
        "B", 2, kernel, stride, table=((2, 0), (1,)), bias="unit", border=border, squashed=False
    )
    plane = Plane(17, 17, 1, 0)
    bank, _ = with_window(plane, first, second)
    planes, _ = make_patterns(bank.architecture, 2)
    found = bank.outputs(planes)
    for lane in range(3):
        below = [
            planes[:, ::2, ::2].astype(float) * bank.weights("A")[m, 0, 0, lane].astype(float)
            + bank.biases("A")[m, lane]
            for m in range(3)
        ]
        around = ((border.top, border.bottom), (border.left, border.right))
        kernels = bank.weights("B")[..., lane].astype(float)
        for n in range(2):
            maps = [np.pad(x[n], around, constant_values=border.value) for x in below]
            sums = [
                correlate2d(maps[2], kernels[0], "valid")
                + correlate2d(maps[0], kernels[1], "valid"),
                correlate2d(maps[1], kernels[2], "valid"),
            ]
            wanted = np.array([s[::stride, ::stride] for s in sums]) + bank.biases("B")[..., lane]
            assert np.abs(found[n, :, lane] - wanted.ravel()).max() <= 1e-5 * np.abs(wanted).max()


# --- difference quotients --------------------------------------------------------------------


def with_all_kinds(energy=SQUARES):
    """Build a small network with every kind of layer, every kind of bias, and a border."""
    return Architecture(
        f"every kind by {energy}",
        Plane(16, 17, 0, 1),
        (
            Convolution("H1", 2, 5, border=Border(1, 1, 0, 1, value=0.5)),
            Subsampling("H2"),
            Convolution("H3", 3, 3, 2, table=((1,), (0, 1), (1, 0)), bias="unit"),
            Connection("H4", 4, squashed=False),
            Connection("output", 10, squashed=energy == SQUARES),
        ),
        energy=energy,
    )


@pytest.mark.parametrize(
    "architecture",
    [LENET1, with_all_kinds(), with_all_kinds(CROSS_ENTROPY), TUTORIAL, TUTORIAL_CODE],
    ids=lambda a: a.name,
)
def test_the_gradient_is_the_difference_quotient_of_the_energy(architecture, make_patterns):
    """dE/dw = (E(w + e) - E(w - e)) / 2e, for some weights of every layer."""
    bank, reference = Bank(architecture), Reference(architecture)
    planes, labels = make_patterns(architecture, 1)
    gradient = bank.gradient(planes, labels)[:, 3]
    w = float64_parameters(bank, 3)
    step = 1e-5
    for place in layer_slices(architecture).values():
        largest = np.abs(gradient[place]).max()
        for k in np.linspace(place.start, place.stop - 1, 12).astype(int):
            moved = [np.where(np.arange(len(w)) == k, w + e, w) for e in (step, -step)]
            above, below = (reference.energy(v, planes[0], labels[0]) for v in moved)
            assert abs(gradient[k] - (above - below) / (2 * step)) <= FIRST_ORDER * largest


def gauss_newton_diagonal(reference, w, plane, step=1e-5):
    """Sum (dy/dw)^2 over the output units, by difference quotients."""
    result = np.zeros(len(w))
    for k in range(len(w)):
        moved = [np.where(np.arange(len(w)) == k, w + e, w) for e in (step, -step)]
        above, below = (reference.outputs(v, plane) for v in moved)
        result[k] = np.sum(((above - below) / (2 * step)) ** 2)
    return result


def hessian_diagonal(reference, w, plane, label, step=1e-3):
    """d2E/dw2 = (E(w + e) - 2 E(w) + E(w - e)) / e^2 for every weight."""
    result = np.zeros(len(w))
    for k in range(len(w)):
        moved = [np.where(np.arange(len(w)) == k, w + e, w) for e in (step, 0, -step)]
        above, here, below = (reference.energy(v, plane, label) for v in moved)
        result[k] = (above - 2 * here + below) / step**2
    return result


ONE_LAYER = (Connection("output", 3),)
PROBABILITIES = (Connection("output", 3, squashed=False),)
CHAIN = (
    Convolution("H1", 1, 16),
    Convolution("H2", 1, 2, border=Border(1, 0, 0, 1, value=0.5)),
    Connection("H3", 1),
    Connection("H4", 1, squashed=False),
    Connection("output", 10),
)
ONE_HIDDEN_LAYER = (
    Convolution("H1", 3, 16, bias="unit"),
    Connection("output", 4),
)
EXACT = pytest.mark.parametrize(
    "layers", [ONE_LAYER, CHAIN, ONE_HIDDEN_LAYER], ids=["one layer", "chain", "one hidden layer"]
)


@EXACT
def test_curvature_is_the_gauss_newton_diagonal_where_nothing_is_dropped(layers, make_patterns):
    """No shared weights, and one path from any weight to any output: the rule is exact."""
    architecture = Architecture("exact", Plane(16, 16), layers)
    bank, reference = Bank(architecture), Reference(architecture)
    planes, _ = make_patterns(architecture, 1)
    curvature = bank.curvature(planes)
    for lane in LANES:
        w = float64_parameters(bank, lane)
        wanted = gauss_newton_diagonal(reference, w, planes[0])
        assert_layers_agree(architecture, curvature[:, lane], wanted, SECOND_ORDER)


@EXACT
@pytest.mark.parametrize("squashing", [Squashing(), Squashing(2.5, 0.4)], ids=str)
def test_full_curvature_is_the_second_derivative_where_nothing_is_dropped(
    layers, squashing, make_patterns
):
    """With the term of f'' it is d2E/dw2 itself: where weights are large, negative in places."""
    architecture = Architecture("exact", Plane(16, 16), layers, squashing)
    bank, reference = Bank(architecture), Reference(architecture)
    planes, labels = make_patterns(architecture, 1)
    bank.parameters[:] *= 3
    full, gauss_newton = bank.full_curvature(planes, labels), bank.curvature(planes)
    assert full.min() < 0
    for lane in LANES:
        w = float64_parameters(bank, lane)
        wanted = hessian_diagonal(reference, w, planes[0], labels[0])
        assert_layers_agree(architecture, full[:, lane], wanted, SECOND_ORDER)
        for name, place in layer_slices(architecture).items():
            difference = np.abs(gauss_newton[place, lane] - wanted[place]).max()
            assert difference > 1e-2 * np.abs(wanted[place]).max(), name


def test_curvature_of_one_layer_of_probabilities_is_the_second_derivative(make_patterns):
    """d2E/dw2 of -log p is p (1 - p) x^2, whatever the class: both forms are exact."""
    architecture = Architecture("exact", Plane(16, 16), PROBABILITIES, energy=CROSS_ENTROPY)
    bank, reference = Bank(architecture), Reference(architecture)
    planes, labels = make_patterns(architecture, 1)
    found = [bank.curvature(planes), bank.full_curvature(planes, labels)]
    np.testing.assert_array_equal(*found)
    for lane in LANES:
        w = float64_parameters(bank, lane)
        wanted = hessian_diagonal(reference, w, planes[0], labels[0])
        assert_layers_agree(architecture, found[0][:, lane], wanted, SECOND_ORDER)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ({}, 1 + 4 + 9 + 16),
        ({"mean": True}, (1 + 4 + 9 + 16) / 16),
        ({"summed_first": True}, (1 + 2 + 3 - 4) ** 2),
        ({"mean": True, "summed_first": True}, (1 + 2 + 3 - 4) ** 2 / 16),
    ],
    ids=str,
)
def test_curvature_of_a_shared_averaging_weight_is_as_its_inputs_are_counted(kind, wanted):
    """One unit that reads 1, 2, 3, -4 by one weight, f' = 1: four inputs, or the sum as one."""
    architecture = Architecture(
        "average",
        Plane(16, 16),
        (
            Convolution("A", 1, 15, squashed=False),
            Subsampling("B", squashed=False, **kind),
            Connection("y", 1, squashed=False),
        ),
    )
    bank = Bank(architecture, seeds=[4])
    bank.weights("A")[...] = 0
    bank.weights("A")[0, 7, 7] = 1
    bank.biases("A")[...] = 0
    bank.weights("y")[...] = 3
    planes = np.full((1, 16, 16), -1, np.float32)
    planes[0, 7:9, 7:9] = [[1, 2], [3, -4]]
    curvature = bank.curvature(planes)
    place = architecture.parameters["B.weights"][0]
    assert curvature[place].item() == 3**2 * wanted


# --- learning --------------------------------------------------------------------------------


def changes_agree(architecture, before, found, wanted, tolerance):
    """Compare weights by what became of them: differences over the layer's largest change."""
    assert_layers_agree(architecture, found, wanted, tolerance, scale=wanted - before)


@LEARNERS
def test_learning_is_the_references_step_by_step(architecture, eta, make_patterns):
    """Six presentations at eta / (mu + h); float32 leaves 5e-4 of the changes, no more."""
    bank, reference = Bank(architecture), Reference(architecture)
    planes, labels = make_patterns(architecture, 4)
    rates = np.float32(eta) / (np.float32(0.05) + bank.curvature(planes))
    order = [2, 0, 3, 1, 1, 2]
    before = bank.parameters.astype(np.float64)
    bank.learn(planes, labels, np.array(order), rates)
    for lane in LANES:
        wanted = reference.learn(
            before[:, lane], planes, labels, order, rates[:, lane].astype(np.float64)
        )
        changes_agree(architecture, before[:, lane], bank.parameters[:, lane], wanted, 5e-4)


@pytest.mark.parametrize(
    "architecture",
    [LENET1, SISTER_LIKE, with_all_kinds(), with_all_kinds(CROSS_ENTROPY)],
    ids=lambda a: a.name,
)
def test_outgoing_deltas_use_the_weights_before_the_step(architecture, make_patterns):
    """With a large rate, deltas through the moved weights would be quite other deltas."""
    bank, reference = Bank(architecture), Reference(architecture)
    planes, labels = make_patterns(architecture, 1)
    rate = 0.25
    before = bank.parameters.astype(np.float64)
    bank.learn(planes, labels, np.array([0]), rate)
    for lane in LANES:
        w = before[:, lane]
        right = reference.gradient(w, planes[0], labels[0])
        changes_agree(architecture, w, bank.parameters[:, lane], w - rate * right, FIRST_ORDER)
        wrong = reference.gradient(w, planes[0], labels[0], outgoing=w - rate * right)
        for name, place in list(layer_slices(architecture).items())[:-1]:
            difference = np.abs(wrong[place] - right[place]).max()
            assert difference > 1e-2 * np.abs(right[place]).max(), name


@LEARNERS
def test_learning_with_running_curvature_is_the_references(architecture, eta, make_patterns):
    bank, reference = Bank(architecture), Reference(architecture)
    planes, labels = make_patterns(architecture, 4)
    average = bank.curvature(planes[:2])
    rule = {"mu": 0.05, "eta": eta, "gamma": 0.25}
    order = [3, 1, 0, 2, 1]
    before = bank.parameters.astype(np.float64)
    after = bank.learn_running(planes, labels, np.array(order), **rule, average=average)
    for lane in LANES:
        w, h = reference.learn_running(
            before[:, lane],
            planes,
            labels,
            order,
            **rule,
            average=average[:, lane].astype(np.float64),
        )
        changes_agree(architecture, before[:, lane], bank.parameters[:, lane], w, 5e-4)
        assert_layers_agree(architecture, after[:, lane], h, SECOND_ORDER)


@DRAWN
@given(architecture=architectures(), seed=st.integers(0, 99))
def test_a_step_is_the_rate_times_the_gradient_before_it(architecture, seed, make_patterns):
    """In any network, to the last bit but one: no weight moved before its old value was used."""
    bank = Bank(architecture)
    planes, labels = make_patterns(architecture, 1, seed)
    before = bank.parameters.astype(np.float64)
    gradient = bank.gradient(planes, labels).astype(np.float64)
    rates = np.random.default_rng(seed).uniform(0, 1, gradient.shape).astype(np.float32)
    bank.learn(planes, labels, np.array([0]), rates)
    wanted = before - rates * gradient
    assert np.all(np.abs(bank.parameters - wanted) <= np.spacing(np.abs(bank.parameters)))
