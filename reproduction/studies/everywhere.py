"""All networks of all records together: which of the released test digits each of them misreads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from reproduction.learning import Across, Handwritten, Material, Mixed, Resplit
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from reproduction.studies.modern import RELEASED
from reproduction.studies.record import BY_HAND, Record, study_of, unpacked

DIGITS = int(PUBLISHED["LENET1"]["test_handwritten_patterns"].value)
"""The released test digits, in the order of their file."""


@dataclass(frozen=True, eq=False)
class Missed:
    """How often the released test digits are misread.

    Attributes
    ----------
    by : ndarray of int, shape (2007,)
        How many networks misread each.
    networks : int
        Of how many, each counted once; those that diverged are left out.
    """

    by: np.ndarray
    networks: int

    @property
    def by_all(self) -> np.ndarray:
        """The digits that every network misreads, by number."""
        return np.flatnonzero(self.by == self.networks)


def is_tried_on_released(material: Material) -> bool:
    """Tell whether the handwritten test digits of a recipe are the released ones, in order."""
    match material:
        case Handwritten() | Mixed():
            return True
        case Across():
            return material.tried == Handwritten()
        case Resplit():
            where = (material.start, material.seed, material.digits)
            return where == (RELEASED, None, Handwritten())
        case _:
            return False


def missed(records: Iterable[Record]) -> Missed:
    """Count by how many networks of some records each released test digit is misread.

    A bank that several records share, or that one has under two names, counts once.
    """
    by, networks = np.zeros(DIGITS, int), 0
    known: set[str] = set()
    for record in records:
        for arm in study_of(record).arms:
            if not is_tried_on_released(arm.recipe.digits):
                continue
            sound = ~comparison.diverged(record, arm.name)
            for bank in (each for each in record["banks"] if each["arm"] == arm.name):
                here, sound = sound[: len(bank["seeds"])], sound[len(bank["seeds"]) :]
                mark = bank["weights_sha256"]
                if "misread" in bank and mark not in known:
                    wrong = unpacked(bank["misread"], bank["sets"][BY_HAND]["patterns"])
                    by, networks = by + wrong[:, here].sum(axis=1), networks + int(here.sum())
                    known |= {mark} if mark else set()
    return Missed(by, networks)
