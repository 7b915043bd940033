"""Sets of digits have one name each, and the parts of "test" make up the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.digits import Digits
from reproduction.learning.sets import SETS, named, parts_of, tried_on
from tests.reproduction.made import TRAIN

ORIGINS = ("handwritten", "printed")


def digits_of(origins: list[str]) -> Digits:
    count = len(origins)
    images = np.zeros((count, 16, 16), np.float32)
    return Digits(images, np.zeros(count, np.uint8), np.array(origins))


@given(st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=30))
def test_every_test_digit_is_in_the_part_of_its_origin_and_no_other(origins: list[str]) -> None:
    sets = named(TRAIN, digits_of(origins))
    train, whole = sets
    assert train == "train"
    assert whole == tried_on(sets)
    parts = parts_of(whole, sets[whole])
    assert parts.keys() <= set(SETS)
    everyone = np.ones(len(origins), bool)
    assert everyone[parts[whole]].tolist() == everyone.tolist()
    for origin in ORIGINS:
        if origin in origins:
            there = np.zeros(len(origins), bool)
            there[parts[f"test_{origin}"]] = True
            assert there.tolist() == [each == origin for each in origins]
        else:
            assert f"test_{origin}" not in parts
    assert ("test" in parts) == (len(set(origins)) == 2)


def test_training_digits_are_one_set_whatever_their_origin() -> None:
    assert list(parts_of("train", digits_of(["printed", "handwritten"]))) == ["train"]


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        (("train", "test_printed", "test_handwritten", "test"), "test"),
        (("test_handwritten", "train"), "test_handwritten"),
        (("train", "held_out"), "held_out"),
    ],
)
def test_networks_are_tried_on_all_digits_that_there_are(
    names: tuple[str, ...], whole: str
) -> None:
    assert tried_on(names) == whole
