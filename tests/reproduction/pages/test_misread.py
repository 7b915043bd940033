"""Pictures of digits that are misread show those that they are given, and what is said of them."""

import numpy as np

from data_prep.digits import Digits
from reproduction.evaluation import Reading, account
from reproduction.pages import misread
from tests.reproduction.made import made_digits


def reading(labels, answers):
    """Return a reading in which networks (the columns) give these answers."""
    some = made_digits(len(labels))
    digits = Digits(some.images, np.array(labels, np.uint8), some.origin)
    outputs = np.where(np.array(answers)[:, np.newaxis] == np.arange(10)[:, np.newaxis], 1.0, -1.0)
    return Reading(digits, outputs)


READ = reading([5, 3, 9], [[3, 3], [5, 3], [9, 9]])


def test_the_papers_count_stands_beside_those_of_the_networks():
    text = misread.counts(READ, "Counts", "Look.").text
    assert "paper 92" in text
    assert "our median 1.5, 1 to 2" in text


def test_digits_have_their_labels_and_the_commonest_wrong_answer():
    text = misread.shown(READ, "Misread", "Look.").text
    assert f"Misread. {misread.COMMONEST}" in text
    assert "5 → 3 (2), 3 → 5 (1)" in text
    assert "What all say" in misread.shown(READ, "Misread", "Look.", "What all say").text


def test_below_a_digit_stands_how_many_networks_misread_it():
    text = misread.by_how_many(READ, "Fragments", "Look.").text
    assert "how many of 2 networks miss the digit" in text
    assert "5 (2), 3 (1), 9." in text


def test_figure_5_has_the_nearest_training_digit_of_each():
    learned = made_digits(30, salt=1)
    nearest = account.nearest(learned, READ.digits)
    text = misread.figure_5(READ, learned, nearest, np.array([2, 0]), "Look.").text
    for at in (2, 0):
        far, label = nearest.apart[at], nearest.labels[at, 0]
        assert f"{READ.digits.labels[at]} ({far:.1f} from a {label})" in text
