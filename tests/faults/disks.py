"""Full disks, places that cannot be written, and eight processes at once."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from reproduction import runs
from tests.faults import forked, made
from tests.faults.forked import Ended
from tests.faults.kills import LONGEST_WAIT
from tests.faults.made import Work
from tests.faults.outcomes import Row, is_sentence


def rows(cases: int, at_once: int, folder: Path) -> Iterator[Row]:
    """Try full disks in so many cases, places that cannot be written, and some at once."""
    with made.site(made.emptied(folder / "site")) as site:
        works = made.works(site)
        sound = {
            name: forked.run(partial(work, made.emptied(folder / "sound")), LONGEST_WAIT).value
            for name, work in works.items()
        }
        yield _full(works, sound, cases, folder)
        yield _unwritable(works, sound, folder)
        yield _at_once(works, sound, at_once, folder)


def _right(ended: Ended, sound: dict[str, Any]) -> str:
    """Return the fault of what was refused, or came to an end."""
    if ended.how == "refused":
        return "" if is_sentence(str(ended.value)) else "traceback"
    if ended.how != "done":
        return ended.fault or "lost"
    return "" if ended.value["sha256"] == sound["sha256"] else "silently_wrong"


def _full(works: dict[str, Work], sound: dict[str, Any], cases: int, folder: Path) -> Row:
    """Let files have only so many bytes; then, with room, the same command goes on."""
    row, draws = Row("full disk"), random.Random(1989)
    for case in range(cases):
        name = [*works][case % len(works)]
        place = made.emptied(folder / "full")
        largest = int(10 ** draws.uniform(0, 5.7))
        work = partial(works[name], place)
        fault = _right(forked.run(work, largest=largest), sound[name])
        if not fault:
            again = forked.run(work, LONGEST_WAIT)
            fault = _right(again, sound[name]) or ("lost" if again.how != "done" else "")
        row.count(fault or ("lost" if forked.strays(place) else ""), f"{name}, {largest} bytes")
    return row


def _unwritable(works: dict[str, Work], sound: dict[str, Any], folder: Path) -> Row:
    """Take the right to write away: what is there is read, and what is not is refused."""
    row = Row("places that cannot be written")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        for what, work in works.items():
            empty, finished = Path(name) / f"{what}-empty", Path(name) / f"{what}-finished"
            empty.mkdir()
            finished.mkdir()
            assert forked.run(partial(work, finished), LONGEST_WAIT).how == "done"
            _locked(Path(name))
            ended = forked.run(partial(work, empty), nobody=True)
            row.count(_right(ended, sound[what]), f"{what} into an empty folder: {ended}")
            ended = forked.run(partial(work, finished), nobody=True)
            lost = "lost" if what != "study" and ended.how != "done" else ""
            row.count(_right(ended, sound[what]) or lost, f"{what}, finished before: {ended}")
            _locked(Path(name), 0o755)
        ended = forked.run(partial(_reported, Path(name) / "drawing-finished"), nobody=True)
        row.count(ended.fault or ("" if ended.value == [True] else "lost"), "a finished run, read")
    return row


def _reported(folder: Path) -> list[bool]:
    return [runs.read_run(folder / "run").has_pictures()]


def _locked(folder: Path, mode: int = 0o555) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(mode)
        else:
            path.chmod(0o444 if mode == 0o555 else 0o644)


def _at_once(works: dict[str, Work], sound: dict[str, Any], many: int, folder: Path) -> Row:
    """Begin some at once in one place: all come to the same, or wait for another time."""
    row = Row(f"{many} at once")
    for name, work in works.items():
        place = made.emptied(folder / "at-once")
        begun = [forked.begin(partial(work, place)) for _ in range(many)]
        ended = [each.ended(LONGEST_WAIT) for each in begun]
        for number, each in enumerate(ended):
            row.count(_right(each, sound[name]), f"{name}, process {number}: {each}")
        again = forked.run(partial(work, place), LONGEST_WAIT)
        none = not any(each.how == "done" for each in ended)
        fault = _right(again, sound[name]) or ("lost" if none or again.how != "done" else "")
        row.count(fault or ("lost" if forked.strays(place) else ""), f"{name}, afterwards")
    return row
