"""Digits that networks misread, as data for two games of the results: rejection, and a quiz."""

from __future__ import annotations

from typing import Any

import numpy as np

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.pages.machine import base64_of, packed_digits
from reproduction.paper import MARKS, PUBLISHED


def packed(outputs: np.ndarray, digits: Digits) -> dict[str, Any]:
    """Return what both games need, as JSON.

    Parameters
    ----------
    outputs : ndarray, float32, shape (n, 10, networks)
    digits : Digits
        The handwritten test digits.

    Returns
    -------
    dict
        digits: those that the median network misreads and those of the quiz, as
        `machine.packed_digits` gives them, and what the networks most often say; quiz: places among
        these of the digits that half of the networks misread; rejection: `rejection_of` the median
        network; networks, total, errorPercent (of the median), and what others have found.
    """
    wrong = evaluation.wrong(outputs, digits.labels)
    misread = wrong.sum(axis=1)
    networks = outputs.shape[2]
    median = evaluation.median_network(wrong.sum(axis=0))
    hard = 2 * misread >= networks
    shown = np.flatnonzero(hard | wrong[:, median])
    paper = PUBLISHED["LENET1"]
    return {
        "digits": {
            **packed_digits(digits.select(shown), misread[shown]),
            "said": [
                evaluation.commonest(answers) for answers in evaluation.answers(outputs)[shown]
            ],
        },
        "quiz": np.searchsorted(shown, np.flatnonzero(hard)).tolist(),
        "rejection": rejection_of(outputs[:, :, [median]], digits.labels, shown),
        "networks": networks,
        "total": len(digits),
        "errorPercent": float(np.median(100 * wrong.mean(axis=0))),
        "humans": MARKS["humans"].value,
        "badlyCut": paper["errors_badly_cut"].value,
        "wronglyLabelled": paper["errors_wrongly_labelled"].value,
    }


def rejection_of(outputs: np.ndarray, labels: np.ndarray, shown: np.ndarray) -> dict[str, Any]:
    """Return how sure one network is, from the surest digit on, and where it errs.

    Returns
    -------
    dict
        differences: of its two highest outputs, float64, little-endian, in base64; wrong: the
        places of digits that it misreads, rising; digits: their places in `shown`; published: the
        paper's points, rejected and error in percent.
    """
    highest, second = (each[:, 0] for each in evaluation.top_two(outputs))
    differences = highest - second
    order = np.argsort(-differences, kind="stable")
    wrong = np.flatnonzero(evaluation.wrong(outputs, labels)[order, 0])
    paper = PUBLISHED["LENET1"]
    return {
        "differences": base64_of(differences[order].astype("<f8")),
        "wrong": wrong.tolist(),
        "digits": np.searchsorted(shown, order[wrong]).tolist(),
        "published": [
            [0, paper["test_handwritten.error_percent"].value],
            [paper["test_handwritten.rejected.thresholds"].value, 1],
        ],
    }
