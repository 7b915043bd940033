"""Made-up records of the modern studies: of digits, committees and held-out blocks."""

from __future__ import annotations

import numpy as np

from reproduction.learning import HeldOut
from reproduction.studies import Measures, Record, Study, packed
from reproduction.studies.record import record_of

PATTERNS = {"train": 7291, "test_handwritten": 2007, "held_out": 1823}


def bank_of(name: str, percent: float, is_held_out: bool, rng: np.random.Generator) -> Measures:
    """Make what a bank of sixteen tells that errs so much, as its committee does nearly."""
    sets: Measures = {}
    for part in ("train", "held_out" if is_held_out else "test_handwritten"):
        rates = percent * rng.normal(1, 0.06, 16) / (3 if part == "train" else 1)
        errors = np.rint(PATTERNS[part] * rates / 100).astype(int)
        sets[part] = {"patterns": PATTERNS[part], "errors": errors.tolist(), "mse": [0.02] * 16}
    bank: Measures = {
        "arm": name,
        "digits": {"train": "", "test_handwritten": ""},
        "seeds": list(range(16)),
        "after_first_pass": "",
        "weights_sha256": f"{name} {percent:g}",
        "sets": sets,
        "cpu_seconds": 60.0,
    }
    if not is_held_out:
        misread = np.zeros((2007, 16), bool)
        for network, errors in enumerate(sets["test_handwritten"]["errors"]):
            misread[:12, network] = True
            misread[12 + rng.permutation(1995)[: errors - 12], network] = True
        bank["misread"] = packed(misread)
        wrong = int(2007 * percent * 0.8 / 100)
        bank["committee"] = {"errors": wrong, "answers": "3" * 2007}
    return bank


def made(study: Study, percents: dict[str, float]) -> Record:
    """Make the record of a study whose arms err as the first of these that their names contain."""
    rng = np.random.default_rng(0)
    banks = [
        bank_of(
            arm.name,
            next((rate for part, rate in percents.items() if part in arm.name), 4.0),
            isinstance(arm.recipe.digits, HeldOut),
            rng,
        )
        for arm in study.arms
    ]
    return record_of(study, banks, {})


LADDER_ERRS = {
    "NET1989 as": 5.5,
    "NET1989": 3.0,
    "as in 1989": 4.4,
    "100 passes": 4.2,
    "cross-entropy alone": 4.3,
    "distorted digits alone": 4.0,
    "Adam alone": 4.5,
    "all but Adam": 3.3,
    "and cross-entropy": 4.0,
    "and distorted": 3.4,
    "and Adam": 3.3,
    "and 300": 3.0,
    "and 750": 2.9,
}
SPLITS_ERR = {
    "1989, as released": 4.4,
    "modern, as released": 3.2,
    "1989, shuffled": 2.4,
    "modern, shuffled": 1.4,
    "1989, from": 2.8,
    "modern, from": 1.8,
}
