"""The chapter "Draw a digit" in a browser, as a new user would try it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reproduction.pages import drawings
from tests.book.test_browser import barriers

SCREENS = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
DRAWN = drawings.drawings()
DIGITS = [each for each in DRAWN if each.hand not in drawings.OTHERS]
NONE = [each for each in DRAWN if each.hand in drawings.OTHERS]
WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
MOST_BYTES = 600_000
"""Of a page."""


POINTED = """(sheet, [strokes, side]) => {
  const box = sheet.getBoundingClientRect();
  const point = (name, [x, y]) =>
    sheet.dispatchEvent(
      new PointerEvent(name, {
        pointerId: 1,
        clientX: box.left + (x * box.width) / side,
        clientY: box.top + (y * box.height) / side,
      }),
    );
  for (const stroke of strokes) {
    point("pointerdown", stroke[0]);
    stroke.forEach((each) => point("pointermove", each));
    point("pointerup", stroke.at(-1));
  }
}"""
"""Strokes as a mouse would draw them, whose pointer is the first."""


class Reader:
    """The chapter's page, drawn on."""

    def __init__(self, page: Any, faults: list[str]) -> None:
        self.page = page
        self.faults = faults
        self.sheet = page.locator(".lenet-sheet").first

    def draw(self, strokes: Any) -> None:
        """Draw strokes on an empty sheet by the mouse."""
        self.press("Clear")
        self.sheet.scroll_into_view_if_needed()
        box = self.sheet.bounding_box()
        scale = box["width"] / drawings.SHEET_SIDE
        for stroke in strokes:
            places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places:
                self.page.mouse.move(*place)
            self.page.mouse.up()
        self.settle()

    def draw_at_once(self, strokes: Any) -> None:
        """Draw strokes on an empty sheet by events alone, in less time."""
        self.press("Clear")
        self.sheet.evaluate(POINTED, [strokes, drawings.SHEET_SIDE])
        self.settle()

    def press(self, button: str) -> None:
        """Press a button by its name."""
        self.page.get_by_role("button", name=button, exact=True).first.click()
        self.settle()

    def settle(self) -> None:
        """Wait until what was drawn has been read."""
        self.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    @property
    def state(self) -> str:
        """Whether it is empty, accepted or rejected."""
        return str(self.page.locator(".lenet-verdict").first.get_attribute("data-state"))

    @property
    def said(self) -> str:
        """The verdict's word and its reason."""
        return str(self.page.locator(".lenet-verdict > div").first.inner_text())


@pytest.fixture(params=["disk", "http"])
def place(request: Any, pages: Path) -> str:
    if request.param == "disk":
        return pages.as_uri()
    return str(request.getfixturevalue("address"))


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Return a function that opens a page, and says afterwards that nothing was wrong with it."""
    contexts = []
    faults: list[str] = []

    def open_page(address: str, screen: str = "desk", **more: Any) -> Reader:
        context = browser.new_context(**SCREENS[screen], **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and faults.append(said.text))
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith((address.rpartition("/")[0], "data:", "blob:"))
                or faults.append(asked.url)
            ),
        )
        page.goto(address)
        page.wait_for_load_state("load")
        return Reader(page, faults)

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def test_drawings_are_read_and_most_of_what_is_no_digit_is_left(opened: Any, pages: Path) -> None:
    reader = opened(f"{pages.as_uri()}/draw.html")
    right = 0
    for each in DIGITS:
        reader.draw_at_once(each.strokes)
        right += WORDS[int(each.shows)] in reader.said
    assert right >= 0.8 * len(DIGITS)
    left = 0
    for each in NONE:
        reader.draw_at_once(each.strokes)
        left += reader.state == "rejected"
    assert left > len(NONE) / 2


@pytest.mark.parametrize("screen", SCREENS)
def test_a_hand_is_read_on_every_screen(opened: Any, place: str, screen: str) -> None:
    reader = opened(f"{place}/draw.html", screen)
    right = 0
    for each in DIGITS[20:30]:
        reader.draw(each.strokes)
        right += WORDS[int(each.shows)] in reader.said
    assert right >= 8


@pytest.mark.parametrize("chapter", ["draw", "intro"])
def test_a_digit_from_the_mail_is_read_first(opened: Any, pages: Path, chapter: str) -> None:
    reader = opened(f"{pages.as_uri()}/{chapter}.html")
    reader.settle()
    assert reader.state == "accepted"
    word, _, truth = [line for line in reader.said.splitlines() if line]
    assert truth.startswith("From the mail")
    assert truth.split("labelled ")[1].split(";")[0] in word


def test_an_empty_sheet_is_nothing(opened: Any, place: str) -> None:
    reader = opened(f"{place}/draw.html")
    reader.press("Clear")
    assert reader.state == "empty"
    reader.draw(DIGITS[7].strokes)
    assert (reader.state, "a seven" in reader.said) == ("accepted", True)
    heard = reader.page.locator(".lenet-heard").first.inner_text()
    assert "a seven" in heard
    reader.press("Clear")
    assert reader.state == "empty"


def test_it_can_be_used_by_keys_alone(opened: Any, place: str) -> None:
    reader = opened(f"{place}/draw.html")
    keys = reader.page.keyboard
    reader.page.locator(".lenet-row button").first.focus()
    keys.press("ArrowRight")
    keys.press("Enter")
    reader.settle()
    assert "labelled one" in reader.said
    reader.page.locator(".lenet-maps button").first.focus()
    keys.press("End")
    reader.settle()
    assert reader.page.locator(".lenet-unit h3").inner_text() == "H1, map 4 of 4"
    reader.page.get_by_role("button", name="Clear", exact=True).first.focus()
    keys.press("Space")
    reader.settle()
    assert reader.state == "empty"


def test_digits_that_all_misread_are_misread_or_left(opened: Any, place: str) -> None:
    reader = opened(f"{place}/draw.html")
    missed = reader.page.locator(".lenet-row").nth(1).locator("button")
    assert missed.count() > 0
    for n in range(missed.count()):
        missed.nth(n).click()
        reader.settle()
        word, _, truth = [line for line in reader.said.splitlines() if line]
        assert "16 of 16 networks misread it" in truth
        assert truth.split("labelled ")[1].split(";")[0] not in word


def test_it_works_after_a_lost_focus_a_rotation_and_another_theme(opened: Any, place: str) -> None:
    reader = opened(f"{place}/draw.html", "phone")
    page = reader.page
    reader.sheet.scroll_into_view_if_needed()
    box = reader.sheet.bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    page.mouse.move(box["x"] + 90, box["y"] + 90)
    page.mouse.up()
    page.set_viewport_size({"width": 844, "height": 390})
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    reader.sheet.scroll_into_view_if_needed()
    reader.draw(DIGITS[3].strokes)
    assert "a three" in reader.said
    assert page.evaluate("document.documentElement.scrollWidth") <= 844
    page.set_viewport_size({"width": 390, "height": 844})
    assert "a three" in reader.said
    inked = """() => {
      const sheet = document.querySelector(".lenet-sheet");
      const { data } = sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height);
      return data.some((level) => level > 0);
    }"""
    assert page.evaluate(inked)


def test_parameters_can_be_taken_away_and_put_back_by_keys(opened: Any, place: str) -> None:
    reader = opened(f"{place}/draw.html", "phone")
    page, keys = reader.page, reader.page.keyboard
    grays = """() => [...document.querySelectorAll(".lenet-maps canvas")].map((map) => {
      const { data } = map.getContext("2d").getImageData(0, 0, map.width, map.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })"""
    reader.settle()
    whole, votes = reader.said, page.locator(".lenet-together").inner_text()
    deletion = page.locator(".lenet-deletion")
    deletion.locator("summary").focus()
    keys.press("Enter")
    keys.press("Tab")
    for _ in range(3):
        keys.press("PageDown")
    reader.settle()
    left = int(page.evaluate("document.activeElement.value"))
    assert f"{left} of 2578" in deletion.inner_text()
    assert 1500 < left < 2100
    assert reader.said.splitlines()[0] == whole.splitlines()[0]
    assert reader.said != whole
    deletion.locator("select").select_option("magnitude")
    reader.settle()
    assert 1 in page.evaluate(grays)
    deletion.locator("input").focus()
    keys.press("Home")
    reader.settle()
    assert set(page.evaluate(grays)) == {1}
    assert "the highest output is only +0.00" in reader.said
    assert "16 for zero" in page.locator(".lenet-together").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    deletion.get_by_role("button", name="Put all back").focus()
    keys.press("Enter")
    reader.settle()
    assert (reader.said, page.locator(".lenet-together").inner_text()) == (whole, votes)
    assert "Take parameters away" in deletion.inner_text()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_window_fills_its_map(opened: Any, place: str, motion: str) -> None:
    reader = opened(f"{place}/draw.html", reduced_motion=motion)
    page = reader.page
    slider = page.locator(".lenet-window input")
    page.get_by_role("button", name="One step on").click()
    assert slider.input_value() == "1"
    slider.evaluate("(it) => { it.value = 560; it.dispatchEvent(new Event('input')); }")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("document.querySelector('.lenet-window input').value === '575'")
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


@pytest.mark.parametrize(
    ("chapter", "theme", "screen"),  # each with each of the others
    [
        ("draw", "light", "desk"),
        ("draw", "dark", "phone"),
        ("intro", "light", "phone"),
        ("intro", "dark", "desk"),
    ],
)
def test_both_forms_are_open_to_all(
    opened: Any, address: str, chapter: str, theme: str, screen: str
) -> None:
    reader = opened(f"{address}/{chapter}.html", screen, color_scheme=theme)
    reader.draw(DIGITS[5].strokes)
    assert "a five" in reader.said
    for folded in reader.page.locator(".lenet summary").all():
        folded.click()
    assert (
        reader.page.evaluate("document.documentElement.scrollWidth")
        <= (SCREENS[screen]["viewport"]["width"])
    )
    assert reader.faults == []
    assert barriers(reader.page) == []


def test_the_page_is_small(pages: Path) -> None:
    assert (pages / "draw.html").stat().st_size < MOST_BYTES


def test_without_scripts_the_page_says_what_would_be_there(opened: Any, pages: Path) -> None:
    page = opened(f"{pages.as_uri()}/intro.html", java_script_enabled=False).page
    assert page.locator(".lenet").first.inner_text()
    assert page.locator("figure.drawn svg.broad").first.is_visible()


def test_a_threshold_leaves_the_least_sure_to_a_clerk(opened: Any, place: str) -> None:
    page = opened(f"{place}/results.html").page
    said = page.locator("[data-lenet=rejection] .lenet-sum")
    slider = page.locator("[data-lenet=rejection] input")
    assert " 0 of " in said.inner_text()
    slider.focus()
    for _ in range(100):
        page.keyboard.press("ArrowRight")
    assert " 0 of " not in said.inner_text()
    rejected = page.locator(".lenet-error.rejected").count()
    assert 0 < rejected < page.locator(".lenet-error").count()


def test_the_quiz_can_be_answered_by_keys(opened: Any, place: str) -> None:
    page = opened(f"{place}/results.html").page
    quiz = page.locator("[data-lenet=quiz]")
    quiz.locator(".lenet-keys button").first.focus()
    for number in range(1, 4):
        page.keyboard.press("7")
        assert f"of {number} right" in quiz.inner_text()
        quiz.get_by_role("button", name="Wrong label").click()
        assert f"You found {number} wrongly labelled" in quiz.inner_text()
        quiz.get_by_role("button", name="Next digit").click()


def test_a_training_can_be_scrubbed(opened: Any, place: str) -> None:
    page = opened(f"{place}/training.html").page
    form = page.locator("[data-lenet=passes]")
    assert "Before the first pass" in form.inner_text()
    form.locator("input").focus()
    page.keyboard.press("End")
    assert "After 30 passes" in form.inner_text()
    assert form.inner_text().count("It says 0") == 2
