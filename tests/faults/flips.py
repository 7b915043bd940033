"""Bits flipped in every file that is read, and files cut short: noticed, or of no account."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_prep import printed, resampled, usps
from data_prep.known import Arrays
from reproduction import figures, runs, studies
from reproduction.learning.toml_files import as_toml, read_recipe
from reproduction.learning.training import banks_of
from reproduction.runs.folder import read_checkpoint
from reproduction.studies.record import read_bank
from tests.faults import made
from tests.faults.outcomes import Row, fault_of
from tests.reproduction.made import MADE, made_folder

RECORDS = Path(__file__).parents[2] / "book" / "records"


@dataclass(frozen=True)
class Kept:
    """A kind of file, and how it is read: what comes back can be compared by `==`.

    Files whose contents nobody promises anything about have no sound reading to be compared with:
    they only have to be read, or refused in a sentence.
    """

    kind: str
    file: Path
    read: Callable[[], Any]
    compared: bool = True


def row(cases: int, folder: Path) -> Row:
    """Spoil each file, so many times in all."""
    kept = list(_kept(folder))
    counted = Row(f"{len(kept)} kinds of files, a bit flipped or cut short")
    for number, each in enumerate(kept):
        share = cases * (number + 1) // len(kept) - cases * number // len(kept)
        _spoil(each, share, counted)
    return counted


def _spoil(each: Kept, cases: int, row: Row) -> None:
    draws = random.Random(f"1989 {each.kind}")
    sound, there = each.file.read_bytes(), each.read()
    for case in range(cases):
        contents = bytearray(sound)
        if case % 4 == 3:
            contents = contents[: draws.randrange(len(sound))]
            what = f"cut to {len(contents)} of {len(sound)} bytes"
        else:
            bit = draws.randrange(8 * len(sound))
            contents[bit // 8] ^= 1 << bit % 8
            what = f"bit {bit}"
        each.file.write_bytes(contents)
        row.count(_fault(each, there), f"{each.kind}, {what}")
    each.file.write_bytes(sound)


def _fault(each: Kept, there: Any) -> str:
    """Tell what is wrong with how a spoilt file is read: nothing, if it is refused or the same."""
    try:
        found = each.read()
    except Exception as problem:
        return fault_of(problem)
    return "" if not each.compared or found in (there, None, False) else "silently_wrong"


def _kept(folder: Path) -> Iterator[Kept]:
    """Make a file of every kind."""
    place = made.emptied(folder / "kept")
    made.drawn(place)
    made.studied(place)
    run = place / "run"

    def whole() -> list[Any]:
        there = runs.read_run(run)
        parameters = np.hstack([bank.parameters for bank in there.banks()])
        return [there.plan, there.summary, there.history.tolist(), parameters.tobytes()]

    for name in ("recipe.json", "summary.json", "history.csv", "weights.npz"):
        yield Kept(name, run / name, whole)

    def checkpoint() -> list[Any]:
        banks = banks_of(made.PLAN.architecture, made.PLAN.seeds)
        progress, seconds = read_checkpoint(run / "checkpoint.npz", banks)
        parameters = [bank.parameters.tobytes() for bank in banks]
        return [progress.passes, progress.history.tolist(), seconds, parameters]

    yield Kept("checkpoint.npz", run / "checkpoint.npz", checkpoint)
    sound = runs.read_run(run)
    for name in (runs.FIGURES_FILE, "confusion.svg", "confusion.png"):
        yield Kept(name, run / name, lambda: figures.are_drawn(sound))
    bank = next((place / "banks").iterdir())
    yield Kept("bank of a study", bank, lambda: read_bank(bank))
    yield Kept("record", place / "record.json", lambda: studies.read_record(place / "record.json"))
    record = Path(shutil.copy(RECORDS / "order.json", place))
    yield Kept("record of the book", record, lambda: studies.read_record(record))
    yield from _digits(place)
    recipe = place / "recipe.toml"
    recipe.write_text(as_toml(MADE))
    yield Kept("recipe in TOML", recipe, lambda: read_recipe(recipe), compared=False)


def _digits(place: Path) -> Iterator[Kept]:
    """Make the files of digits."""

    def arrays(found: Arrays | None) -> Any:
        return found and {name: array.tobytes() for name, array in found.items()}

    folder = made_folder(place / "named")
    for name in ("zip.train", "zip.test"):
        yield Kept(name, folder / name, lambda: arrays(usps.from_folder(folder)))
    cache = place / "usps.npz"
    silent: Callable[[str], None] = lambda line: None  # noqa: E731
    usps.KNOWN.keep(usps.from_folder(folder), cache, silent)
    yield Kept("cache of digits", cache, lambda: arrays(usps.KNOWN.sound_cache(cache, silent)))
    order = Path(shutil.copy(resampled.FILE, place))
    yield Kept("order of digits", order, lambda: resampled.file_order(order).tolist())
    file = Path(shutil.copy(printed.FILE, place))
    yield Kept("printed digits", file, lambda: printed.load(file=file).train.images.tobytes())
