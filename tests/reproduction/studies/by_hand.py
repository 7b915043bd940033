"""Records written by hand, of only what a comparison looks at."""

from __future__ import annotations

from collections.abc import Sequence

from reproduction.studies.comparison import COMPARED


def one_set(patterns: int, errors: Sequence[int], **more: object) -> dict:
    return {"patterns": patterns, "errors": list(errors), **more}


def record(
    arms: dict[str, list[dict]], architecture: str = "LENET1", digits: str = "Mixed"
) -> dict:
    """Return a record of arms and the sets of each of their banks."""
    described = {"architecture": architecture, "recipe": {"digits": {"kind": digits}}}
    banks = [{"arm": arm, "sets": sets} for arm, each in arms.items() for sets in each]
    return {
        "architectures": {architecture: {"name": architecture}},
        "arms": dict.fromkeys(arms, described),
        "banks": banks,
    }


def of_counts(**arms: Sequence[int]) -> dict:
    """Return a record of errors on 2007 digits, of banks of three; on training digits, none."""

    def sets(counts: Sequence[int]) -> dict[str, dict]:
        none = one_set(100, [0] * len(counts), mse=[0.0] * len(counts))
        return {"train": none, "test_handwritten": one_set(2007, counts)}

    return record(
        {
            arm: [sets(counts[n : n + 3]) for n in range(0, len(counts), 3)]
            for arm, counts in arms.items()
        }
    )


WHOLE = COMPARED["LENET1"]

SPREAD = (-1.0, 0.5, 0.0, 0.5)
"""Of four networks around a number, on the average at it."""


def networks(**off: float) -> dict[str, dict]:
    """Return sets of four networks around the paper's figures, some of them off by so much."""
    facts = {name.replace(".", "_"): fact.value for name, fact in WHOLE.items()}
    at = {name: value + off.get(name, 0.0) for name, value in facts.items()}
    patterns = {"train": 100_000, "test": 100_000, "test_handwritten": 100_000}
    sets: dict[str, dict] = {part: one_set(number, [0] * 4) for part, number in patterns.items()}
    for part in ("train", "test"):
        percents = [at[f"{part}_error_percent"] + 0.1 * by for by in SPREAD]
        sets[part]["errors"] = [round(percent * 1000) for percent in percents]
        sets[part]["mse"] = [at[f"{part}_mse"] + 0.001 * by for by in SPREAD]
    for part in ("test", "test_handwritten"):
        percents = [at[f"{part}_rejected_thresholds"] + 0.1 * by for by in SPREAD]
        sets[part]["rejected"] = {"thresholds": [round(percent * 1000) for percent in percents]}
    return sets
