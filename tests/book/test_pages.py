"""The built pages: complete, linked, described, and content with their own folder."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.book.conftest import ROOT, chapter_names

LOADING = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}
LINKS_NOT_LOADED = {"canonical", "next", "prev", "author", "index", "search", "genindex"}


class Page(HTMLParser):
    """What a page loads, links to, names and shows."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.images: list[dict[str, str | None]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what matters of a tag."""
        values = dict(attrs)
        if name := values.get("id") or (tag == "a" and values.get("name")):
            self.anchors.add(str(name))
        address = values.get(LOADING.get(tag, ""))
        if address and not (tag == "link" and values.get("rel") in LINKS_NOT_LOADED):
            self.loaded.append(address)
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        if tag == "img":
            self.images.append(values)


@pytest.fixture(scope="module")
def parsed(pages: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(pages.glob("*.html"))}


def chapters_of(parsed: dict[Path, Page]) -> list[Page]:
    return [page for path, page in parsed.items() if path.stem in chapter_names()]


def test_the_contents_name_every_chapter_and_no_other() -> None:
    contents = (ROOT / "book/_toc.yml").read_text(encoding="utf-8")
    named = re.findall(r"(?:root|file):\s*(\S+)", contents)
    assert sorted(named) == chapter_names()


def test_every_chapter_is_built(parsed: dict[Path, Page]) -> None:
    assert {page.path.stem for page in chapters_of(parsed)} == set(chapter_names())


def test_nothing_is_loaded_from_elsewhere(parsed: dict[Path, Page], pages: Path) -> None:
    for page in parsed.values():
        for address in page.loaded:
            parts = urlsplit(address)
            assert parts.scheme in ("", "data"), f"{page.path.name} loads {address}"
            assert not parts.netloc, f"{page.path.name} loads {address}"
            if parts.path and parts.scheme != "data":
                there = (page.path.parent / unquote(parts.path)).resolve()
                assert there.is_relative_to(pages.resolve())
                assert there.exists(), f"{page.path.name} loads {address}"
    for style in pages.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", style.read_text(encoding="utf-8")):
            assert not re.match(r"['\"]?(https?:)?//", address), f"{style.name} loads {address}"


def test_every_link_within_the_book_leads_somewhere(parsed: dict[Path, Page], pages: Path) -> None:
    for page in parsed.values():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            assert there.exists(), f"{page.path.name}: {link}"
            if parts.fragment and there in parsed:
                assert unquote(parts.fragment) in parsed[there].anchors, f"{page.path.name}: {link}"


def test_every_picture_has_a_text_for_those_who_do_not_see_it(parsed: dict[Path, Page]) -> None:
    for page in parsed.values():
        for image in page.images:
            assert image.get("alt"), f"{page.path.name}: {str(image)[:200]}"


def test_no_cell_was_left_without_being_run(pages: Path) -> None:
    for path in pages.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "Traceback (most recent call last)" not in text
