"""The built pages, where there are any: `make book` builds them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

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


def extension(name: str) -> ModuleType:
    """Return an extension of the book's build."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"book/extensions/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
