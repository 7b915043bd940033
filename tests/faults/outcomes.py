"""What came of faults, counted: the rows of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from data_prep.errors import InputError

HANGS = 10.0
"""Seconds after which a case is taken to hang."""

FAULTS = ("lost", "silently_wrong", "traceback", "hang")


@dataclass
class Row:
    """What came of the faults of one kind.

    Attributes
    ----------
    kind : str
    cases : int
    lost : int
        Something that was finished was not there afterwards, or what was left could not be mended
        by the same command.
    silently_wrong : int
        Something else came out, and nothing was said.
    traceback : int
        Something other than one sentence was said.
    hang : int
        It did not end within `HANGS` seconds.
    cpu_seconds : float
        How long it took.
    examples : list of str
        Of each fault that was counted, which case it was.
    """

    kind: str
    cases: int = 0
    lost: int = 0
    silently_wrong: int = 0
    traceback: int = 0
    hang: int = 0
    cpu_seconds: float = 0.0
    examples: list[str] = field(default_factory=list)

    def count(self, fault: str, case: str) -> None:
        """Count a case; `fault` is one of FAULTS, or nothing."""
        self.cases += 1
        if fault:
            setattr(self, fault, getattr(self, fault) + 1)
            self.examples.append(f"{fault}: {case}")

    @property
    def faults(self) -> int:
        """How many cases ended as they must not."""
        return sum(getattr(self, fault) for fault in FAULTS)

    def as_json(self) -> dict[str, Any]:
        """Return the counts."""
        return {key: getattr(self, key) for key in ("kind", "cases", *FAULTS)}


def fault_of(problem: BaseException) -> str:
    """Return the fault that an exception is: none, if it is a sentence for the reader."""
    return "" if isinstance(problem, InputError) and is_sentence(str(problem)) else "traceback"


def is_sentence(text: str) -> bool:
    """Tell whether this is one sentence."""
    return bool(text.strip()) and "Traceback" not in text and text.rstrip().endswith(".")


def table(rows: Iterable[Row]) -> str:
    """Return the table as text."""
    head = ("kind", "cases", "lost", "silently wrong", "traceback", "hang")
    lines = [head] + [
        (row.kind, *map(str, (row.cases, row.lost, row.silently_wrong, row.traceback, row.hang)))
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
