"""What the chapter on MNIST shows of its digits, and what networks of zip codes make of them.

Where the digits cannot be had, as without a network, the book is built all the same: a sentence
stands in the place of a picture, and numbers that need them are no numbers.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from matplotlib.figure import Figure

from data_prep import mnist
from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import evaluation
from reproduction.figures import digits as pictures
from reproduction.figures import mnist as drawn
from reproduction.learning import MNIST
from reproduction.learning.sets import load_whole
from reproduction.pages import material
from reproduction.pages.shown import Html, show
from reproduction.runs import outputs_of

UPRIGHT, AS_THEY_ARE = MNIST(), MNIST(deslanted=False)

TUTORIALS = {"TUTORIAL-CODE": "1989", "TUTORIAL-CODE, SGD": "gradient descent"}
"""Arms of `mnist-forms` that are a tutorial's network, and by which rule it learned."""

QUIETLY: dict = {"announce": lambda line: None, "progress": False}


@cache
def digits_in(form: MNIST = UPRIGHT) -> Digits | str:
    """Return the MNIST test digits in a form, or say why they cannot be had."""
    try:
        return load_whole(form, **QUIETLY)[1]
    except InputError as problem:
        return str(problem)


@cache
def as_filed() -> np.ndarray:
    """Return the test digits as their files have them: float32, (10000, 28, 28), from -1 to 1."""
    raw = mnist.load_raw(**QUIETLY)["test_images"]
    return raw / np.float32(127.5) - np.float32(1)


def _shown(draw: partial[Figure], caption: str) -> Html:
    """Return a figure of the digits, or the reason why there is none."""
    reason = digits_in()
    if isinstance(reason, str):
        return Html(f"<p>A picture is missing here. {html.escape(reason)}</p>")
    return show(draw(), caption)


def forms(title: str, said: str, caption: str) -> Html:
    """Return the first test digit of each class of MNIST in three forms, and of the zip codes."""
    return _shown(partial(_forms, title, said), caption)


def _forms(title: str, said: str) -> Figure:
    slanted, upright = _digits(AS_THEY_ARE), _digits(UPRIGHT)
    mailed = material.usps().test
    ten, theirs = ([each.first(digit) for digit in range(10)] for each in (upright, mailed))
    rows = {
        "MNIST, 28 × 28": as_filed()[ten],
        "MNIST, 16 × 16": slanted.images[ten],
        "MNIST, 16 × 16, deslanted": upright.images[ten],
        "USPS, 16 × 16, as released": mailed.images[theirs],
    }
    return drawn.forms(rows, title, said)


def _digits(form: MNIST) -> Digits:
    found = digits_in(form)
    if isinstance(found, str):
        raise InputError(found)
    return found


@dataclass(frozen=True, eq=False)
class Readings:
    """What the sixteen networks of the recipe "handwritten" misread of MNIST, in percent.

    Attributes
    ----------
    upright, as_they_are : ndarray, shape (10,)
        Of each class, a mean over the networks: deslanted, and as they are.
    plane : ndarray, shape (networks,)
        Of images of 28 x 28 that are put into the input plane as they are.
    errors : ndarray, shape (networks,)
        How many of the deslanted digits.
    ones : ndarray, shape (10,)
        What ones as they are are taken for, in percent of those misread.
    """

    upright: np.ndarray
    as_they_are: np.ndarray
    plane: np.ndarray
    errors: np.ndarray
    ones: np.ndarray

    @property
    def are_known(self) -> bool:
        """Whether the digits could be had; NaN are all numbers otherwise."""
        return bool(np.isfinite(self.plane).all())


@cache
def _answers(form: MNIST) -> np.ndarray:
    """Return what the networks answer to the digits in a form: int64, (n, networks)."""
    banks = material.run("handwritten").banks()
    return np.asarray(outputs_of(banks, _digits(form).images).argmax(axis=1))


@cache
def readings() -> Readings:
    """Return what networks that learned zip codes misread of MNIST."""
    if isinstance(digits_in(), str):
        unknown = np.full(16, np.nan)
        return Readings(unknown[:10], unknown[:10], unknown, unknown, unknown[:10])
    labels = _digits(UPRIGHT).labels
    upright, as_they_are = (
        _answers(form) != labels[:, np.newaxis] for form in (UPRIGHT, AS_THEY_ARE)
    )
    banks = material.run("handwritten").banks()
    outputs = np.concatenate([bank.outputs(as_filed()) for bank in banks], axis=2)
    plane = evaluation.error_percent(outputs, labels)
    taken_for = np.bincount(_answers(AS_THEY_ARE)[labels == 1].ravel(), minlength=10)
    taken_for[1] = 0
    return Readings(
        upright=_by_class(upright, labels),
        as_they_are=_by_class(as_they_are, labels),
        plane=plane,
        errors=upright.sum(axis=0),
        ones=100 * taken_for / taken_for.sum(),
    )


def _by_class(wrong: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.array([100 * wrong[labels == digit].mean() for digit in range(10)])


def misread(classes: tuple[int, ...], title: str, said: str, caption: str) -> Html:
    """Return the deslanted digits of some classes that all the networks misread."""
    return _shown(partial(_misread, classes, title, said), caption)


def _misread(classes: tuple[int, ...], title: str, said: str) -> Figure:
    digits, answers = _digits(UPRIGHT), _answers(UPRIGHT)
    by_all = (answers != digits.labels[:, np.newaxis]).all(axis=1)
    found = np.flatnonzero(by_all & np.isin(digits.labels, classes))
    found = found[np.argsort(digits.labels[found], kind="stable")]
    return pictures.misread(digits.select(found), answers[found], title, said)
