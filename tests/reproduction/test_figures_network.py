"""The network drawn: its units are the engine's, its twins answer alike, its text is legible."""

import numpy as np
import pytest

from reproduction import figures
from reproduction.figures import network
from reproduction.network.architecture import LENET1, TABLE_1
from reproduction.network.bank import Bank
from tests.reproduction.reference import SISTER_LIKE
from tests.reproduction.test_figures import texts_of


@pytest.fixture(scope="module")
def bank():
    return Bank(LENET1, (3, 8))


def patterns_of(planes, bank, lane=0):
    values = network.units(bank, planes, lane)
    return [{name: maps[n] for name, maps in values.items()} for n in range(len(planes))]


@pytest.mark.parametrize("architecture", [LENET1, SISTER_LIKE], ids=lambda each: each.name)
def test_the_units_end_in_the_engines_outputs(architecture, make_patterns):
    bank = Bank(architecture, (3, 8))
    planes, _ = make_patterns(architecture, 5)
    for lane in (0, 1):
        values = network.units(bank, planes, lane)
        outputs = values["output"][:, :, 0, 0]
        np.testing.assert_allclose(outputs, bank.outputs(planes)[:, :, lane], atol=1e-5)
        shapes = [(s.maps, s.height, s.width) for s in architecture.shapes]
        assert [maps.shape[1:] for maps in values.values()][1:] == shapes


def test_a_turned_network_has_the_same_outputs_to_the_bit(bank, make_patterns):
    planes, _ = make_patterns(LENET1, 20)
    for lane in (0, 1):
        twin = network.turned(bank, lane)
        outputs = twin.outputs(planes)[:, :, 0]
        np.testing.assert_array_equal(outputs, bank.outputs(planes)[:, :, lane])
        assert not np.array_equal(twin.parameters[:, 0], bank.parameters[:, lane])


def test_in_a_turned_network_empty_paper_makes_no_map_positive(bank):
    blank = LENET1.planes(np.full((1, 16, 16), -1))
    values = network.units(network.turned(bank), blank)
    for layer in ("H1", "H2", "H3", "H4"):
        assert values[layer].max() <= 1e-6


def test_arrangements_are_those_that_leave_table_1_as_it_is():
    orders = {tuple(order.tolist()) for order in network.arrangements(np.arange(4))}
    assert len(orders) == 8
    wanted = sorted(TABLE_1)
    for order in orders:
        assert sorted(tuple(sorted(order[n] for n in row)) for row in TABLE_1) == wanted


def test_a_network_is_most_like_itself_however_it_is_arranged_and_turned():
    kernels = np.random.default_rng(0).normal(size=(4, 5, 5))
    signs = np.array([1, -1, -1, 1])[:, np.newaxis, np.newaxis]
    found, cosine = network.most_alike(kernels[[3, 2, 0, 1]] * signs, kernels)
    np.testing.assert_array_equal(found, kernels)
    assert cosine == pytest.approx(1)


def test_h1_units_see_the_image_just_when_a_pixel_of_it_reaches_them():
    """A change of all pixels reaches exactly those units."""
    bank = Bank(LENET1, (0,))
    images = np.stack([np.full((16, 16), -1.0), np.random.default_rng(0).uniform(0, 1, (16, 16))])
    h1 = network.units(bank, LENET1.planes(images))["H1"]
    np.testing.assert_array_equal(network.seen_by_h1(), (h1[0] != h1[1]).any(axis=0))


RNG = np.random.default_rng(1)
ARGUMENTS = np.linspace(-6, 6, 400).astype(np.float32)
FIGURES = {
    "layers": lambda bank, planes: network.layers(),
    "input plane": lambda bank, planes: network.input_plane(planes[0, 6:22, 6:22]),
    "Table 1": lambda bank, planes: network.table_1(),
    "squashing": lambda bank, planes: network.squashing(
        ARGUMENTS, (1.7159 * np.tanh(2 / 3 * ARGUMENTS)).astype(np.float32)
    ),
    "followed": lambda bank, planes: network.followed(patterns_of(planes, bank)[0], "A digit"),
    "feature maps": lambda bank, planes: network.feature_maps(patterns_of(planes, bank), "Five"),
    "kernels": lambda bank, planes: network.kernels(
        bank.weights("H1")[..., 0], bank.weights("H3")[..., 0], "A network"
    ),
    "output weights": lambda bank, planes: network.output_weights(
        bank.weights("output")[..., 0], "A network"
    ),
    "halves": lambda bank, planes: network.halves_alone(
        {name: RNG.uniform(0, 9, (16, 10)) for name in ("whole", "better half", "other half")},
        "Sixteen networks",
    ),
    "seeds": lambda bank, planes: network.kernels_by_seed(
        RNG.normal(size=(16, 4, 5, 5)), range(16), [1.0, *[0.5] * 15]
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_or_overlaps_another(name, bank, make_patterns):
    planes, _ = make_patterns(LENET1, 5)
    figure = FIGURES[name](bank, planes)
    assert len(figures.description(figure)) > 40
    found = texts_of(figure)
    width, height = figure.get_size_inches() * figure.dpi
    for number, (text, box) in enumerate(found):
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, text
        for other_text, other in found[number + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across < 1 or along < 1, (text, other_text)
