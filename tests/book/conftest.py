"""The built pages, where there are any: `make book` builds them."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def pages() -> Path:
    if not (PAGES / "index.html").exists():
        pytest.skip("the book is not built: make book")
    return PAGES


def chapter_names() -> list[str]:
    """Return the chapters, by the names of their files."""
    return sorted(path.stem for path in (ROOT / "book").glob("*.md"))
