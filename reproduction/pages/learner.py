"""What the page that learns works on: the printed digits, two architectures, the book's rates."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from data_prep import printed
from data_prep.digits import Digits
from reproduction.learning import RECIPES
from reproduction.learning.converter import converter
from reproduction.learning.rules import SecondOrder
from reproduction.network import LENET1
from reproduction.network.relatives import DENSE

LEVELS = 32
"""Gray levels that the page has of its digits, evenly from -1 to 1."""

AGREEMENT = 5e-6
"""How far the page's curvature, gradient and learned weights may be from the engine's: each over
the largest of its layer. Tests hold it to that."""

ARCHITECTURES = (LENET1, DENSE)
"""What can learn there."""


def packed() -> dict[str, Any]:
    """Return all that book/assets/learn.js works on, as JSON.

    Returns
    -------
    dict
        digits: as `packed_digits`, "train" and "test" of the printed ones; architectures, by name;
        usual: eta and mu of the rules "second" and "plain", those of the recipes "paper" and "sgd".
    """
    digits = printed.load()
    return {
        "digits": packed_digits({"train": digits.train, "test": digits.test}),
        "architectures": {each.name: converter.unstructure(each) for each in ARCHITECTURES},
        "usual": {"second": _usual("paper"), "plain": _usual("sgd")},
    }


def _usual(recipe: str) -> dict[str, float]:
    """Return the eta, and the mu if it has one, that a recipe begins with."""
    (stage,) = RECIPES[recipe].stages
    found = {"eta": stage.eta.at_pass(0, stage.passes)}
    return found | ({"mu": stage.rule.mu} if isinstance(stage.rule, SecondOrder) else {})


def packed_digits(parts: Mapping[str, Digits]) -> dict[str, Any]:
    """Return digits as book/assets/printed-digits.js unpacks them.

    Parameters
    ----------
    parts : mapping of str to Digits

    Returns
    -------
    dict
        levels: how many gray levels there are; counts: how many digits each part has; deflated:
        of all parts in order, 256 levels a digit, by rows, then a label a digit, a byte each,
        deflated and in base64.
    """
    levels = np.concatenate([_levels(digits) for digits in parts.values()])
    labels = np.concatenate([digits.labels for digits in parts.values()])
    deflated = zlib.compress(levels.tobytes() + labels.tobytes(), 9)
    return {
        "levels": LEVELS,
        "counts": {name: len(digits) for name, digits in parts.items()},
        "deflated": base64.b64encode(deflated).decode(),
    }


def rounded(digits: Digits) -> Digits:
    """Return digits in the gray levels that the page has of them."""
    images = 2.0 * _levels(digits) / (LEVELS - 1) - 1.0
    return Digits(images.astype(np.float32), digits.labels, digits.origin)


def _levels(digits: Digits) -> np.ndarray:
    """Return the nearest of the levels for every pixel (uint8, (n, 16, 16))."""
    shares = (digits.images.astype(np.float64) + 1) / 2
    return np.rint(shares * (LEVELS - 1)).astype(np.uint8)
