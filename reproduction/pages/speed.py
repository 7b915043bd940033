"""What the record of the benchmark says (book/records/speed.json), as shares and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

from reproduction.network import NETWORKS, Architecture
from reproduction.network.kernels.layout import lay_out
from reproduction.pages.shown import Html, table
from reproduction.pages.words import number, percent
from reproduction.paper import PUBLISHED

DAY = 24 * 3600
"""In seconds."""


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


def whole(record: Mapping[str, Any]) -> Cost:
    """Return what all layers take together, and loading a pattern."""
    return Cost(*map(sum, zip(*costs(record).values(), strict=True)))


def layers(record: Mapping[str, Any], label: str) -> Html:
    """Return a table of what each layer takes in training, and all of them together."""
    found = costs(record) | {"all": whole(record)}
    rows = [
        (name, *(number(each, 2) for each in (*cost, sum(cost)))) for name, cost in found.items()
    ]
    return table(("", "arithmetic", "squashing", "the rest", "together, µs"), rows, label)


def working_set(architecture: Architecture) -> tuple[int, int, float]:
    """Return the units and the parameters of a network, and what a bank of it takes in KiB.

    A float32 each for a unit and its derivative, for a parameter and its step.
    """
    units, parameters = lay_out(architecture).units, architecture.counts().parameters
    return units, parameters, 2 * (units + parameters) * 4 * NETWORKS / 1024


def share_of_trying(record: Mapping[str, Any]) -> float:
    """Return which part of learning from a pattern and trying another is trying, in percent."""
    took = record["microseconds"]
    return 100 * took["forward"] / (took["training"] + took["forward"])


def nearest(peers: Sequence[Mapping[str, Any]]) -> tuple[str, float]:
    """Return which of the others is the fastest, and how many times as long as the engine it takes.

    Raises
    ------
    ValueError
        When the engine is not the fastest of all.
    """
    step = {peer["name"]: peer["microseconds"] for peer in peers if peer["microseconds"]}
    first, second, *_ = sorted(step, key=step.__getitem__)
    if first != "this engine":
        raise ValueError(f"{first} is faster than the engine")
    return second, step[second] / step[first]


def straightness(trainings: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return how much longer trainings on one core took than straight lines say.

    Parameters
    ----------
    trainings : sequence of mapping
        Their "networks", "passes", "cores" and "seconds"; the first on one core.

    Returns
    -------
    dict of str to float
        1 where the line is straight. "lanes": sixteen networks beside one, which take as long as
        they fill one bank; "banks": the most networks beside sixteen; "passes": the most beside the
        fewest.
    """
    alone = [one for one in trainings if one["cores"] == 1]
    times = {(one["networks"], one["passes"]): one["seconds"] for one in alone}
    passes, most = alone[0]["passes"], max(networks for networks, _ in times)
    of_bank = {n: took for (networks, n), took in times.items() if networks == NETWORKS}
    first, last = min(of_bank), max(of_bank)
    return {
        "lanes": of_bank[passes] / times[1, passes],
        "banks": times[most, passes] / of_bank[passes] / ceil(most / NETWORKS),
        "passes": of_bank[last] / of_bank[first] / (last / first),
    }


def trained_in(record: Mapping[str, Any]) -> tuple[int, int, float]:
    """Return the passes of the main recipe, on how many cores they were made, and the seconds."""
    training = record["whole_training"]
    return training["passes"], training.get("cores", 1), training["seconds"]


def in_1989() -> tuple[float, float]:
    """Return how many presentations of a pattern a training of 1989 made, and the seconds each."""
    paper = PUBLISHED["LENET1"]
    patterns = paper["passes"].value * paper["train_patterns"].value
    return patterns, paper["training_time"].value * DAY / patterns


def times_1989(record: Mapping[str, Any]) -> float:
    """Return how many times as fast as in 1989 the main recipe trains, counted by the network.

    Raises
    ------
    ValueError
        When the recipe has not as many passes as the paper.
    """
    passes, _, seconds = trained_in(record)
    paper = PUBLISHED["LENET1"]
    if passes != paper["passes"].value:
        raise ValueError(f"{passes} passes are not the paper's")
    return NETWORKS * paper["training_time"].value * DAY / seconds


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
