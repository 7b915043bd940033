"""Processes ended at any moment: the same command goes on, and ends in the undisturbed bits."""

from __future__ import annotations

import os
import random
import tempfile
import time
from functools import partial
from pathlib import Path

from data_prep import files
from tests.faults import forked, made
from tests.faults.forked import Ended
from tests.faults.made import Work
from tests.faults.outcomes import Row

LONGEST_WAIT = 600.0

KINDS = tuple(made.works("nowhere"))


def row(kind: str, cases: int, folder: Path) -> Row:
    """End one kind of work so many times."""
    with made.site(made.emptied(folder / "site")) as site:
        os.environ["TMPDIR"] = str(made.emptied(folder / "tmp"))
        tempfile.tempdir = None
        try:
            return _ended(Row(f"{kind} ended"), made.works(site)[kind], cases, folder)
        finally:
            del os.environ["TMPDIR"]
            tempfile.tempdir = None


def _ended(row: Row, work: Work, cases: int, folder: Path) -> Row:
    """End work at so many moments: half of them by steps, half by the clock."""
    draws = random.Random(1989)
    place = made.emptied(folder / "undisturbed")
    started = time.monotonic()
    undisturbed = forked.run(partial(work, place), LONGEST_WAIT)
    whole = time.monotonic() - started
    assert undisturbed.how == "done", undisturbed
    steps = forked.steps_of(partial(work, made.emptied(folder / "counted")))
    for case in range(cases):
        place = made.emptied(folder / "ended")
        if case % 2:
            step = (case // 2 * steps // max(1, cases // 2) + draws.randrange(3)) % (steps + 1)
            ended = forked.run(partial(work, place), at_step=step)
            moment = f"at step {step} of {steps}"
        else:
            after = draws.uniform(0, whole)
            ended = forked.run(partial(work, place), after)
            moment = f"after {after:.3f} s of {whole:.3f}"
        row.count(_fault(ended, undisturbed, work, place), moment)
    return row


def _fault(ended: Ended, undisturbed: Ended, work: Work, place: Path) -> str:
    """Tell what is wrong after the same command has been given again."""
    if ended.fault:
        return ended.fault
    again = forked.run(partial(work, place), LONGEST_WAIT)
    if again.fault:
        return again.fault
    if again.how != "done":
        return "lost"
    if again.value["sha256"] != undisturbed.value["sha256"]:
        return "silently_wrong"
    scratch = list(Path(tempfile.gettempdir()).glob(f"{files.SCRATCH}*"))
    return "lost" if forked.strays(place) or _older_than_the_last(scratch) else ""


def _older_than_the_last(scratch: list[Path]) -> bool:
    """Tell whether folders for a while were left that nobody cleared away.

    One without a lock is not cleared away before it is some seconds old.
    """
    now = time.time()
    old = [each for each in scratch if now - each.stat().st_mtime > files.SECONDS_TO_LOCK]
    return len(old) > 1
