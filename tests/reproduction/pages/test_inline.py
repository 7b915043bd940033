"""A figure on a page: two drawings, the colours of the page's theme, letters that are text."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from reproduction import figures
from reproduction.figures import colours, network
from reproduction.pages import inline


@pytest.fixture(scope="module")
def table():
    return network.table_1()


@pytest.fixture(scope="module")
def plane():
    return network.input_plane(np.random.default_rng(0).uniform(-1, 1, (16, 16)))


def test_both_drawings_are_there_and_say_what_they_show(table):
    html = inline.drawn(table)
    found = re.findall(r'<svg class="(\w+)" role="img" aria-label="([^"]*)"', html)
    assert found == [("broad", figures.description(table)), ("slim", figures.description(table))]
    assert not re.search(r"<style[^>]*>\*|<title|<metadata", html)  # nothing for the whole page


def test_every_colour_has_a_light_and_a_dark_value(table):
    html = inline.drawn(table)
    style, drawings = html.split("</style>")
    assert not re.search(r"#[0-9a-f]{6}\b", drawings)
    used = set(re.findall(r"var\(--c([0-9a-f]{6})\)", drawings))
    light, dark = (
        dict(re.findall(r"--c([0-9a-f]{6}):(#[0-9a-f]{6})", part))
        for part in style.split('"] figure.drawn{')
    )
    assert set(light) == set(dark) == used
    assert all(value == f"#{name}" for name, value in light.items())
    assert dark[colours.INK[1:]] == colours.DARK[colours.INK]


def test_letters_are_text(table):
    html = inline.drawn(table)
    assert html.count(">first half</text>") == 2
    assert "STIXGeneral'" not in html


def test_a_drawing_keeps_its_marks_to_a_hundredth_of_a_point(table):
    long = figures.picture(table, letters="none").decode()
    short = re.search(r'<svg class="broad".*?</svg>', inline.drawn(table), re.S)[0]
    for mark in ("text", "use"):
        places = [
            {
                (round(float(x), 2), round(float(y), 2))
                for x, y in re.findall(rf'<{mark}\b[^>]*? x="([^"]+)" y="([^"]+)"', drawing)
            }
            for drawing in (long, short)
        ]
        assert len(places[0]) == len(places[1]) > 10
        assert np.abs(np.subtract(*map(sorted, places))).max() <= 0.0101


def test_names_are_of_one_drawing_alone(table, plane):
    html = inline.drawn(table) + inline.drawn(plane)
    names = re.findall(r' id="([^"]+)"', html)
    assert len(set(names)) == len(names)
    assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', html)) <= set(names)


def test_an_image_has_a_version_for_the_night(plane):
    html = inline.drawn(plane)
    found = re.findall(r'<image class="(\w+)" href="data:image/png;base64,([^"]+)"', html)
    assert [name for name, _ in found] == ["day", "night"]  # once for both drawings
    (name,) = re.findall(r'<g id="(\w+)"><image', html)
    assert re.findall(r'<use transform="[^"]+" href="#(\w+)"/>', html) == [name] * 2
    day, night = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("L"), int)
        for _, text in found[:2]
    )
    assert day.shape == night.shape
    assert np.corrcoef(day.ravel(), night.ravel())[0, 1] < -0.99


def test_an_image_of_other_colours_is_refused():
    with pytest.raises(ValueError, match="no ramp"):
        inline.pixels_in_the_dark(np.full((2, 2, 3), (0, 255, 0), np.uint8))


def test_a_page_of_figures_is_light(table, plane):
    assert len(inline.drawn(table)) < 25_000
    assert len(inline.drawn(plane)) < 25_000
