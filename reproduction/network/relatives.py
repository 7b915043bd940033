"""LeNet-1's relatives, by name: networks of the time and of a later reader, as data.

The sister paper's network and its baseline (Neural Computation 1989), what a tutorial of 2025 calls
LeNet-1, and LeNet-1 itself with one of its peculiarities taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from data_prep.errors import InputError
from reproduction.network.architecture import (
    CROSS_ENTROPY,
    LENET1,
    Architecture,
    Border,
    Connection,
    Convolution,
    Layer,
    Plane,
    Squashing,
    Subsampling,
)

Table = tuple[tuple[int, ...], ...]

# ---- The sister paper's network ---------------------------------------------------------------

H1_MAPS, H2_MAPS, READ = 12, 12, 8
"""Each of the 12 maps of H2 reads 8 of the 12 maps of H1 (Neural Computation 1989)."""


def _sliding() -> Table:
    """Each map reads eight that follow one another, from its own number on."""
    return _round((m + n for n in range(READ)) for m in range(H2_MAPS))


def _blocks() -> Table:
    """Three groups of four maps, each without one of three groups below: a modern reading."""
    return _round((4 * (m // 4) + n for n in range(READ)) for m in range(H2_MAPS))


def _balanced() -> Table:
    """Each map leaves out four, such that no pair of maps below is favoured.

    Left out are m + 0, 1, 3, 7 (modulo 12): every difference but 6 comes once among these four, so
    every pair of maps below is left out together by one map of H2, or by two.
    """
    out = ({(m + n) % H1_MAPS for n in (0, 1, 3, 7)} for m in range(H2_MAPS))
    return _round((n for n in range(H1_MAPS) if n not in left) for left in out)


def _round(rows: Iterable[Iterable[int]]) -> Table:
    """Return rows of numbers modulo 12, each in rising order."""
    return tuple(tuple(sorted(n % H1_MAPS for n in row)) for row in rows)


def random_table(seed: int) -> Table:
    """Draw eight of twelve maps for each of twelve, from the raw bits of PCG-64.

    Raises
    ------
    InputError
        When the seed is negative.
    """
    if seed < 0:
        raise InputError(f"Seed {seed} is negative; seeds are integers from 0.")
    draws = np.random.PCG64(seed).random_raw(H1_MAPS * H2_MAPS).reshape(H2_MAPS, H1_MAPS)
    return _round(map(int, row) for row in np.argsort(draws, axis=1, kind="stable")[:, :READ])


SCHEMES: dict[str, Callable[[], Table]] = {
    "sliding": _sliding,
    "blocks": _blocks,
    "balanced": _balanced,
    "random": lambda: random_table(0),
}
"""Schemes by which H2 may read 8 of 12; the paper names none."""

BEFORE, AFTER = 1, 2


def net1989(
    scheme: str = "sliding",
    *,
    table: Table | None = None,
    before: int = BEFORE,
    around_h1: float = -1.0,
) -> Architecture:
    """Return the sister paper's network (Neural Computation 1989, pp. 541-551).

    Parameters
    ----------
    scheme : str
        One of `SCHEMES`.
    table : tuple of tuples of int, optional
        A table instead of a scheme.
    before : int
        Of the three pixels that 16 units need more for 8 fields of 5 at stride 2 (and 8 for 4),
        how many lie above and to the left; the others lie below and to the right.
    around_h1 : float
        What lies around the maps of H1; around the image it is background, -1.

    Raises
    ------
    InputError
        When there is no such scheme.
    """
    if table is None and scheme not in SCHEMES:
        raise InputError(f'There is no scheme "{scheme}"; there are {", ".join(SCHEMES)}.')
    chosen = SCHEMES[scheme]() if table is None else table
    after = BEFORE + AFTER - before
    sides = (before, after, before, after)
    return Architecture(
        name="NET1989",
        plane=Plane(16, 16),
        layers=(
            Convolution("H1", H1_MAPS, 5, 2, bias="unit", border=Border(*sides, value=-1.0)),
            Convolution(
                "H2",
                H2_MAPS,
                5,
                2,
                table=chosen,
                bias="unit",
                border=Border(*sides, value=around_h1),
            ),
            Connection("H3", 30),
            Connection("output", 10),
        ),
    )


NET1989 = net1989()
"""The sister paper's network: 1256 units, 64660 connections, 9760 parameters."""

FC40 = Architecture("FC40", Plane(16, 16), (Connection("hidden", 40), Connection("output", 10)))
"""The sister paper's baseline, 256-40-10: 10690 weights."""


# ---- The tutorial's network -------------------------------------------------------------------


def _tutorial(name: str, first: Subsampling, second: Subsampling) -> Architecture:
    padding = Border(2, 2, 2, 2, value=0.0)
    return Architecture(
        name=name,
        plane=Plane(16, 16),
        layers=(
            Convolution("C1", maps=4, kernel=5, border=padding),
            first,
            Convolution("C3", maps=12, kernel=5),
            second,
            Connection("F5", 30),
            Connection("output", 10, squashed=False),
        ),
        squashing=Squashing(1.0, 1.0),
        energy=CROSS_ENTROPY,
    )


TUTORIAL = _tutorial("TUTORIAL", Subsampling("S2", mean=True), Subsampling("S4", mean=True))
"""LeNet-1 in the words of a tutorial of 2025: 3128 parameters, coefficient and bias a map for the
averages. It does not say whether those are squashed; here they are, as in 1989."""

TUTORIAL_CODE = _tutorial(
    "TUTORIAL-CODE",
    Subsampling("S2", squashed=False, learned=False, mean=True),
    Subsampling("S4", squashed=False, learned=False, mean=True),
)
"""The same in the form of the tutorial's code: plain averages, 3096 parameters."""


# ---- LeNet-1 with one thing changed -----------------------------------------------------------


def with_layers(name: str, change: Callable[[Layer], Layer]) -> Architecture:
    """Return LeNet-1 with its layers changed."""
    return replace(LENET1, name=name, layers=tuple(change(layer) for layer in LENET1.layers))


def _dense(layer: Layer) -> Layer:
    return replace(layer, table=None) if isinstance(layer, Convolution) else layer


def averages(name: str, **changed: Any) -> Architecture:
    """Return LeNet-1 with something about H2 and H4 changed, by the fields of `Subsampling`."""
    return with_layers(
        name,
        lambda layer: replace(layer, **changed) if isinstance(layer, Subsampling) else layer,
    )


DENSE = with_layers("DENSE", _dense)
"""LeNet-1 with all 48 connections between the maps of H2 and H3."""

UNSQUASHED = averages("UNSQUASHED", squashed=False)
"""LeNet-1 with H2 and H4 not squashed."""


def with_softmax(architecture: Architecture) -> Architecture:
    """Return a network whose outputs are probabilities, and what is minimised their cross-entropy.

    The softmax takes the sums of the output units, which are not squashed any more; nothing else
    changes, and no parameter comes or goes.
    """
    *layers, last = architecture.layers
    return replace(
        architecture,
        name=f"{architecture.name}-SOFTMAX",
        layers=(*layers, replace(last, squashed=False)),
        energy=CROSS_ENTROPY,
    )


LENET1_SOFTMAX = with_softmax(LENET1)
NET1989_SOFTMAX = with_softmax(NET1989)

ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (
        LENET1,
        NET1989,
        FC40,
        TUTORIAL,
        TUTORIAL_CODE,
        DENSE,
        UNSQUASHED,
        LENET1_SOFTMAX,
        NET1989_SOFTMAX,
    )
}
"""The architectures that have a name."""
