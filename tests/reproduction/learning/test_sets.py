"""Sets of digits have one name each, and the parts of "test" make up the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.learning import MNIST, Across, Handwritten, HeldOut, Mixed, Resplit
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


# --- parted anew -------------------------------------------------------------------------------


def numbered(count: int, first: int = 0) -> Digits:
    """Return digits whose first unit tells which of all they are."""
    images = np.full((count, 16, 16), -1.0, np.float32)
    images[:, 0, 0] += np.arange(first, first + count) / 256
    return Digits(images, np.zeros(count, np.uint8), np.full(count, "handwritten"))


def numbers(digits: Digits) -> list[int]:
    return ((digits.images[:, 0, 0] + 1) * 256).astype(int).tolist()


@given(st.integers(0, 60), st.none() | st.integers(0, 9))
def test_a_new_split_has_every_digit_once_and_as_many_of_either_kind(
    start: int, seed: int | None
) -> None:
    learned, tried = map(numbers, Resplit(start, seed).split(numbered(30), numbered(9, 30)))
    assert (len(learned), len(tried)) == (30, 9)
    assert sorted(learned + tried) == list(range(39))
    if seed is None:
        assert sorted(tried) == sorted(n % 39 for n in range(start, start + 9))
        assert tried == sorted(tried)
        assert learned == sorted(learned)
    else:
        assert [learned, tried] != [sorted(learned), sorted(tried)]


def test_the_released_split_is_one_of_them() -> None:
    learned, tried = Resplit(30).split(numbered(30), numbered(9, 30))
    assert numbers(learned) == list(range(30))
    assert numbers(tried) == list(range(30, 39))


def test_splits_are_of_the_digits_of_one_whole_set() -> None:
    assert wholes_of(Resplit(3, digits=MNIST())) == (MNIST(),)
    sets = sets_of(Resplit(0, 5), load)
    assert {name: len(digits) for name, digits in sets.items()} == {
        "train": len(TRAIN),
        "test_handwritten": len(TEST),
    }
