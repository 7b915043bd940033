"""Make faults of every kind and print what came of them: `python -m tests.faults`.

Ends with status 1 unless nothing was lost, silently wrong, a traceback or hanging.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from reproduction import runs, sealed
from reproduction.learning.training import processors
from tests.faults import photographs
from tests.faults.outcomes import Row, table
from tests.faults.tasks import Task, done, name_of, tasks

RUN = "paper"
"""Whose networks read the photographs, if it is there."""


def main() -> int:
    """Make them, print the table, and write the record if it is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--ended", type=int, default=200, help="processes ended at any moment")
    parser.add_argument("--spoilt", type=int, default=1000, help="flipped bits and cut files")
    parser.add_argument("--odd", type=int, default=3000, help="generated inputs")
    parser.add_argument("--full", type=int, default=100, help="full disks")
    parser.add_argument("--at-once", type=int, default=8, help="processes in one place")
    parser.add_argument("--photographs", type=int, default=200, help="cases of each kind")
    parser.add_argument("--workers", type=int, default=processors(), help="kinds side by side")
    parser.add_argument("--record", type=Path, help="where to write what came of them")
    given = parser.parse_args()
    started = time.monotonic()
    asked = tasks(given.ended, given.spoilt, given.odd, given.full, given.at_once)
    found = list(_told(asked, given.workers))
    print(table(found))
    failed = any(row.faults for row in found)
    read = {}
    if Path("runs", RUN).is_dir():
        for name, tally, _ in photographs.bench(RUN, given.photographs, workers=given.workers):
            read[name] = tally
            print(f"{name}: {tally.cases} cases, {tally.wrong} wrong", file=sys.stderr)
        print(*photographs.table(read), sep="\n")
        failed |= any(photographs.missed(name, tally) for name, tally in read.items())
    if given.record:
        record = {
            "made by": "python -m tests.faults",
            "versions": {**runs.versions(), **runs.made_by()},
            "seconds": round(time.monotonic() - started),
            "rows": [row.as_json() for row in found],
            "photographs": [{"kind": name, **asdict(tally)} for name, tally in read.items()],
        }
        sealed.write_json(given.record, record, "choose another --record")
    return int(failed)


def _told(asked: list[Task], workers: int) -> Iterator[Row]:
    """Do tasks side by side and say what comes of each; one that fails is a row of its own."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for task, future in [(task, pool.submit(done, task)) for task in asked]:
            try:
                rows = future.result()
            except Exception:
                rows = [Row(name_of(task))]
                rows[0].count("traceback", traceback.format_exc())
            for row in rows:
                print(
                    f"{row.kind}: {row.cases} cases, {row.faults} faults, "
                    f"{row.cpu_seconds:.0f} s of CPU",
                    *row.examples,
                    sep="\n",
                    file=sys.stderr,
                )
                yield row


if __name__ == "__main__":
    sys.exit(main())
