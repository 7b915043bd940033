"""LeNet-1's relatives have the sizes that are published, and the tables that their names say."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction.learning.converter import converter
from reproduction.network import (
    ARCHITECTURES,
    LENET1,
    TABLE_1,
    Architecture,
    Bank,
    Counts,
    Subsampling,
)
from reproduction.network.relatives import (
    DENSE,
    FC40,
    NET1989,
    SCHEMES,
    TUTORIAL,
    TUTORIAL_CODE,
    UNSQUASHED,
    net1989,
    random_table,
    with_softmax,
)
from reproduction.paper import PUBLISHED
from tests.reproduction.network.small import assert_same_bits, maps_of, with_window

# --- what is published -----------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_the_sister_papers_network_has_its_counts(scheme, before):
    """Neural Computation 1989, whatever it leaves open."""
    network = net1989(scheme, before=before)
    counts = network.counts(plane_and_bias_unit=False)
    published = (
        PUBLISHED["NET1989"][name].value for name in ("units", "connections", "parameters")
    )
    assert counts == Counts(*published)
    for layer, shape in zip(("h1", "h2", "h3"), network.shapes, strict=False):
        assert shape.connections == PUBLISHED["NET1989"][f"connections_into_{layer}"].value
    sizes = [(shape.maps, shape.height, shape.width) for shape in network.shapes]
    assert sizes == [(12, 8, 8), (12, 4, 4), (30, 1, 1), (10, 1, 1)]
    assert [shape.parameters for shape in network.shapes] == [1068, 2592, 5790, 310]


def test_the_sister_papers_baseline_has_its_parameters():
    assert FC40.counts().parameters == PUBLISHED["FC40"]["parameters"].value
    assert [shape.units for shape in FC40.shapes] == [40, 10]


@pytest.mark.parametrize(("network", "parameters"), [(TUTORIAL, 3128), (TUTORIAL_CODE, 3096)])
def test_the_tutorials_networks_have_its_parameters(network, parameters):
    assert network.counts().parameters == parameters
    sizes = [(shape.maps, shape.height, shape.width) for shape in network.shapes]
    assert sizes == [(4, 16, 16), (4, 8, 8), (12, 4, 4), (12, 2, 2), (30, 1, 1), (10, 1, 1)]


def test_the_tutorials_averages_have_a_weight_and_a_bias_a_map_or_nothing():
    assert [TUTORIAL.shapes[n].parameters for n in (1, 3)] == [2 * 4, 2 * 12]
    assert [TUTORIAL_CODE.shapes[n].parameters for n in (1, 3)] == [0, 0]


def test_dense_connects_all_48_pairs_of_maps():
    """Instead of 20: 28 kernels of 25 weights more."""
    pairs = [sum(len(row) for row in net.shapes[2].table) for net in (LENET1, DENSE)]
    assert pairs == [sum(map(len, TABLE_1)), 4 * 12] == [20, 48]
    assert DENSE.counts().parameters == PUBLISHED["LENET1"]["parameters"].value + 28 * 25


def test_a_changed_lenet1_is_lenet1_but_for_what_its_name_says():
    for below, dense, other in zip(LENET1.layers, DENSE.layers, UNSQUASHED.layers, strict=True):
        assert dense == (replace(below, table=None) if below.name == "H3" else below)
        averages = isinstance(below, Subsampling)
        assert other == (replace(below, squashed=False) if averages else below)
    for changed in (DENSE, UNSQUASHED):
        assert replace(changed, name="LENET1", layers=LENET1.layers) == LENET1


@pytest.mark.parametrize("network", [LENET1, NET1989], ids=lambda network: network.name)
def test_with_a_softmax_a_network_has_the_same_parameters(network):
    changed = with_softmax(network)
    assert ARCHITECTURES[f"{network.name}-SOFTMAX"] == changed
    assert changed.parameters == network.parameters
    planes = network.planes(np.full((1, 16, 16), -1.0))
    assert Bank(changed, [0]).outputs(planes).sum() == pytest.approx(1)
    assert [layer.name for layer in changed.layers if not layer.squashed] == ["output"]


# --- 8 of 12 ---------------------------------------------------------------------------------


def times_read(table):
    """Return how many rows name each map."""
    return np.bincount(np.concatenate(table), minlength=12).tolist()


@pytest.mark.parametrize("table", [*(make() for make in SCHEMES.values()), random_table(2**60)])
def test_each_of_twelve_maps_reads_eight_different_ones_of_twelve(table):
    assert len(table) == 12
    for row in table:
        assert len(row) == len(set(row)) == 8
        assert set(row) <= set(range(12))
        assert list(row) == sorted(row)


def test_a_scheme_is_the_table_of_h2():
    for scheme, make in SCHEMES.items():
        assert net1989(scheme).layers[1].table == make()
    assert net1989(table=SCHEMES["blocks"]()) == net1989("blocks")
    assert net1989() == net1989("sliding") == NET1989


def test_sliding_moves_on_by_one_map_from_row_to_row():
    table = SCHEMES["sliding"]()
    assert table[0] == (0, 1, 2, 3, 4, 5, 6, 7)
    for m in range(12):
        assert set(table[(m + 1) % 12]) == {(n + 1) % 12 for n in table[m]}


def test_blocks_are_three_groups_of_four_equal_rows():
    """Each group leaves out one of three groups below: every map is read by eight."""
    table = SCHEMES["blocks"]()
    left_out = [set(range(12)) - set(row) for row in table]
    thirds = [{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}]
    assert all(table[m] == table[4 * (m // 4)] for m in range(12))
    assert sorted(map(sorted, left_out)) == sorted(sorted(third) for third in thirds * 4)
    assert times_read(table) == [8] * 12


def test_balanced_leaves_out_every_pair_together_once_or_twice():
    """Twelve rows leave out six pairs each, and there are 66: six pairs come twice."""
    table = SCHEMES["balanced"]()
    assert times_read(table) == [8] * 12
    left_out = [set(range(12)) - set(row) for row in table]
    together = [sum({a, b} <= out for out in left_out) for a, b in combinations(range(12), 2)]
    assert sorted(together) == [1] * 60 + [2] * 6


def test_a_random_table_is_the_order_of_the_raw_bits_of_its_seed():
    """In each row, the maps with the eight smallest of twelve draws of PCG-64."""
    raw = [int(word) for word in np.random.PCG64(5).random_raw(144)]
    rows = [raw[12 * m : 12 * m + 12] for m in range(12)]
    wanted = tuple(tuple(n for n in range(12) if row[n] in sorted(row)[:8]) for row in rows)
    assert random_table(5) == wanted


def test_a_random_table_is_fixed_for_ever():
    assert SCHEMES["random"]() == random_table(0)
    assert random_table(0)[:3] == (
        (0, 1, 2, 3, 6, 7, 8, 11),
        (1, 3, 5, 6, 7, 8, 9, 11),
        (0, 1, 4, 5, 7, 8, 10, 11),
    )
    assert random_table(1)[0] == (0, 2, 4, 5, 7, 8, 9, 11)


def test_other_seeds_make_other_tables():
    assert len({random_table(seed) for seed in range(100)}) == 100


def test_a_scheme_that_is_not_there_is_refused_with_those_that_are():
    message = 'There is no scheme "dense"; there are sliding, blocks, balanced, random.'
    with pytest.raises(InputError) as refused:
        net1989("dense")
    assert str(refused.value) == message


def test_a_negative_seed_is_refused():
    with pytest.raises(InputError, match=r"^Seed -1 is negative; seeds are integers from 0\.$"):
        random_table(-1)


# --- where the fields lie --------------------------------------------------------------------


@pytest.mark.parametrize("before", [0, 1, 2, 3])
@pytest.mark.parametrize("pixel", [(0, 0), (0, 15), (15, 0), (15, 15), (7, 8)])
def test_a_pixel_reaches_the_units_whose_fields_hold_it(before, pixel):
    """Fields of 5 at stride 2, of which the first starts `before` pixels outside the image."""
    first = replace(net1989(before=before).layers[0], maps=1)
    bank, shape = with_window(NET1989.plane, first)
    planes = np.zeros((2, 16, 16), np.float32)
    planes[1, *pixel] = 1
    dark, bright = maps_of(bank, shape, planes)
    starts = 2 * np.arange(8) - before
    rows, columns = ((starts <= place) & (place <= starts + 4) for place in pixel)
    for lane in range(3):
        np.testing.assert_array_equal((dark != bright)[0, ..., lane], np.outer(rows, columns))


def test_three_pixels_are_shared_out_between_both_sides():
    for before in range(4):
        for layer in net1989(before=before).layers[:2]:
            sides = (layer.border.top, layer.border.bottom, layer.border.left, layer.border.right)
            assert sides == (before, 3 - before, before, 3 - before)
    for before in (-1, 4):
        with pytest.raises(InputError, match="cannot be narrower than 0"):
            net1989(before=before)


def test_what_lies_around_h1_reaches_only_the_units_of_h2_at_the_edge(make_patterns):
    planes, _ = make_patterns(NET1989, 2)
    maps = []
    for value in (-1.0, 0.0):
        bank, shape = with_window(NET1989.plane, *net1989(around_h1=value).layers[:2])
        maps.append(maps_of(bank, shape, planes))
    inside = (slice(None), slice(None), slice(1, 3), slice(1, 3))
    assert_same_bits(maps[0][inside], maps[1][inside])
    moved = maps[0] != maps[1]
    moved[inside] = True
    assert moved.all()


def test_what_lies_around_the_image_is_background():
    for value in (-1.0, 0.0):
        first, second = net1989(around_h1=value).layers[:2]
        assert (first.border.value, second.border.value) == (-1, value)


# --- as values -------------------------------------------------------------------------------

VARIANTS = [
    *ARCHITECTURES.values(),
    *(net1989(scheme, before=2, around_h1=0.0) for scheme in SCHEMES),
    net1989(table=random_table(7)),
]


def test_architectures_go_by_their_names():
    assert list(ARCHITECTURES) == [
        *("LENET1", "NET1989", "FC40", "TUTORIAL", "TUTORIAL-CODE", "DENSE", "UNSQUASHED"),
        *("LENET1-SOFTMAX", "NET1989-SOFTMAX"),
    ]
    assert all(architecture.name == name for name, architecture in ARCHITECTURES.items())


def test_no_two_are_equal():
    assert len(set(VARIANTS)) == len(VARIANTS)


@pytest.mark.parametrize("architecture", VARIANTS, ids=lambda a: a.name)
def test_architectures_come_back_from_json(architecture):
    text = json.dumps(converter.unstructure(architecture))
    back = converter.structure(json.loads(text), Architecture)
    assert back == architecture
    assert hash(back) == hash(architecture)


def test_a_table_may_be_given_as_lists():
    rows = [list(row) for row in SCHEMES["balanced"]()]
    assert net1989(table=rows) == net1989("balanced")
    assert hash(net1989(table=rows)) == hash(net1989("balanced"))
