"""What the page that learns works on: the printed digits, two architectures, the book's rates."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from data_prep import printed
from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.learning import RECIPES
from reproduction.learning.converter import converter
from reproduction.learning.recipe import Recipe, Stage
from reproduction.learning.rules import Sampled, SecondOrder
from reproduction.learning.schedules import Constant
from reproduction.learning.training import train
from reproduction.network import LENET1, Bank
from reproduction.network.relatives import DENSE

LEVELS = 32
"""Gray levels that the page has of its digits, evenly from -1 to 1."""

AGREEMENT = 5e-6
"""How far the page's curvature, gradient and learned weights may be from the engine's: each over
the largest of its layer. Tests hold it to that."""

ARCHITECTURES = (LENET1, DENSE)
"""What can learn there."""

RULES = {"second": "paper", "plain": "sgd"}
"""Its rules, and the recipes whose eta and mu it begins with."""


def packed() -> dict[str, Any]:
    """Return all that book/assets/learn.js works on, as JSON.

    Returns
    -------
    dict
        digits: as `packed_digits`, "train" and "test" of the printed ones; architectures, by name;
        usual: of each of `RULES` eta, and where it has them mu and the patterns of its curvature.
    """
    given = printed.load()
    return {
        "digits": packed_digits({"train": given.train, "test": given.test}),
        "architectures": {each.name: converter.unstructure(each) for each in ARCHITECTURES},
        "usual": {name: _usual(recipe) for name, recipe in RULES.items()},
    }


def _usual(recipe: str) -> dict[str, float]:
    """Return the eta that a recipe begins with; its mu, and the patterns of its curvature."""
    (stage,) = RECIPES[recipe].stages
    found = {"eta": stage.eta.at_pass(0, stage.passes)}
    if isinstance(stage.rule, SecondOrder) and isinstance(stage.rule.curvature, Sampled):
        found |= {"mu": stage.rule.mu, "patterns": stage.rule.curvature.patterns}
    return found


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


# ---- What comes of it, by the engine -----------------------------------------------------------


def digits() -> dict[str, Digits]:
    """Return the printed digits as the page has them: "train" and "test"."""
    given = printed.load()
    return {"train": rounded(given.train), "test": rounded(given.test)}


def taught(passes: int, rule: str = "second", times: float = 1.0) -> Bank:
    """Teach sixteen networks print, and nothing else.

    Parameters
    ----------
    passes : int
    rule : {"second", "plain"}
        Of `RULES`, at its usual eta and mu.
    times : float
        What eta is multiplied by.
    """
    eta = Constant(times * _usual(RULES[rule])["eta"])
    stage = Stage("print", passes, eta, RECIPES[RULES[rule]].stages[0].rule)
    bank = Bank(LENET1)
    train(bank, Recipe("print", "printed digits alone", (stage,)), digits()["train"])
    return bank


def errors(bank: Bank, tried: Digits) -> np.ndarray:
    """Return how many of some digits each network gets wrong, in percent (float64, (networks,))."""
    outputs = bank.outputs(LENET1.planes(tried.images))
    return 100.0 * evaluation.wrong(outputs, tried.labels).mean(axis=0)


def errors_by_class(bank: Bank, tried: Digits) -> np.ndarray:
    """Return the same of the digits of each class, the median of the networks (float64, (10,))."""
    return np.array([np.median(errors(bank, tried.select(tried.labels == n))) for n in range(10)])


def steepest(bank: Bank) -> set[str]:
    """Return where each network has its largest curvature, as "H2.weights"."""
    curvature = bank.curvature(LENET1.planes(digits()["train"].images))
    return {
        name
        for most in curvature.argmax(axis=0)
        for name, (place, _) in LENET1.parameters.items()
        if place.start <= most < place.stop
    }


def errors_after_a_pass(times: Iterable[float]) -> dict[str, dict[float, np.ndarray]]:
    """Return, by rule and by what eta is multiplied by, the printed test errors after a pass.

    Returns
    -------
    dict of dict of ndarray, float64, shape (networks,)
        In percent.
    """
    tried, factors = digits()["test"], list(times)
    return {
        rule: {each: errors(taught(1, rule, each), tried) for each in factors} for rule in RULES
    }
