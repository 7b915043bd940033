"""Records written by hand, of only what a comparison looks at."""

from __future__ import annotations

from collections.abc import Sequence


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
