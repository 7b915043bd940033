"""What a built page weighs, and how many words it has: `python -m tests.house` prints both."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = re.compile(r'<(?:script|img|link|source|iframe)\b[^>]*? (?:src|href)="([^"]+)"')
WORDS = re.compile(r'class="reading-time" data-words="(\d+)"')

MOST = 600_000
"""So many bytes may a page have of its own."""


@dataclass(frozen=True)
class Weight:
    """A page: its name, its words of prose, and its bytes.

    `own` is its HTML and the files that no other page loads; what all share, such as the theme's
    style and MathJax, is loaded once for the whole book.
    """

    page: str
    words: int
    own: int


def loaded(page: Path) -> set[Path]:
    """Return the files beside a page that it loads."""
    found = set()
    for address in LOADED.findall(page.read_text(encoding="utf-8")):
        parts = urlsplit(address)
        path = (page.parent / unquote(parts.path)).resolve()
        if not parts.scheme and parts.path and path.suffix != ".html" and path.is_file():
            found.add(path)
    return found


def weights(pages: Path) -> list[Weight]:
    """Return what each chapter weighs, the heaviest first."""
    loads = {page: loaded(page) for page in pages.glob("*.html")}
    chapters = [page for page in loads if (pages / f"_sources/{page.stem}.md").exists()]
    counts = Counter(path for paths in loads.values() for path in paths)
    found = []
    for page in chapters:
        text = page.read_text(encoding="utf-8")
        alone = sum(path.stat().st_size for path in loads[page] if counts[path] == 1)
        words = WORDS.search(text)
        own = len(text.encode()) + alone
        found.append(Weight(page.stem, int(words[1]) if words else 0, own))
    return sorted(found, key=lambda weight: -weight.own)


def table(found: list[Weight]) -> str:
    """Return weights as lines of text."""
    lines = [f"{'':40}{'words':>8}{'kB':>9}"]
    lines += [f"{each.page:40}{each.words or '':>8}{each.own / 1000:9.0f}" for each in found]
    return "\n".join(lines)
