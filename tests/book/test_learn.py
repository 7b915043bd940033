"""The chapter "Learn in the browser" in a browser: it learns, stops, steps, begins again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_prep import printed
from reproduction.network import LENET1, Bank
from reproduction.pages import drawings, learner
from tests.book.test_browser import barriers
from tests.book.test_draw import MOST_BYTES, SCREENS
from tests.book.test_draw import opened as opened_to_draw  # noqa: F401 - a fixture

DIGITS = len(printed.load().train)
LONG = 300_000
"""Milliseconds that some hundred digits may take on a busy machine."""


class Learner:
    """The chapter's page, and what it says."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wait("wait")

    @property
    def far(self) -> str:
        """How far the training is."""
        return str(self.page.locator(".lenet-far").inner_text())

    @property
    def digits(self) -> int:
        """How many digits it has learned from."""
        if found := re.match(r"Pass (\d+): (\d+) of", self.far):
            return DIGITS * (int(found[1]) - 1) + int(found[2])
        passes = re.match(r"(\d+) pass", self.far)
        return DIGITS * int(passes[1]) if passes else 0

    def wait(self, pattern: str) -> None:
        """Wait until it says something."""
        asked = "(p) => new RegExp(p).test(document.querySelector('.lenet-far')?.textContent ?? '')"
        self.page.wait_for_function(asked, arg=pattern, timeout=LONG)

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, label: str, value: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label, exact=True).select_option(value)

    def slide(self, label: str, key: str) -> str:
        """Press a key on a slider, and return the number it then stands for."""
        slider = self.page.get_by_label(label, exact=True)
        slider.press(key)
        return str(slider.get_attribute("aria-valuetext"))

    def pictures(self) -> list[str]:
        """Return the pictures of the weights."""
        return list(
            self.page.locator(".lenet-weights canvas").evaluate_all(
                "all => all.map(canvas => canvas.toDataURL())"
            )
        )

    def shown_outputs(self) -> list[float]:
        """Return the outputs to the digit that was learned from last, as tall as their bars."""
        bars = self.page.locator(".lenet-seen .lenet-bars i").evaluate_all(
            "all => all.map(bar => [bar.style.bottom, bar.style.height].map(parseFloat))"
        )
        tops = [bottom + height if bottom >= 50 else bottom for bottom, height in bars]
        return [(top - 50) / 50 * 1.7159 for top in tops]


@pytest.fixture
def opened(request: Any, pages: Path) -> Any:
    open_page = request.getfixturevalue("opened_to_draw")
    return lambda screen="desk", **more: Learner(
        open_page(f"{pages.as_uri()}/learn.html", screen, **more).page
    )


def test_it_learns_and_pauses(opened: Any) -> None:
    page = opened()
    page.choose("Pace", "0")
    page.press("Learn")
    page.wait("^(Pass [2-9]|1 pass)")
    page.press("Pause")
    page.wait("test digits wrong")
    page.page.get_by_role("button", name="Learn", exact=True).wait_for(timeout=LONG)
    done = page.digits
    wrong, tried = re.search(r"(\d+) of (\d+) test digits wrong", page.far).groups()
    assert int(wrong) < 0.02 * int(tried)
    said = page.page.locator(".lenet-curves svg").first.get_attribute("aria-label")
    assert float(said.split(": ")[1].split()[0]) < 5
    page.page.wait_for_timeout(300)
    assert page.digits == done


@pytest.mark.parametrize("seed", [0, 7])
def test_a_step_says_what_the_engine_says(opened: Any, seed: int) -> None:
    page = opened()
    page.page.get_by_label("Seed").fill(str(seed))
    page.page.get_by_label("Seed").press("Enter")
    page.press("One digit")
    page.wait("Pass 1: 1 of")
    planes = LENET1.planes(learner.rounded(printed.load().train).images[:1])
    wanted = Bank(LENET1, (seed,)).outputs(planes)[0, :, 0]
    assert np.allclose(page.shown_outputs(), wanted, atol=1e-4)


def test_beginning_again_brings_the_first_weights_back(opened: Any) -> None:
    page = opened()
    first = page.pictures()
    for digit in (1, 2):
        page.press("One digit")
        page.wait(f"Pass 1: {digit} of")
    assert page.pictures() != first
    page.press("Begin again")
    page.wait("Nothing learned")
    assert page.pictures() == first
    page.page.get_by_label("Seed").fill("3")
    page.page.get_by_label("Seed").press("Enter")
    page.page.wait_for_function(
        "first => document.querySelector('.lenet-weights canvas').toDataURL() !== first",
        arg=first[0],
    )


def test_all_can_be_chosen_by_keys(opened: Any) -> None:
    page = opened()
    usual = learner.packed()["usual"]
    eta = page.page.get_by_label("η", exact=True)
    assert float(eta.get_attribute("aria-valuetext")) == usual["second"]["eta"]
    assert float(page.slide("η", "ArrowRight")) > usual["second"]["eta"]
    assert float(page.slide("μ", "ArrowLeft")) < usual["second"]["mu"]
    page.choose("Rule", "plain")
    assert float(eta.get_attribute("aria-valuetext")) == usual["plain"]["eta"]
    assert page.page.get_by_label("μ", exact=True).is_disabled()
    page.choose("H3 reads", "DENSE")
    page.page.get_by_role("button", name="One digit").press("Enter")
    page.wait("Pass 1: 1 of")
    assert "48 kernels" in page.page.locator(".lenet-weights").inner_text()


def test_a_rate_that_is_too_large_ends_in_guesses_and_no_fault(opened: Any) -> None:
    page = opened()
    page.slide("η", "End")
    page.slide("μ", "Home")
    page.choose("Pace", "0")
    page.press("Learn")
    page.wait("It only guesses")


@pytest.mark.parametrize(
    ("screen", "theme", "motion"),  # each with each of the others
    [
        ("desk", "light", "reduce"),
        ("desk", "dark", "no-preference"),
        ("phone", "light", "no-preference"),
        ("phone", "dark", "reduce"),
    ],
)
def test_it_is_open_to_all(opened: Any, screen: str, theme: str, motion: str) -> None:
    page = opened(screen, color_scheme=theme, reduced_motion=motion)
    page.press("Learn")
    page.wait("Pass 1: [1-9][0-9]+ of")
    sheet = page.page.locator(".lenet-sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    scale = box["width"] / drawings.SHEET_SIDE
    page.page.mouse.move(box["x"] + 48 * scale, box["y"] + 20 * scale)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 48 * scale, box["y"] + 76 * scale, steps=8)
    page.page.mouse.up()
    page.page.wait_for_selector(".lenet-drawn .lenet-verdict[data-state=accepted]")
    page.press("Pause")
    page.page.wait_for_timeout(200)
    width = page.page.evaluate("document.documentElement.scrollWidth")
    assert width <= SCREENS[screen]["viewport"]["width"]
    assert barriers(page.page) == []


def test_the_page_is_small(pages: Path) -> None:
    assert (pages / "learn.html").stat().st_size < MOST_BYTES
