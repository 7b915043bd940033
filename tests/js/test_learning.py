"""The learning rule in JavaScript beside the engine's: two implementations that share no code."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data_prep import printed
from reproduction.evaluation import wrong
from reproduction.learning.converter import converter
from reproduction.learning.recipe import Recipe, Stage
from reproduction.learning.rules import FirstOrder, Rule, Sampled, SecondOrder
from reproduction.learning.schedules import Constant
from reproduction.learning.training import train
from reproduction.network import ARCHITECTURES, LENET1, Architecture, Bank
from reproduction.network.initial_weights import uniform
from reproduction.network.relatives import DENSE, averages
from reproduction.pages import learner
from tests.js import node
from tests.js.test_network import PROBABILITIES, STRANGE

SEEDS = (0, 1, 7, 1989, 2**32 + 5, 2**63 - 1)
ARCHITECTURES_TRIED = (
    *ARCHITECTURES.values(),
    STRANGE,
    PROBABILITIES,
    averages("summed first", summed_first=True),
)
RULES: dict[str, tuple[Rule, float]] = {
    "second order": (SecondOrder(mu=0.05, curvature=Sampled(500)), 1.25e-3),
    "plain": (FirstOrder(), 1.6e-2),
}
LEARNED = 100
"""Patterns after which weights are compared."""


def derivatives(architecture: Architecture) -> dict:
    """Return an architecture, first weights and images, and the engine's derivatives of them."""
    rng = np.random.default_rng(len(architecture.name))
    images = rng.uniform(-1, 1, (3, 16, 16)).astype(np.float32)
    labels = np.array([3, 0, 9])
    planes = architecture.planes(images)
    bank = Bank(architecture, (5,))
    return {
        "architecture": converter.unstructure(architecture),
        "seed": 5,
        "fan_in": architecture.fan_in,
        "parameters": bank.parameters[:, 0],
        "images": images.reshape(3, -1),
        "labels": labels,
        "outputs": bank.outputs(planes)[:, :, 0],
        "gradient": bank.gradient(planes, labels)[:, 0],
        "curvature": bank.curvature(planes)[:, 0],
    }


def learned(architecture: Architecture, name: str) -> dict:
    """Return what comes of the first printed digits by a rule, with the engine's weights."""
    rule, eta = RULES[name]
    digits = printed.load().train
    planes, labels = architecture.planes(digits.images), digits.labels
    bank = Bank(architecture, (7,))
    second = isinstance(rule, SecondOrder)
    served = Sampled(500).pick(len(digits))
    rates: np.ndarray | float = eta
    if isinstance(rule, SecondOrder):
        rates = rule.rates(eta, bank.curvature(planes[served]))
    bank.learn(planes, labels, np.arange(LEARNED), rates)
    return {
        "name": f"{architecture.name}, {name}",
        "architecture": converter.unstructure(architecture),
        "seed": 7,
        "rule": {"second": second, "eta": eta, "mu": getattr(rule, "mu", 0.0), "patterns": 500},
        "count": len(digits),
        "served": served,
        "images": digits.images[:LEARNED].reshape(LEARNED, -1),
        "curvature_images": digits.images[served if second else served[:0]].reshape(-1, 256),
        "labels": labels[:LEARNED],
        "rates": np.broadcast_to(rates, bank.parameters.shape)[:, 0],
        "parameters": bank.parameters[:, 0],
    }


def trained(digits: int = 200, passes: int = 3) -> dict:
    """Return digits as the page has them, and what comes of some passes over them."""
    given = printed.load()
    some = {"train": given.train.select(slice(0, digits)), "test": given.test}
    train_digits, test_digits = (learner.rounded(part) for part in some.values())
    rule, eta = RULES["second order"]
    recipe = Recipe("a pass", "", (Stage("a pass", 1, Constant(eta), rule),))
    bank = Bank(LENET1, (11,))
    misread = []
    for _ in range(passes):
        train(bank, recipe, train_digits)
        outputs = bank.outputs(LENET1.planes(test_digits.images))
        misread.append(wrong(outputs, test_digits.labels).sum())
    assert misread[0] > misread[-1]
    return {
        "packed": learner.packed_digits(some),
        "images": train_digits.images.reshape(digits, -1),
        "labels": train_digits.labels,
        "architecture": converter.unstructure(LENET1),
        "seed": 11,
        "rule": {"second": True, "eta": eta, "mu": getattr(rule, "mu", 0.0), "patterns": 500},
        "parameters": bank.parameters[:, 0],
        "wrong": misread,
        "of": len(test_digits),
    }


@node.needs_node
def test_learning_is_the_engines(tmp_path: Path) -> None:
    oracle = {
        "uniform": [{"seed": str(seed), "draws": uniform(seed, 50)} for seed in SEEDS],
        "derivatives": [derivatives(each) for each in ARCHITECTURES_TRIED],
        "close": learner.AGREEMENT,
        "trained": trained(),
        "learned": [learned(each, name) for each in (LENET1, DENSE) for name in RULES],
    }
    node.run("learning", oracle, tmp_path)
