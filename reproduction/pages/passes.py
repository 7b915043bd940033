"""Networks as they were after some of their passes, for a page that goes through a training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from data_prep.digits import HANDWRITTEN, Digits
from reproduction import evaluation, runs
from reproduction.learning.converter import converter
from reproduction.learning.sets import TRAIN
from reproduction.learning.training import Progress, banks_of, training_passes
from reproduction.network import symmetry
from reproduction.pages import material
from reproduction.pages.machine import base64_of, packed_digits

PASSES = (0, 1, 2, 3, 5, 8, 13, 20, 30)
"""Those that are kept: before the first, and ever fewer as less changes."""

KEPT = material.RUNS.parent / "passes"
"""Where they are kept between builds."""


def weights(recipe: str, seeds: tuple[int, ...]) -> np.ndarray:
    """Return the weights of some networks of a recipe's run after some of its passes.

    A run keeps its last weights alone; so these networks are trained again, once, and must end in
    the same bits.

    Returns
    -------
    ndarray, float32, shape (len(PASSES), p, len(seeds))

    Raises
    ------
    ValueError
        If they end in others.
    """
    run = material.run(recipe)
    name = "-".join([recipe, run.summary["weights_sha256"][:16], *map(str, seeds)])
    path = KEPT / f"{name}.npy"
    if not path.exists():
        found = _trained_again(run, material.sets(recipe), seeds)
        KEPT.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part.npy")
        np.save(partial, found)
        partial.replace(path)
    return np.asarray(np.load(path))


def _trained_again(run: runs.Run, sets: dict[str, Digits], seeds: tuple[int, ...]) -> np.ndarray:
    """Train some networks of a run again, and compare them with it."""
    plan = run.plan
    banks = banks_of(plan.architecture, seeds, plan.recipe.initial)
    found = {0: banks[0].parameters.copy()}
    learned = {TRAIN: sets[TRAIN]}
    for progress in training_passes(banks, plan.recipe, learned, Progress(), tried=()):
        found[progress.passes] = banks[0].parameters.copy()
    places = [plan.seeds.index(seed) for seed in seeds]
    last = np.hstack([bank.parameters for bank in run.banks()])[:, places]
    if not np.array_equal(found[max(found)], last):
        raise ValueError(f"The networks {seeds} trained again have other weights than the run.")
    return np.stack([found[number] for number in PASSES])


def packed(recipe: str = "paper") -> dict[str, Any]:
    """Return the training of two networks as JSON: the median one's, and that with most errors.

    Errors are those on handwritten test digits, and so the digits that are shown: the first of
    each class.

    Parameters
    ----------
    recipe : str
        Of a run with sixteen networks in one bank.

    Returns
    -------
    dict
        architecture, seeds, passes; parameters: 16-bit floats, little-endian, pass after pass and
        network after network, in base64, the signs of hidden maps chosen by the last pass; errors:
        of each network in percent, after every pass from the first; digits, as
        `machine.packed_digits` gives them.
    """
    run, test = material.run(recipe), material.sets(recipe)["test"]
    by_hand = test.origin == HANDWRITTEN
    digits, outputs = test.select(by_hand), material.outputs(recipe)[by_hand]
    errors = evaluation.errors(outputs, digits.labels)
    (bank,) = run.banks()
    lanes = evaluation.median_network(errors), int(np.argmax(errors))
    seeds = tuple(bank.seeds[lane] for lane in lanes)
    found = weights(recipe, seeds)
    for n, lane in enumerate(lanes):
        twin = symmetry.turned(bank, lane).parameters[:, 0]
        found[:, :, n] *= np.where(twin == bank.parameters[:, lane], 1, -1)
    halves = found.transpose(0, 2, 1).astype("<f2")
    first = np.array([digits.first(digit) for digit in range(10)])
    return {
        "architecture": converter.unstructure(run.plan.architecture),
        "seeds": list(seeds),
        "passes": list(PASSES),
        "parameters": base64_of(np.ascontiguousarray(halves)),
        "errors": [_errors(run.history, seed) for seed in seeds],
        "digits": packed_digits(digits.select(first), np.zeros(10, int)),
    }


def likeness(seeds: Sequence[int], recipe: str = "paper") -> dict[int, np.ndarray]:
    """Return how alike each kernel of H1 is to what it ends as: their correlation.

    Returns
    -------
    dict of int to ndarray, float64, shape (kernels, len(seeds))
        By pass, of `PASSES`.
    """
    place, (kernels, *sides) = material.run(recipe).plan.architecture.parameters["H1.weights"]
    taps = weights(recipe, tuple(seeds))[:, place].astype(np.float64)
    taps = taps.reshape(len(PASSES), kernels, int(np.prod(sides)), len(seeds))
    taps -= taps.mean(axis=2, keepdims=True)
    taps /= np.linalg.norm(taps, axis=2, keepdims=True)
    return dict(zip(PASSES, (taps * taps[-1]).sum(axis=2), strict=True))


def _errors(history: np.ndarray, seed: int) -> list[float]:
    """Return a network's errors on the handwritten test digits after every pass, in percent."""
    lines = history[(history["part"] == "test_handwritten") & (history["network"] == seed)]
    return np.round(100 * lines["errors"] / lines["patterns"], 3).tolist()
