"""The photographs' bench: what a run's networks read on drawn photographs, kind by kind.

`python -m tests.faults.photographs [RUN] [--cases N]` prints one table: kind, cases, right, wrong
and accepted, refused. It ends with status 1 where a kind misses what it must reach.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

import data_prep
from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import runs
from reproduction.commands.named import folder_of
from reproduction.learning.training import processors
from reproduction.runs.reader import Reader
from tests.faults import drawn
from tests.faults.drawn import Page
from tests.faults.pages import KINDS

MOST_WRONG = 2.0  # percent of a kind's cases that may be wrong and accepted


@dataclass
class Tally:
    """How the cases of a kind ended."""

    cases: int = 0
    right: int = 0
    wrong: int = 0
    refused: int = 0

    def percent(self, what: str) -> float:
        """One of the counts in percent of the cases."""
        return 100 * getattr(self, what) / self.cases


class Inks:
    """Digits to put on pages: in turn handwritten and drawn from strokes."""

    def __init__(self, digits: Digits | None) -> None:
        self.digits = digits

    def draw(self, rng: np.random.Generator, case: int, height: int) -> tuple[np.ndarray, int]:
        """Return a digit's ink, cropped, and its label."""
        if self.digits is None or case % 2:
            label = int(rng.integers(10))
            return drawn.stroke_digit(rng, label, height), label
        number = int(rng.integers(len(self.digits)))
        image = self.digits.images[number]
        return drawn.written_digit(rng, image, height), int(self.digits.labels[number])


def photograph(name: str, case: int, inks: Inks) -> tuple[Page, list[int]]:
    """Draw a case of a kind, the same each time, and say which digits it shows."""
    kind = KINDS[name]
    rng = np.random.default_rng([*name.encode(), case])
    height = int(rng.integers(48, 150))
    digits = [inks.draw(rng, case, height) for _ in range(max(1, kind.shows))]
    found, labels = zip(*digits, strict=True)
    page = kind.draw(rng, list(found) if kind.shows > 1 else found[0])
    return page, list(labels)[: kind.shows]


def tried(
    reader: Reader, name: str, cases: int, inks: Inks, keep: Path | None = None
) -> tuple[Tally, list[str]]:
    """Read the cases of a kind, and tell how each ended."""
    tally, told = Tally(), []
    with tempfile.TemporaryDirectory() as folder:
        for case in range(cases):
            page, shown = photograph(name, case, inks)
            file = Path(folder) / ("photo.png" if page.quality is None else "photo.jpg")
            page.save(file)
            answers, why = answered(reader, file, KINDS[name].several)
            ends = ended(KINDS[name].several, shown, answers)
            for end in ends:
                tally.cases += 1
                setattr(tally, end, getattr(tally, end) + 1)
            worst = min(ends, key=("wrong", "refused", "right").index)
            told.append(f"{name} {case}: shows {shown}, {worst} {answers} {why}")
            if keep and worst != "right":
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, keep / f"{name} {case} {worst}{file.suffix}".replace("/", " "))
    return tally, told


def answered(reader: Reader, file: Path, several: bool) -> tuple[list[int | None], str]:
    """Give the answers, None for one that is rejected, and why."""
    try:
        readings = reader.read(file, several)
    except InputError as problem:
        return [], str(problem).removeprefix(str(file))
    answers = [reading.answer if reading.accepted else None for reading in readings]
    return answers, f"rejected, as {[each.answer for each in readings]}" if None in answers else ""


def ended(several: bool, shown: list[int], answers: list[int | None]) -> list[str]:
    """Tell how a photograph ended, or each of several digits: all wrong if one is added or lost."""
    if set(answers) <= {None}:
        return ["refused"] * (len(shown) if several else 1)
    if not several:
        return ["right" if answers == shown else "wrong"]
    if len(answers) != len(shown):
        return ["wrong"] * len(shown)
    return [
        "refused" if answer is None else "right" if answer == digit else "wrong"
        for answer, digit in zip(answers, shown, strict=True)
    ]


@cache
def _given(run: str, digits: str) -> tuple[Reader, Inks]:
    """Return the reader of a run and the inks of a set, once a process."""
    loaded = data_prep.load(announce=lambda _: None)
    return Reader(runs.read_run(folder_of(run))), Inks(getattr(loaded, digits))


def _kind(
    run: str, digits: str, cases: int, keep: Path | None, name: str
) -> tuple[str, Tally, list[str]]:
    reader, inks = _given(run, digits)
    try:
        return name, *tried(reader, name, cases, inks, keep)
    except Exception:  # the kind is missed, and no other is lost
        traceback.print_exc()
        return name, Tally(cases, wrong=cases), []


def bench(
    run: str,
    cases: int,
    digits: str = "test",
    names: Iterable[str] = KINDS,
    keep: Path | None = None,
    workers: int | None = None,
) -> Iterator[tuple[str, Tally, list[str]]]:
    """Try so many cases of kinds in processes of this machine; yield name, tally, and each case."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or processors(), context) as pool:
        yield from pool.map(partial(_kind, run, digits, cases, keep), names)


def missed(name: str, tally: Tally) -> bool:
    """Tell whether a kind misses what it must reach."""
    kind = KINDS[name]
    most = 0.0 if kind.shows == 0 else MOST_WRONG
    return tally.percent("wrong") > most or tally.percent("right") < kind.least


def table(found: dict[str, Tally]) -> Iterator[str]:
    """Lay out what was found, a line a kind."""
    yield f"{'kind':34}{'cases':>7}{'right':>9}{'wrong, accepted':>17}{'refused':>9}"
    for name, tally in found.items():
        right, wrong, refused = (tally.percent(of) for of in ("right", "wrong", "refused"))
        mark = "   missed" if missed(name, tally) else ""
        yield f"{name:34}{tally.cases:7}{right:7.1f} %{wrong:15.1f} %{refused:7.1f} %{mark}"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", default="paper")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--digits", choices=("train", "test"), default="test")
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    parser.add_argument("--keep", type=Path, help="where to keep what was not read right")
    parser.add_argument("--tell", action="store_true", help="say how each case ended")
    given = parser.parse_args()
    found = {}
    tries = bench(given.run, given.cases, given.digits, given.kind or KINDS, given.keep)
    for name, tally, told in tries:
        found[name] = tally
        if given.tell:
            print(*told, sep="\n", file=sys.stderr)
    print(*table(found), sep="\n")
    return int(any(missed(name, tally) for name, tally in found.items()))


if __name__ == "__main__":
    sys.exit(main())
