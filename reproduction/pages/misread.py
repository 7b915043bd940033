"""Digits that networks misread, and some that they read, as pictures of the results.

Of each, the title says what to see, and the caption, as HTML, what to notice.
"""

from __future__ import annotations

import numpy as np

from data_prep.digits import Digits
from reproduction.evaluation import Reading
from reproduction.evaluation.account import Neighbours
from reproduction.figures import digits as pictures
from reproduction.figures import results
from reproduction.figures.distributions import error_counts
from reproduction.pages.shown import Html, show
from reproduction.paper import PUBLISHED
from reproduction.studies.measured import Measured

COMMONEST = "The label, and the commonest answer"


def counts(read: Reading, title: str, caption: str) -> Html:
    """Return how many digits each network misreads, beside the paper's count."""
    published = PUBLISHED["LENET1"]["test_handwritten.errors"]
    row = Measured("sixteen networks", read.errors, published, step=1)
    return show(error_counts([row], len(read), title), caption)


def shown(read: Reading, title: str, caption: str, said: str = COMMONEST) -> Html:
    """Return digits with their labels and what is answered."""
    return show(pictures.misread(read.digits, read.answers, title, said), caption)


def by_how_many(read: Reading, title: str, caption: str) -> Html:
    """Return digits with their labels, and below them how many networks misread each."""
    said = f"The label; below, how many of {read.networks} networks miss the digit"
    labels = [str(label) for label in read.digits.labels]
    badges = [(str(n), n / read.networks) if n else None for n in read.missed.tolist()]
    return show(pictures.grid(read.digits.images, labels, title, said, badges), caption)


def figure_5(
    read: Reading, learned: Digits, nearest: Neighbours, which: np.ndarray, caption: str
) -> Html:
    """Return as the paper's figure 5 digits that all read though nothing like them was learned.

    Parameters
    ----------
    read : Reading
    learned : Digits
        All training digits.
    nearest : Neighbours
        Which of these is nearest to each digit that is read.
    which : ndarray of int
        Places of the digits to show.
    caption : str
    """
    digits, like = read.digits.select(which), learned.select(nearest.which[which, 0])
    drawn = results.figure_5(digits, like, nearest.apart[which], "all sixteen networks")
    return show(drawn, caption)
