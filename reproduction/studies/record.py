"""A study's record: one JSON file of what ran, with which versions, and what came of it.

    study, question, made by, versions
    seeds            a network for each, in every arm
    follow           whether the banks have a history
    committee        where the banks have the answers of their committees: true
    architectures    each one once, by name
    arms             by name: the recipe, and the name of the architecture
    banks            of every arm, as `reproduction.studies.banks.trained` returns them: seeds,
                     hashes of the weights after the first pass and at the end, and the measures
                     of every network on every set

What follows from it is computed by `reproduction.studies.comparison`.
"""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import cattrs
import numpy as np

from data_prep.digits import HANDWRITTEN
from data_prep.errors import InputError
from reproduction import runs, sealed
from reproduction.learning import Recipe
from reproduction.learning.converter import converter
from reproduction.learning.sets import TEST_OF, TRAIN
from reproduction.network.architecture import Architecture
from reproduction.studies.study import Arm, Study

BY_HAND = TEST_OF[HANDWRITTEN]
"""The set that arms are compared on."""

Record = Mapping[str, Any]

Measures = dict[str, Any]
"""What a bank did: see `reproduction.studies.banks.trained`."""

MEASURED = ("sets", "misread", "committee", "history", "mse", "left")
"""The keys of what was measured of a bank's networks."""


# ---- A record and its study -------------------------------------------------------------------


def record_of(
    study: Study, banks: Sequence[Measures], made_by: Mapping[str, str]
) -> dict[str, Any]:
    """Return the record of a study, its banks in the order of the arms and seeds.

    `made_by` tells the version of this software, and of its engine.
    """
    named = _named(study)
    return {
        "study": study.name,
        "question": study.question,
        "made by": f"lenet1989 study {study.name}",
        "versions": {**runs.versions(), **made_by},
        "seeds": list(study.seeds),
        "follow": study.follow,
        **({"committee": True} if study.committee else {}),
        "architectures": {
            name: converter.unstructure(architecture) for architecture, name in named.items()
        },
        "arms": {
            arm.name: {
                "recipe": converter.unstructure(arm.recipe),
                "architecture": named[arm.architecture],
            }
            for arm in study.arms
        },
        "banks": list(banks),
    }


def _named(study: Study) -> dict[Architecture, str]:
    """Name the architectures of a study, by their arm too where two have one name."""
    named: dict[Architecture, str] = {}
    for arm in study.arms:
        if arm.architecture not in named:
            name = arm.architecture.name
            named[arm.architecture] = f"{name}, {arm.name}" if name in named.values() else name
    return named


def study_of(record: Record) -> Study:
    """Return the study that a record is of."""
    architectures = {
        name: converter.structure(architecture, Architecture)
        for name, architecture in record["architectures"].items()
    }
    arms = tuple(
        Arm(name, converter.structure(arm["recipe"], Recipe), architectures[arm["architecture"]])
        for name, arm in record["arms"].items()
    )
    seeds = tuple(record["seeds"])
    how = record["follow"], record.get("committee", False)
    return Study(record["study"], record["question"], arms, seeds, *how)


def part_of(record: Record, seeds: Collection[int] | None) -> dict[str, Any]:
    """Return a record of only the banks whose seeds are all among those given; None for all.

    Raises
    ------
    InputError
        When there is no such bank.
    """
    if seeds is None:
        return dict(record)
    banks = [bank for bank in record["banks"] if set(bank["seeds"]) <= set(seeds)]
    if not banks:
        raise InputError(
            "No bank of the record has only these seeds; give those of a whole bank, as --seeds "
            f"{record['banks'][0]['seeds'][0]}-{record['banks'][0]['seeds'][-1]}."
        )
    there = sorted({seed for bank in banks for seed in bank["seeds"]}, key=record["seeds"].index)
    return {**record, "seeds": there, "banks": banks}


BankOf = tuple[str, tuple[int, ...]]
"""An arm's name, and the seeds of one of its banks."""


def _is_of(bank: Measures) -> BankOf:
    return bank["arm"], tuple(bank["seeds"])


def _wanted(study: Study) -> list[BankOf]:
    """Return all banks that a study has."""
    return [(arm.name, seeds) for arm in study.arms for seeds in study.banks]


def _named_bank(bank: BankOf) -> str:
    arm, seeds = bank
    return f"{arm}, seeds {seeds[0]} to {seeds[-1]}" if seeds else f"{arm}, no seeds"


def _unlike(wanted: Sequence[BankOf], found: Sequence[BankOf]) -> list[str]:
    """Say which banks are missing, there twice, or not wanted."""
    here, there = Counter(found), set(wanted)
    return [
        *(f"{_named_bank(bank)}: it is missing" for bank in wanted if not here[bank]),
        *(
            f"{_named_bank(bank)}: it is there {here[bank]} times"
            for bank in here
            if here[bank] > 1
        ),
        *(f"{_named_bank(bank)}: it is of no arm" for bank in here if bank not in there),
    ]


def differences(record: Record, again: Record) -> list[str]:
    """Say in which banks another record of the same study differs: in bits, or in measures.

    Each has to have every bank of every arm of the study once.
    """
    wanted = _wanted(study_of(record))
    faults = [
        fault
        for each in (record, again)
        for fault in _unlike(wanted, [_is_of(bank) for bank in each["banks"]])
    ]
    there = {_is_of(bank): bank for bank in again["banks"]}
    for bank in record["banks"]:
        other = there.get(_is_of(bank))
        if other and (fault := fault_of(bank, other)):
            faults.append(f"{_named_bank(_is_of(bank))}: {fault}")
    return list(dict.fromkeys(faults))


def fault_of(bank: Record, other: Record) -> str:
    """Say in what a bank differs from the same one trained again, or nothing."""
    if bank["digits"] != other["digits"]:
        return "other digits"
    if bank["weights_sha256"] is None:  # of the first choices, before hashes of them were kept
        errors, again = (
            {name: each["sets"][name]["errors"] for name in bank["sets"]} for each in (bank, other)
        )
        return "" if errors == again else "other errors"
    if bank["after_first_pass"] != other["after_first_pass"]:
        return "other weights after the first pass"
    if bank["weights_sha256"] != other["weights_sha256"]:
        return "other weights at the end"
    if any(bank.get(key) != other.get(key) for key in MEASURED):
        return "other measures from the same weights"
    return ""


# ---- Measures out of a record -----------------------------------------------------------------


def banks_of_arm(record: Record, arm: str) -> list[Record]:
    """Return the banks of an arm.

    Raises
    ------
    KeyError
        When the record has no such arm.
    """
    banks = [bank for bank in record["banks"] if bank["arm"] == arm]
    if not banks:
        raise KeyError(f"the record has no arm {arm!r}; it has {', '.join(record['arms'])}")
    return banks


ERRORS = f"{BY_HAND}.errors"
"""The measure by which arms are compared: errors on handwritten test digits."""


def values(record: Record, arm: str, measure: str = ERRORS) -> np.ndarray:
    """Return a measure of every network of an arm, in the order of the seeds.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str
    measure : str
        Set and what is measured: "train.errors", "train.error_percent", "test.mse",
        "test_handwritten.rejected.thresholds" (percent of the set), "train.cross_entropy".

    Returns
    -------
    ndarray, float64, shape (networks,)
        NaN where a network has diverged.
    """
    of_set, _, key = measure.partition(".")
    columns = []
    for bank in banks_of_arm(record, arm):
        found = bank["sets"][of_set]
        if key == "error_percent":
            column = 100 * np.array(found["errors"]) / found["patterns"]
        elif key.startswith("rejected."):
            rejected = np.array(found["rejected"][key.removeprefix("rejected.")])
            column = 100 * rejected / found["patterns"]
        else:
            column = np.array(found[key], float)
        columns.append(column)
    return np.concatenate(columns)


def committees(record: Record, arm: str) -> list[dict[str, Any]]:
    """Return what the committee of each bank of an arm makes of the handwritten test digits.

    Returns
    -------
    list of dict
        "errors" and "answers": see `reproduction.studies.banks.trained`.

    Raises
    ------
    KeyError
        When the study did not ask for committees.
    """
    return [bank["committee"] for bank in banks_of_arm(record, arm)]


def cpu_seconds(record: Record, arm: str) -> np.ndarray:
    """Return what the training of each bank of an arm took: float64, (banks,); NaN if unknown."""
    return np.array([bank["cpu_seconds"] for bank in banks_of_arm(record, arm)], float)


# ---- Files ------------------------------------------------------------------------------------


def read_record(path: Path, name: str | None = None) -> dict[str, Any]:
    """Read a study's record.

    Parameters
    ----------
    path : Path
    name : str, optional
        Of the study that it must be of; any, if it is left out.

    Raises
    ------
    InputError
        When there is none, it cannot be read, it is of another study, or it does not have every
        bank of every arm once.
    """
    if not path.exists():
        raise InputError(f"There is no record {path}; make one by lenet1989 study.")
    way_out = "make it anew by lenet1989 study"
    record = sealed.read_json(path, way_out)
    try:
        study = study_of(record)
        found = [_is_of(bank) for bank in record["banks"]]
        whole = all(map(_is_recorded, record["banks"]))
    except (KeyError, TypeError, ValueError, AttributeError, cattrs.BaseValidationError):
        whole = False
    if not whole:
        raise InputError(f"{path} is no record of a study as this version writes it; {way_out}.")
    if name not in (None, study.name):
        raise InputError(
            f"{path} is the record of the study {study.name}, not of {name}; {way_out}."
        )
    if faults := _unlike(_wanted(study), found):
        raise InputError(f"{path} is not whole ({faults[0]}); {way_out}.")
    return record


def write_record(path: Path, record: Record) -> None:
    """Write a study's record; see `sealed.write`."""
    sealed.write_json(path, record, "choose another --record")


def read_bank(path: Path) -> Measures | None:
    """Return what is kept of a bank in the file of its key, or None where that cannot be read."""
    try:
        kept = sealed.read_json(path)
    except InputError:
        return None
    is_its = kept.pop("key", None) == path.stem
    return kept if is_its and _has_shape(kept, _Kept) else None


def write_bank(path: Path, measures: Measures) -> None:
    """Keep what a bank did in the file of its key; see `sealed.write`."""
    sealed.write_json(path, {**measures, "key": path.stem}, "start elsewhere")


def packed(misread: np.ndarray) -> str:
    """Pack which rows, as patterns, hold for which networks (columns): bits, zlib, base64."""
    bits = np.packbits(misread.T, axis=1).tobytes()
    return base64.b64encode(zlib.compress(bits, 9)).decode()


def unpacked(text: str, patterns: int) -> np.ndarray:
    """Undo `packed`: bool, (patterns, networks)."""
    bits = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    return np.unpackbits(bits.reshape(-1, (patterns + 7) // 8), axis=1)[:, :patterns].T.astype(bool)


# ---- The shape of a bank ----------------------------------------------------------------------


class _OnEverySet(TypedDict):
    patterns: int
    errors: list[int]
    mse: list[float | None]


class _Set(_OnEverySet, total=False):
    cross_entropy: list[float | None]
    rejected: dict[str, list[int]]


class _Committee(TypedDict):
    errors: int
    answers: str


class _OfEveryBank(TypedDict):
    seeds: list[int]
    after_first_pass: str | None
    weights_sha256: str | None
    cpu_seconds: float | None
    sets: dict[str, _Set]


class _Kept(_OfEveryBank, total=False):
    """What is kept of a bank: see `reproduction.studies.banks.trained`."""

    misread: str
    committee: _Committee
    left: str
    history: dict[str, list[list[int]]]
    mse: dict[str, list[list[float | None]]]


class _Recorded(_Kept):
    """What a record has of a bank."""

    arm: str
    digits: dict[str, str]


def _is_recorded(bank: Any) -> bool:
    return _has_shape(bank, _Recorded)


def _has_shape(measures: Any, shape: type) -> bool:
    """Tell whether these are the measures of a bank: of every network on every set."""
    try:
        converter.structure(measures, shape)
    except cattrs.BaseValidationError:
        return False
    sets, networks = measures["sets"], len(measures["seeds"])
    of_each = [one for each in sets.values() for one in (each["errors"], each["mse"])]
    is_whole = networks > 0 and all(len(each) == networks for each in of_each)
    return is_whole and TRAIN in sets and ("misread" in measures) is (BY_HAND in sets)
