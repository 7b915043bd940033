"""Fields: a unit changes just when something inside its field does."""

import numpy as np
import pytest

from reproduction.network import ARCHITECTURES, LENET1, Bank, plain
from reproduction.network.fields import fields, seen_by_h1


@pytest.mark.parametrize("name", ["LENET1", "DENSE", "UNSQUASHED"])
def test_a_unit_changes_just_with_the_units_of_its_field(name):
    """Each unit of the plane is changed in turn; in every layer, the unit at (1, 1) is watched."""
    architecture = ARCHITECTURES[name]
    side = architecture.plane.height
    planes = np.random.default_rng(0).uniform(-1, 1, (1, side, side)).repeat(side * side + 1, 0)
    planes[:-1].reshape(side * side, -1)[np.diag_indices(side * side)] += 1
    values = plain.units(architecture, Bank(architecture, (0,)).parameters[:, 0], planes)
    found = fields(architecture)
    assert list(found) == ["H1", "H2", "H3", "H4"]
    for layer, field in found.items():
        units = values[layer][:, :, 1, 1]
        seen = (units[:-1] != units[-1]).any(axis=1).reshape(side, side)
        wanted = np.zeros((side, side), bool)
        reach = slice(field.step, field.step + field.side)
        wanted[reach, reach] = True
        np.testing.assert_array_equal(seen, wanted)


def test_h1_units_see_the_image_just_when_a_pixel_of_it_reaches_them():
    """A change of all pixels reaches exactly those units."""
    images = np.stack([np.full((16, 16), -1.0), np.random.default_rng(0).uniform(0, 1, (16, 16))])
    h1 = plain.units(LENET1, Bank(LENET1, (0,)).parameters[:, 0], LENET1.planes(images))["H1"]
    np.testing.assert_array_equal(seen_by_h1(), (h1[0] != h1[1]).any(axis=0))


def test_units_of_full_connections_have_no_field():
    assert fields(ARCHITECTURES["FC40"]) == {}
