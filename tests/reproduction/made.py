"""Digits made from raw bits and a network small enough to train in a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from data_prep import known, usps
from data_prep.digits import Digits
from reproduction.learning import Constant, Handwritten, Recipe, Sampled, SecondOrder, Stage
from reproduction.network import Architecture, Connection, Convolution, Plane
from reproduction.studies import Arm, Job, Measures, Study, trained

SMALL = Architecture(
    "SMALL", Plane(16, 16), (Convolution("H1", 2, 6, stride=2), Connection("output", 10))
)


def made_digits(count: int, salt: int = 0) -> Digits:
    """Make digits from raw bits: a bar for each class, and noise."""
    raw = np.random.PCG64([salt, count]).random_raw(count * 256).reshape(count, 16, 16)
    images = (raw >> np.uint64(40)).astype(np.float32) / np.float32(2**24) / 2 - 1
    labels = (np.arange(count) * 7 % 10).astype(np.uint8)
    images[np.arange(count), labels + 3, :] = 1.0
    return Digits(images, labels, np.full(count, "handwritten"))


TRAIN, TEST = made_digits(60), made_digits(30, salt=1)
SECOND = SecondOrder(0.05, Sampled(20))


def recipe(*stages: Stage) -> Recipe:
    """Return a recipe of some stages."""
    return Recipe("made", "", stages)


PLAIN_STAGE = Stage("made", 2, Constant(1e-3), SECOND)


# ---- Made digits in the place of the real ones ------------------------------------------------


def thousandths(digits: Digits) -> np.ndarray:
    """Return gray levels as the files of the real digits have them: with three decimals."""
    return np.rint(digits.images * 1000.0).astype(np.int16)


def made_usps() -> dict[str, np.ndarray]:
    """Return made digits as `data_prep.usps` holds the real ones."""
    return {
        "train_images": thousandths(TRAIN),
        "train_labels": TRAIN.labels,
        "test_images": thousandths(TEST),
        "test_labels": TEST.labels,
    }


def made_sets() -> dict[str, Digits]:
    """Return the sets that a recipe of handwritten digits has where the made ones are known."""
    return {
        name: Digits(thousandths(made) / np.float32(1000), made.labels, made.origin)
        for name, made in (("train", TRAIN), ("test_handwritten", TEST))
    }


def made_folder(folder: Path) -> Path:
    """Write the made digits as zip.train and zip.test."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, digits in (("zip.train", TRAIN), ("zip.test", TEST)):
        lines = (
            f"{label}.0000 {' '.join(f'{level / 1000:.3f}' for level in image.ravel())}\n"
            for label, image in zip(digits.labels, thousandths(digits), strict=True)
        )
        (folder / name).write_text("".join(lines), encoding="ascii")
    return folder


def know_made_digits(put: Callable[[object, str, object], None] = setattr) -> None:
    """Have this process take the made digits for the real ones: by their count and hashes."""
    made = made_usps()
    counts = {"train": len(TRAIN), "test": len(TEST)}
    put(usps, "KNOWN", replace(usps.KNOWN, counts=counts, sha256=known.hashes(made)))


MADE = Recipe("made", "for tests of studies", (PLAIN_STAGE,), digits=Handwritten())
"""A recipe for the made digits in the place of the real ones."""


def with_eta(eta: float, name: str = "made") -> Recipe:
    """Return the recipe with another eta."""
    return replace(MADE, name=name, stages=(replace(PLAIN_STAGE, eta=Constant(eta)),))


def made_study(arms: int = 2, seeds: Iterable[int] = range(18), follow: bool = False) -> Study:
    """Return a study of some etas on the small network: by default, four banks."""
    etas = [1e-3 * number for number in range(1, arms + 1)]
    named = tuple(Arm(f"eta {eta:g}", with_eta(eta), SMALL) for eta in etas)
    return Study("made", "Which eta is best?", named, tuple(seeds), follow)


def here(jobs: list[Job]) -> Iterator[tuple[Job, Measures]]:
    """Run the jobs of a study one after another in this process."""
    for job in jobs:
        yield job, trained(job)


def untimed(record: dict[str, Any]) -> dict[str, Any]:
    """Return a study's record without the seconds that its banks took, which are never the same."""
    banks = [{key: bank[key] for key in bank if key != "cpu_seconds"} for bank in record["banks"]]
    return {**record, "banks": banks}


# ---- The command line -------------------------------------------------------------------------

Lenet1989 = Callable[..., tuple[int, str, str]]
"""Runs the command with some arguments: its status, and what it said on stdout and stderr."""
