"""The games of the results: their curve is the evaluation's, and their data say what is so."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.pages import played
from tests.js import node


def spoken(seed: int, count: int = 120, networks: int = 5) -> tuple[np.ndarray, Digits]:
    """Return outputs with ties, mostly right, and the digits that they were said to."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    outputs = rng.normal(-0.8, 0.5, (count, 10, networks)).round(1).astype(np.float32)
    outputs[np.arange(count), labels] += np.float32(1.5)
    levels = (rng.integers(-1000, 1001, (count, 16, 16)) / 1000).astype(np.float32)
    return outputs, Digits(levels, labels, np.full(count, "handwritten"))


def curve(seed: int) -> dict[str, Any]:
    """Return one network's differences and errors, and its error-reject curve."""
    outputs, digits = spoken(seed, networks=1)
    ((rejected, error),) = evaluation.reject_curve(outputs, digits.labels)
    found = played.rejection_of(outputs, digits.labels, np.arange(len(digits)))
    differences = np.frombuffer(base64.b64decode(found["differences"]), "<f8")
    return {
        "differences": differences,
        "wrong": found["wrong"],
        "rejected": rejected,
        "error": error,
    }


@node.needs_node
def test_the_games_count_as_the_evaluation_does(tmp_path: Path) -> None:
    bits = np.arange(2**16, dtype=np.uint16)
    values = bits.view(np.float16).astype(np.float32)
    finite = np.isfinite(values)
    halves = {"bits": bits[finite], "values": values[finite]}
    curves = [curve(seed) for seed in range(5)]
    node.run("played", {"curves": curves, "halves": halves}, tmp_path)


def test_what_is_packed_is_what_networks_misread() -> None:
    outputs, digits = spoken(11)
    found = played.packed(outputs, digits)
    misread = evaluation.wrong(outputs, digits.labels).sum(axis=1)
    packed = np.array(found["digits"]["misread"])
    assert sorted(packed[found["quiz"]]) == sorted(misread[misread >= 2.5])
    errors = evaluation.errors(outputs, digits.labels)
    assert len(found["rejection"]["wrong"]) == np.sort(errors)[2]
    levels = np.frombuffer(base64.b64decode(found["digits"]["levels"]), "<i2")
    assert levels.size == 256 * len(packed)
    assert found["total"] == len(digits)
