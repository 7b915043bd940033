"""What is to be done for faults of every kind, each in a process of its own or here."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults import disks, flips, inputs, kills, made
from tests.faults.outcomes import Row

Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""What makes rows in a folder, and the arguments before it."""


def tasks(ended: int, spoilt: int, odd: int, full: int, at_once: int) -> list[Task]:
    """Return what is to be done for so many faults of each kind, in the order of the table."""
    return [
        *((kills.row, (kind, -(-ended // len(kills.KINDS)))) for kind in kills.KINDS),
        (flips.row, (spoilt,)),
        *((inputs.row, (kind, -(-odd // len(inputs.KINDS)))) for kind in inputs.KINDS),
        (disks.rows, (full, at_once)),
    ]


def name_of(task: Task) -> str:
    """Return what a task is called, before its rows are known."""
    return "-".join([task[0].__module__.split(".")[-1], *map(str, task[1])])


def done(task: Task) -> list[Row]:
    """Do a task in a folder that is gone afterwards."""
    make, arguments = task
    with tempfile.TemporaryDirectory() as name, made.ready(Path(name) / "ready"):
        Path(name).chmod(0o755)  # npm is there, for one who owns nothing too
        before, rows = cpu_seconds(), []
        found = make(*arguments, Path(name))
        for row in [found] if isinstance(found, Row) else found:
            before, row.cpu_seconds = cpu_seconds(), cpu_seconds() - before
            rows.append(row)
        return rows


def cpu_seconds() -> float:
    """Return what this process, and those that it began and that have ended, have computed."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
