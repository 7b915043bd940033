"""Count how the house stands, and print it beside the goals: `python -m tests.house`.

Code in chapters is what stands in their cells, a line of tags among it; cut from the page is that
of cells tagged remove-input or remove-cell, folded that of hide-input and hide-cell. Functions are
lines that begin with "def ". A file is one of Python in a package. The words and the weights of the
book's pages follow, where it is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.book import weights

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "_build" / "html"
PACKAGES = ("data_prep", "reproduction")

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
TAGS = re.compile(r"^:tags: *\[(.*)\]")
CUT = {"remove-input", "remove-cell"}
FOLDED = {"hide-input", "hide-cell"}


@dataclass(frozen=True)
class Count:
    """How many there are of something, and the most that there may be; None without a goal."""

    what: str
    number: int
    most: int | None = None

    @property
    def is_met(self) -> bool:
        """Whether the goal, if there is one, is met."""
        return self.most is None or self.number <= self.most


@dataclass(frozen=True)
class Cell:
    """A cell of a chapter: its tags, and its lines."""

    tags: frozenset[str]
    lines: tuple[str, ...]


def cells(chapter: str) -> Iterator[Cell]:
    """Return the cells of a chapter."""
    for body in CELL.findall(chapter):
        tags = TAGS.match(body)
        names = frozenset(name.strip() for name in tags[1].split(",")) if tags else frozenset()
        yield Cell(names, tuple(body.splitlines()))


def lines_of(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def counts(root: Path = ROOT) -> list[Count]:
    """Return all counts of a tree."""
    chapters = [path.read_text(encoding="utf-8") for path in sorted((root / "book").glob("*.md"))]
    found = [cell for chapter in chapters for cell in cells(chapter)]
    modules = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    cut = sum(len(cell.lines) for cell in found if cell.tags & CUT)
    folded = sum(len(cell.lines) for cell in found if cell.tags & FOLDED and not cell.tags & CUT)
    code = sum(len(cell.lines) for cell in found)
    functions = sum(line.startswith("def ") for cell in found for line in cell.lines)
    figures = sum(map(lines_of, (root / "reproduction" / "figures").glob("*.py")))
    return [
        Count("lines of code in chapters", code, 1500),
        Count("of these, cut from the page", cut, 150),
        Count("of these, folded", folded),
        Count("of these, in plain sight", code - cut - folded),
        Count("functions defined in chapters", functions, 15),
        Count("lines in README.md", lines_of(root / "README.md"), 140),
        Count("lines in reproduction/figures", figures, 3500),
        Count("lines in the longest file of a package", max(map(lines_of, modules)), 450),
    ]


def table(found: list[Count]) -> str:
    """Return counts and goals as lines of text; a goal that is missed is marked."""
    lines = [f"{'':40}{'now':>8}{'at most':>9}"]
    for count in found:
        most = "" if count.most is None else str(count.most)
        lines.append(
            f"{count.what:40}{count.number:8}{most:>9}{'' if count.is_met else '  missed'}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(counts()))
    if (PAGES / "index.html").exists():
        print("", weights.table(weights.weights(PAGES)), sep="\n")
