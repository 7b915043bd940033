"""The pages in a real browser, at the width of a desk and of a phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.book.conftest import chapter_names

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

WIDTHS = {"desk": 1280, "phone": 390}
SERIOUS = ("serious", "critical")


@pytest.fixture
def opened(browser: Any, width: str) -> Iterator[tuple[Any, list[str]]]:
    """Return a page, and the list of what goes wrong on it."""
    page = browser.new_page(viewport={"width": WIDTHS[width], "height": 900})
    faults: list[str] = []
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    yield page, faults
    page.close()


def barriers(page: Any) -> list[tuple[str, str]]:
    """Return what bars people from a page, and where first: what axe calls serious or critical."""
    options = {"preload": False, "resultTypes": ["violations"]}  # it lists nothing else
    found = axe.Axe().run(page, options=options).response["violations"]
    return [
        (fault["id"], fault["nodes"][0]["html"][:200])
        for fault in found
        if fault["impact"] in SERIOUS
    ]


SMALLEST = """() => {
    let smallest = [Infinity, ""];
    for (const element of document.querySelectorAll("article *")) {
        const text = [...element.childNodes].find(
            (node) => node.nodeType === Node.TEXT_NODE && node.data.trim()
        );
        const unseen = element.closest("script, style, mjx-assistive-mml");
        if (!text || unseen || !element.getClientRects().length) continue;
        const matrix = element.ownerSVGElement && element.getScreenCTM();
        const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
        const size = scale * parseFloat(getComputedStyle(element).fontSize);
        if (size < smallest[0]) smallest = [size, text.data];
    }
    return smallest;
}"""
"""The size of the smallest letters that a page shows, in pixels, and what they say."""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("chapter", chapter_names())
def test_a_chapter_shows_without_fault(
    opened: tuple[Any, list[str]], address: str, chapter: str, width: str
) -> None:
    page, faults = opened
    page.on(
        "request",
        lambda request: (
            request.url.startswith((address, "data:", "blob:"))
            or faults.append(f"asked: {request.url}")
        ),
    )
    page.goto(f"{address}/{chapter}.html")
    page.wait_for_load_state("networkidle")
    assert faults == []
    mathematics = page.locator(".math")
    if mathematics.count():
        page.wait_for_selector("mjx-container", timeout=10_000, state="attached")
        assert page.locator("mjx-container").count() >= mathematics.count()
        assert page.locator("mjx-merror").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    assert barriers(page) == []
    if width == "phone":
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        size, text = page.evaluate(SMALLEST)
        assert size >= 9, f"{text!r} is {size:.1f} pixels high"


@pytest.mark.parametrize("width", WIDTHS)
def test_images_are_in_the_colours_of_the_theme(
    opened: tuple[Any, list[str]], address: str, width: str
) -> None:
    page, _ = opened
    shades = {}
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{address}/network.html")
        figure = page.locator("figure.drawn:has(.store)").first
        shades[theme] = np.asarray(Image.open(io.BytesIO(figure.screenshot())).convert("L")).mean()
    assert shades["dark"] < 80
    assert shades["light"] > 175


@pytest.mark.parametrize("width", ["desk"])
def test_a_search_from_disk_quotes_pages_and_ends_with_the_reference(
    opened: tuple[Any, list[str]], pages: Path, width: str
) -> None:
    page, faults = opened
    page.goto(f"{(pages / 'search.html').as_uri()}?q=curvature")
    page.wait_for_function("document.querySelector('.search-summary')?.innerText")
    links = page.locator("ul.search > li > a").evaluate_all("links => links.map(String)")
    found = [Path(link).name.partition(".html")[0] for link in links]
    assert {"second-derivatives", "glossary", "api"} <= set(found)
    assert found == sorted(found, key=lambda name: name.startswith("api"))
    for chapter in ("second-derivatives", "glossary"):
        quoted = page.locator(f"ul.search > li:has(a[href^='{chapter}.html']) p.context")
        assert "curvature" in " ".join(quoted.all_inner_texts()).lower()
    assert faults == []


@pytest.mark.parametrize("width", ["desk"])
@pytest.mark.parametrize("chapter", chapter_names())
def test_a_chapter_shows_from_disk(
    opened: tuple[Any, list[str]], pages: Path, chapter: str, width: str
) -> None:
    page, faults = opened
    page.goto((pages / f"{chapter}.html").as_uri())
    page.wait_for_load_state("load")
    if page.locator(".math").count():
        page.wait_for_selector("mjx-container", timeout=10_000, state="attached")
    assert faults == []
