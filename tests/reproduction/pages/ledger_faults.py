"""What is asked of the ledger's rows: status, source and page, and something that shows them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from reproduction.pages.ledger import STATUSES, TUTORIAL, Ledger, Row
from reproduction.sources import SOURCES


def faults(ledger: Ledger, root: Path) -> list[str]:
    """Return what is wrong with the rows, a line each; `root` has the folders tests/ and book/."""
    found = []
    for group, row in ledger:
        wrong = [] if row.status in STATUSES else [f"the status {row.status!r} is none."]
        wrong += _faults_of_source(group.source_of(row), row)
        wrong += [] if row.shown else ["nothing shows it."]
        wrong += [fault for place in row.shown if (fault := _astray(place, root))]
        found += [f"{group.name}, {row.claim[:40]!r}: {fault}" for fault in wrong]
    return found


def _faults_of_source(key: str, row: Row) -> list[str]:
    if key != TUTORIAL and key not in SOURCES:
        return [f"there is no source {key!r}."]
    if unknown := [name for name, fact in row.facts.items() if fact is None]:
        return [f"there is no published fact {', '.join(unknown)}."]
    if key == TUTORIAL:
        return []
    found = [
        f"{name} is not a fact of {key}."
        for name, fact in row.facts.items()
        if fact is not None and fact.source != key
    ]
    if not row.pages:
        found.append("there is no page.")
    elif row.pages[0].isdigit():  # and not a section by its name
        first, last = _span(SOURCES[key].pages)
        from_page, to_page = _span(row.pages)
        if not first <= from_page <= to_page <= last:
            found.append(f"page {row.pages} is not in {key}.")
    return found


def _span(pages: str) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", pages)]
    return min(numbers), max(numbers)


def _astray(place: str, root: Path) -> str:
    """Say where a test or a chapter is missing, if it is."""
    path, _, test = place.partition("::")
    file = root / path
    if not path.startswith("tests/" if test else "book/") or not file.is_file():
        return f"there is no {path}."
    if test and test not in functions(file.read_text(encoding="utf-8")):
        return f"{path} has no function {test}."
    return ""


def functions(source: str) -> set[str]:
    """Return the names of the test functions that a module defines."""
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
