"""The handwritten digits: what sixteen networks reach, to the bit, beside what the paper says."""

from __future__ import annotations

import pytest

from reproduction.runs import Run

WEIGHTS_SHA256 = ""

MEASURED = {
    "train.error_percent": 0,
}
"""Medians of the sixteen networks."""


def figure(run: Run, key: str) -> dict:
    """Return a figure of the summary by the way to it."""
    found = run.summary
    for step in key.split("."):
        found = found[step]
    return found


def test_the_weights_have_the_recorded_bits(handwritten: Run) -> None:
    assert handwritten.summary["weights_sha256"] == WEIGHTS_SHA256


@pytest.mark.parametrize("key", MEASURED)
def test_the_medians_are_those_recorded(handwritten: Run, key: str) -> None:
    assert figure(handwritten, key)["median"] == pytest.approx(MEASURED[key], rel=1e-9)
