"""What is turned or exchanged leaves the outputs alone, and makes networks comparable."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction.network import ARCHITECTURES, LENET1, TABLE_1, Bank, plain, symmetry
from reproduction.network.relatives import NET1989, NET1989_SOFTMAX
from tests.reproduction.network.drawn import DRAWN, architectures

STAY = (NET1989, NET1989_SOFTMAX)
TURNED = [architecture for architecture in ARCHITECTURES.values() if architecture not in STAY]


def assert_turned(architecture, planes, seeds):
    """Check that the twin answers alike to the bit, and that empty paper makes no map positive."""
    bank = Bank(architecture, seeds)
    blank = architecture.planes(np.full((1, 16, 16), -1))
    for lane in range(len(seeds)):
        twin = symmetry.turned(bank, lane)
        found = twin.outputs(planes)[:, :, 0]
        np.testing.assert_array_equal(found, bank.outputs(planes)[:, :, lane])
        values = plain.units(architecture, twin.parameters[:, 0], blank)
        for layer, shape in zip(architecture.layers[:-1], architecture.shapes, strict=False):
            if shape.parameters:
                middle = values[layer.name][0, :, shape.height // 2, shape.width // 2]
                assert middle.max() <= 0, layer.name


@pytest.mark.parametrize("architecture", TURNED, ids=lambda a: a.name)
def test_a_turned_network_has_the_same_outputs_to_the_bit(architecture, make_patterns):
    planes, _ = make_patterns(architecture, 5)
    assert_turned(architecture, planes, (3, 8))


@DRAWN
@given(architecture=architectures(), seed=st.integers(0, 99))
def test_any_network_is_turned_without_a_change_or_refused(architecture, seed, make_patterns):
    planes, _ = make_patterns(architecture, 2, seed)
    try:
        assert_turned(architecture, planes, (seed,))
    except InputError:
        borders = [getattr(layer, "border", None) for layer in architecture.layers[1:]]
        assert any(border and border.value for border in borders)


def test_turning_changes_signs_and_nothing_else():
    bank = Bank(LENET1, (3, 8))
    for lane in (0, 1):
        found, before = symmetry.turned(bank, lane).parameters[:, 0], bank.parameters[:, lane]
        np.testing.assert_array_equal(np.abs(found), np.abs(before))
        assert np.any(found != before)


def test_in_turned_lenet1_empty_paper_makes_no_unit_of_a_map_positive():
    twin = symmetry.turned(Bank(LENET1, (3,)))
    blank = LENET1.planes(np.full((1, 16, 16), -1))
    values = plain.units(LENET1, twin.parameters[:, 0], blank)
    for layer in ("H1", "H2", "H3", "H4"):
        assert values[layer].max() <= 1e-6


def test_maps_with_a_border_of_their_own_value_are_not_turned():
    with pytest.raises(InputError) as refused:
        symmetry.turned(Bank(NET1989, (0,)))
    assert str(refused.value) == (
        "NET1989, H2: the border around the maps below holds -1 and does not turn with them; "
        "only a border of 0 does."
    )


def rearranged(w, order):
    """Return LeNet-1's parameters with its H1 and H2 maps in another order, and H3 and H4 along."""
    place_of = {below: place for place, below in enumerate(order)}
    pairs = [(m, n) for m, row in enumerate(TABLE_1) for n in row]
    part = {name: plain.part(LENET1, w, name) for name in LENET1.parameters}
    wanted = [tuple(sorted(place_of[n] for n in row)) for row in TABLE_1]
    free, along = list(range(12)), []  # for every row of Table 1, the old map that now reads it
    for row in TABLE_1:
        along.append(next(m for m in free if wanted[m] == row))
        free.remove(along[-1])
    for layer in ("H1", "H2"):
        for kind in ("weights", "biases"):
            part[f"{layer}.{kind}"] = part[f"{layer}.{kind}"][list(order)]
    kernels = [pairs.index((along[m], order[n])) for m, n in pairs]
    part["H3.weights"] = part["H3.weights"][kernels]
    for name in ("H3.biases", "H4.weights", "H4.biases"):
        part[name] = part[name][along]
    part["output.weights"] = part["output.weights"].reshape(10, 12, 16)[:, along]
    return np.concatenate([values.ravel() for values in part.values()])


def test_the_eight_arrangements_leave_the_outputs_as_they_are(make_patterns):
    planes, _ = make_patterns(LENET1, 3)
    w = Bank(LENET1, (3,)).parameters[:, 0].astype(np.float64)
    wanted = plain.outputs(LENET1, w, planes)
    orders = {tuple(order.tolist()) for order in symmetry.arrangements(np.arange(4))}
    assert len(orders) == 8
    for order in orders:
        found = plain.outputs(LENET1, rearranged(w, order), planes)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12)


def test_a_network_is_most_like_itself_however_it_is_arranged_and_turned():
    kernels = np.random.default_rng(0).normal(size=(4, 5, 5))
    signs = np.array([1, -1, -1, 1])[:, np.newaxis, np.newaxis]
    found, cosine = symmetry.most_alike(kernels[[3, 2, 0, 1]] * signs, kernels)
    np.testing.assert_array_equal(found, kernels)
    assert cosine == pytest.approx(1)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**12 - 1), st.integers(0, 2**12 - 1))
def test_tables_are_most_alike_over_all_orders_of_their_maps(first: int, second: int) -> None:
    """Against every order of four maps and of three below."""
    table, other = (
        np.array([int(bit) for bit in f"{bits:012b}"], bool).reshape(4, 3)
        for bits in (first, second)
    )
    arranged, in_common = symmetry.arranged_like(table, other)
    assert in_common == (arranged & other).sum()
    assert sorted(map(sum, arranged)) == sorted(map(sum, table))
    assert in_common == max(
        (table[np.ix_(rows, columns)] & other).sum()
        for rows in permutations(range(4))
        for columns in permutations(range(3))
    )
