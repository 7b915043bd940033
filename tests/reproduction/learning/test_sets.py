"""Sets of digits have one name each, and the parts of "test" make up the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.learning import MNIST, Across, Handwritten, HeldOut, Mixed
from reproduction.learning.recipe import Whole
from reproduction.learning.sets import SETS, named, parts_of, sets_of, tried_on, wholes_of
from tests.reproduction.made import TEST, TRAIN, made_digits

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


# --- from what a recipe asks for to its sets ---------------------------------------------------

USPS, SLANTED = Handwritten(), MNIST(deslanted=False)
WHOLES = {
    USPS: (TRAIN, TEST),
    MNIST(): (made_digits(90, 2), made_digits(20, 3)),
    SLANTED: (made_digits(90, 4), made_digits(20, 5)),
}
"""Made digits in the place of those of every whole set."""


def load(whole: Whole) -> tuple[Digits, Digits]:
    return WHOLES[whole]


@pytest.mark.parametrize("whole", WHOLES, ids=str)
def test_a_whole_set_is_learned_from_and_tried_on_as_it_is(whole: Whole) -> None:
    train, test = WHOLES[whole]
    assert sets_of(whole, load) == {"train": train, "test_handwritten": test}
    assert wholes_of(whole) == (whole,)


def test_digits_that_are_held_out_are_those_of_the_set_that_is_named() -> None:
    fold = HeldOut(2, 6, SLANTED)
    sets = sets_of(fold, load)
    np.testing.assert_array_equal(sets["held_out"].images, WHOLES[SLANTED][0].images[15:30])
    assert len(sets["train"]) == 75
    assert wholes_of(fold) == (SLANTED,)
    assert wholes_of(HeldOut(1)) == (USPS,) == wholes_of(Mixed())


def test_one_set_is_learned_from_and_another_tried_on() -> None:
    material = Across((USPS,), SLANTED)
    sets = sets_of(material, load)
    assert sets == {"train": TRAIN, "test_handwritten": WHOLES[SLANTED][1]}
    assert wholes_of(material) == (USPS, SLANTED)


def test_both_sets_are_learned_from_evenly_mixed() -> None:
    """60 and 90 digits: of every five, two are of the first, each kind in its own order."""
    material = Across((USPS, MNIST()), USPS)
    learned = sets_of(material, load)["train"].images
    first, second = (WHOLES[whole][0].images for whole in (USPS, MNIST()))
    is_first = (learned[:, np.newaxis] == first).all(axis=(2, 3)).any(axis=1)
    np.testing.assert_array_equal(learned[is_first], first)
    np.testing.assert_array_equal(learned[~is_first], second)
    assert set(is_first.reshape(-1, 5).sum(axis=1)) == {2}
    assert wholes_of(material) == (USPS, MNIST())


def test_to_learn_from_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="learned is empty"):
        Across((), USPS)
