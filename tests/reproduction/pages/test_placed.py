"""Networks are put on the side of a published number on which they round to another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reproduction.pages.placed import Sides, sides
from reproduction.studies.comparison import rounding, values
from tests.reproduction.studies.by_hand import WHOLE, networks, record

quick = settings(max_examples=100, deadline=None)


@pytest.mark.parametrize("measure", WHOLE)
@given(st.integers(-20, 20))
@quick
def test_a_network_is_beside_a_published_number_where_it_rounds_to_it(
    measure: str, tenths: int
) -> None:
    unit = 2 * rounding(WHOLE[measure])
    off = (tenths + 0.3) / 10 * unit  # never halfway, where rounding goes either way
    made = record({"a": [networks(**{measure.replace(".", "_"): off})]})
    printed = [round(each / unit) for each in values(made, "a", measure)]
    wanted = np.sign(np.array(printed) - round(WHOLE[measure].value / unit))
    np.testing.assert_array_equal(sides(made, "a").of_each[measure], wanted)


def test_a_network_without_an_mse_is_on_the_far_side_of_the_published_one() -> None:
    sets = networks()
    sets["train"]["mse"] = [None] * 4
    np.testing.assert_array_equal(sides(record({"a": [sets]}), "a").of_each["train.mse"], 1)


def test_networks_are_counted_by_their_sides() -> None:
    found = Sides({"train.mse": np.array([-1, 0, 0, 1]), "test.mse": np.array([0, 0, -1, 0])})
    counted = [found.lower.tolist(), found.equal.tolist(), found.higher.tolist()]
    assert counted == [[1, 1], [2, 3], [1, 0]]
    assert (found.as_good, found.the_same) == (3, 1)
