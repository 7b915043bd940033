"""The trained networks, and some digits, as data for the page that reads what is drawn on it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.learning import damage
from reproduction.learning.converter import converter
from reproduction.learning.deletion import MAGNITUDE, SALIENCY, Prune
from reproduction.network import symmetry
from reproduction.pages.shown import Html
from reproduction.paper import PUBLISHED
from reproduction.runs import Run

THOUSANDTHS = 1000
"""The released gray levels are whole thousandths, so that 16 bits hold them exactly."""


WAITING = "On the page of the book, where scripts may run, there is something to try here."
"""What stands in the place of a form until its script has run."""


def packed(
    run: Run,
    outputs: np.ndarray,
    tried: Digits,
    seeds: Sequence[int] = (),
    digits: Sequence[int] = (),
    train: Digits | None = None,
) -> dict[str, Any]:
    """Return networks of a run, and some digits, as JSON.

    Parameters
    ----------
    run : Run
    outputs : ndarray, float32, shape (n, 10, networks)
        What all its networks say to digits that they were tried on.
    tried : Digits
        These digits, by which the thresholds of rejection are fitted, as in the paper (p. 402).
    seeds : sequence of int
        Networks to pack, all by default.
    digits : sequence of int
        Which of the digits to pack, by number.
    train : Digits, optional
        Training digits of the run, for the order in which parameters can be taken away.

    Returns
    -------
    dict
        architecture; seeds; parameters: float32, little-endian, network after network, in base64,
        the signs of hidden maps chosen as `symmetry.turned` does; thresholds: of each network;
        committee: thresholds of those packed together, or None if it is one; shown: the place of
        the network shown first, the median one if it is there; digits: levels in thousandths
        (int16, little-endian, in base64), labels, and how many of all networks misread each;
        digitsPerSecond: of 1989; goingFirst: with `train`, the numbers of the parameters in the
        order in which ``Prune`` deletes them by saliency, network after network (uint16,
        little-endian, in base64), else None.
    """
    seeds = list(seeds or run.plan.seeds)
    twins = {
        seed: symmetry.turned(bank, lane)
        for bank in run.banks()
        for lane, seed in enumerate(bank.seeds)
        if seed in seeds
    }
    parameters = np.stack([twins[seed].parameters[:, 0] for seed in seeds])
    of_these = outputs[:, :, [run.plan.seeds.index(seed) for seed in seeds]]
    together = evaluation.committee(of_these)
    median = run.summary["median_network"]
    misread = evaluation.wrong(outputs, tried.labels)[list(digits)].sum(axis=1)
    return {
        "architecture": converter.unstructure(run.plan.architecture),
        "seeds": seeds,
        "parameters": base64_of(parameters.astype("<f4")),
        "thresholds": _thresholds(of_these, tried.labels),
        "committee": _thresholds(together, tried.labels)[0] if len(seeds) > 1 else None,
        "shown": seeds.index(median) if median in seeds else 0,
        "digits": packed_digits(tried.select(np.array(digits, int)), misread),
        "digitsPerSecond": PUBLISHED["LENET1"]["digits_per_second"].value,
        "goingFirst": None if train is None else _going_first(run, train, seeds),
    }


def _going_first(run: Run, train: Digits, seeds: Sequence[int]) -> str:
    """Return numbers of parameters, those that go first by saliency foremost, in base64."""
    planes = run.plan.architecture.planes(train.images)
    orders = {
        seed: np.argsort(worth, kind="stable")
        for bank in run.banks()
        for seed, worth in zip(bank.seeds, Prune(0).worth(bank, planes).T, strict=True)
    }
    return base64_of(np.array([orders[seed] for seed in seeds], dtype="<u2"))


def misread_with(left: int, run: Run, train: Digits, tried: Digits) -> np.ndarray:
    """Count the errors of a run's networks that keep some of their parameters and do not learn on.

    Parameters
    ----------
    left : int
        How many they keep.
    run : Run
        With all networks in one bank.
    train, tried : Digits
        Those that its networks learned from, and those that they are tried on.

    Returns
    -------
    ndarray, int64, shape (2, networks)
        Where the least saliency went first, and where the smallest did.
    """
    (bank,) = run.banks()
    planes = bank.architecture.planes(tried.images)
    steps = [Prune(left, SALIENCY), Prune(left, MAGNITUDE)]
    return np.array(
        [
            evaluation.wrong(less.bank.outputs(planes), tried.labels).sum(axis=0)
            for less in damage.deleted(bank, train, steps)
        ]
    )


def packed_digits(digits: Digits, misread: np.ndarray) -> dict[str, Any]:
    """Return digits, and how many networks misread each, as book/assets/machine.js unpacks them."""
    levels = np.rint(digits.images * np.float64(THOUSANDTHS))
    return {
        "levels": base64_of(levels.astype("<i2")),
        "labels": digits.labels.tolist(),
        "misread": misread.tolist(),
    }


def _thresholds(outputs: np.ndarray, labels: np.ndarray) -> list[dict[str, float | None]]:
    """Return what each network, or the committee, must be sure of: None for no threshold."""
    found = evaluation.reject_by_thresholds(outputs, labels)
    return [each.thresholds.to_json() for each in found]


def to_show(outputs: np.ndarray, labels: np.ndarray) -> list[int]:
    """Return test digits that the book shows, by number: two of each class, and the hard ones.

    First, of each class, the first two that no network misreads; then those that all misread.
    """
    missed = evaluation.wrong(outputs, labels).sum(axis=1)
    read = [np.flatnonzero((labels == digit) & (missed == 0))[:2] for digit in range(10)]
    hard = np.flatnonzero(missed == outputs.shape[2])
    return np.concatenate([*np.array(read).T, hard]).tolist()


def form(name: str, packed: dict[str, Any] | None = None, key: str = "lenet-data") -> Html:
    """Return the place where a script of book/assets puts one of its forms.

    Parameters
    ----------
    name : str
        Of the form, as the script knows it: "draw", "small", "window".
    packed : dict, optional
        As `packed` gives it: the first form of a page brings it along.
    key : str
        The name by which the script finds it.
    """
    text = json.dumps(packed, separators=(",", ":")).replace("<", "\\u003c")
    data = f'<script type="application/json" id="{key}">{text}</script>' if packed else ""
    return Html(f'{data}<div class="lenet" data-lenet="{name}"><p>{WAITING}</p></div>')


def base64_of(array: np.ndarray) -> str:
    """Return an array's bytes as text."""
    return base64.b64encode(array.tobytes()).decode()
