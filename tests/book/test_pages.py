"""The built pages: complete, linked, described, and content with their own folder."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.book.conftest import ROOT, chapter_names, extension
from tests.book.weights import MOST, weights

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
        self.metas: list[dict[str, str | None]] = []
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
        if tag == "meta":
            self.metas.append(values)

    def meta(self, name: str) -> list[str | None]:
        """Return what the page's head says under a name."""
        return [
            values["content"]
            for values in self.metas
            if name in (values.get("name"), values.get("property"))
        ]


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


@pytest.mark.parametrize("name", chapter_names())
def test_a_page_is_light(pages: Path, name: str) -> None:
    (found,) = (each for each in weights(pages) if each.page == name)
    assert found.own <= MOST


def test_what_only_one_page_loads_is_counted_with_it(tmp_path: Path) -> None:
    (tmp_path / "_sources").mkdir()
    for name, loaded in (("a", "one.js"), ("b", "two.css")):
        (tmp_path / f"_sources/{name}.md").touch()
        (tmp_path / f"{name}.html").write_text(
            f'<script src="both.js?v=1"></script><link href="{loaded}"><a href="a.html">ä</a>',
            encoding="utf-8",
        )
    for name, size in (("both.js", 1000), ("one.js", 100), ("two.css", 10)):
        (tmp_path / name).write_bytes(bytes(size))
    html = [(tmp_path / f"{name}.html").stat().st_size for name in "ab"]
    found = [(each.page, each.own) for each in weights(tmp_path)]
    assert found == [("a", html[0] + 100), ("b", html[1] + 10)]


def test_a_page_says_in_its_head_what_it_is(parsed: dict[Path, Page]) -> None:
    descriptions = []
    for page in chapters_of(parsed):
        (description,) = page.meta("description")
        assert description
        assert 50 <= len(description) <= 165, page.path.name
        descriptions.append(description)
        assert page.meta("og:description") == [description]
        assert page.meta("og:title")[0]
        assert page.meta("og:type") == ["website" if page.path.stem == "intro" else "article"]
        assert page.meta("og:locale") == ["en_US"]
        for image in page.meta("og:image"):
            assert urlsplit(str(image)).netloc
    assert len(set(descriptions)) == len(descriptions)


def test_a_page_has_one_viewport_and_a_title_with_the_networks_name(
    parsed: dict[Path, Page],
) -> None:
    for page in parsed.values():
        text = page.path.read_text(encoding="utf-8")
        if page.path.name != "index.html":  # leads on to the first chapter
            assert len(page.meta("viewport")) == 1
            assert "LeNet-1" in re.findall(r"<title>(.*?)</title>", text, flags=re.DOTALL)[0]


def test_mathematics_is_loaded_where_there_is_some(parsed: dict[Path, Page]) -> None:
    found = {True: 0, False: 0}
    for page in parsed.values():
        text = page.path.read_text(encoding="utf-8")
        has_mathematics = 'class="math' in text
        assert any("mathjax" in address for address in page.loaded) is has_mathematics
        assert ("window.MathJax" in text) is has_mathematics
        found[has_mathematics] += 1
    assert min(found.values()) > 2


def test_a_chapter_says_how_long_it_takes_to_read(pages: Path) -> None:
    texts = extension("texts")
    for name in chapter_names():
        text = (pages / f"{name}.html").read_text(encoding="utf-8")
        said = re.findall(r'<p class="reading-time" data-words="(\d+)">(\d+) minutes?', text)
        if name in texts.LOOKED_UP:
            assert not said
        else:
            ((words, minutes),) = said
            assert 300 < int(words) < 5000
            assert abs(int(words) / texts.WORDS_A_MINUTE - int(minutes)) <= 0.5


def test_no_cell_was_left_without_being_run(pages: Path) -> None:
    for path in pages.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "Traceback (most recent call last)" not in text
