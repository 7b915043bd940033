"""What the record of the benchmark says (book/records/speed.json), as shares and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from reproduction.pages.shown import Html, table
from reproduction.pages.words import number, percent


def shares(found: Mapping[str, Any], operations: Mapping[str, int]) -> dict[str, float]:
    """Return how much of a core's peak reaches the sums over connections, in percent.

    Parameters
    ----------
    found : mapping
        "microseconds" a pattern and network, by kind of work, and the core's "peak_gflops".
    operations : mapping
        Of a pattern and network, by kind of work; a multiply-add is two.
    """
    return {
        work: 100 * count / (1e3 * found["microseconds"][work] * found["peak_gflops"])
        for work, count in operations.items()
    }


def engine(record: Mapping[str, Any], label: str) -> Html:
    """Return a table of microseconds and shares, by kind of work: wide registers, and AVX2."""
    both = (record, record["avx2"])
    parts = [shares(found, record["operations"]) for found in both]
    rows = [
        (
            work,
            *(
                cell
                for found, part in zip(both, parts, strict=True)
                for cell in (number(found["microseconds"][work], 2), percent(part[work], 0))
            ),
        )
        for work in record["operations"]
    ]
    return table(("", "µs", "of peak", "µs, AVX2", "of its peak"), rows, label)


class Cost(NamedTuple):
    """Microseconds of a pattern in a network: what its arithmetic takes at the peak, and more."""

    arithmetic: float
    squashing: float
    rest: float


def costs(record: Mapping[str, Any]) -> dict[str, Cost]:
    """Return what each layer takes in training, forward and backward, and loading a pattern."""
    found = {}
    for layer in record["layers"]:
        arithmetic = sum(layer["operations"].values()) / record["peak_gflops"] / 1e3
        whole = layer["forward"] + layer["backward"]
        rest = whole - arithmetic - layer["squashing"]
        found[layer["name"]] = Cost(arithmetic, layer["squashing"], rest)
    return found | {"loading": Cost(0.0, 0.0, record["load"])}


def layers(record: Mapping[str, Any], label: str) -> Html:
    """Return a table of what each layer takes in training, and all of them together."""
    found = costs(record)
    found["all"] = Cost(*map(sum, zip(*found.values(), strict=True)))
    rows = [
        (name, *(number(each, 2) for each in (*cost, sum(cost)))) for name, cost in found.items()
    ]
    return table(("", "arithmetic", "squashing", "the rest", "together, µs"), rows, label)


def trained_in(record: Mapping[str, Any]) -> tuple[int, float]:
    """Return on how many cores the main recipe was trained at most, and in how many seconds."""
    seconds = {int(cores): took for cores, took in record["whole_training"]["seconds"].items()}
    return max(seconds), seconds[max(seconds)]


def peers(record: Mapping[str, Any], label: str) -> Html:
    """Return a folded table of the same step by other programs, the fastest first.

    Those that were not installed are left out.
    """
    found = [peer for peer in record["peers"] if peer["microseconds"]]
    found.sort(key=lambda peer: peer["microseconds"])
    (ours,) = (peer["microseconds"] for peer in found if peer["name"] == "this engine")
    rows = [
        (
            peer["name"],
            peer["networks"],
            number(peer["microseconds"], 1),
            number(peer["microseconds"] / ours, 1),
        )
        for peer in found
    ]
    return table(("", "networks in step", "µs", "times this engine"), rows, label, folded=True)
