"""The colours of figures are told apart, and read, by every eye."""

import matplotlib
import numpy as np
import pytest

from reproduction import figures
from reproduction.figures import colours
from tests.reproduction.figures.looked_at import linear, luminance

# Machado, Oliveira & Fernandes 2009, severity 1.
SIGHTS = {
    "all cones": np.eye(3),
    "no long": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "no medium": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "no short": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9309, 0.1476], [0.0047, 0.6914, 0.3039]],
}


def lab(rgb):
    """Give CIE L*a*b* of linear sRGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(to_xyz @ np.clip(rgb, 0.001, 1) / (0.9505, 1, 1.089))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.fixture
def look():
    return matplotlib.rc_params_from_file(figures.STYLE, use_default_template=False)


def test_text_and_lines_have_contrast(look):
    colours = [*look["axes.prop_cycle"].by_key()["color"], look["text.color"]]
    for colour in [*colours, look["axes.edgecolor"], look["xtick.labelcolor"]]:
        light, dark = luminance(look["figure.facecolor"]), luminance(colour)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour  # WCAG 2, level AA


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_differ_for_every_colour_vision(look, sight):
    seen = [lab(SIGHTS[sight] @ linear(c)) for c in look["axes.prop_cycle"].by_key()["color"]]
    train, test, *_ = seen
    assert np.linalg.norm(train - test) > 30
    for number, one in enumerate(seen):
        for other in seen[number + 1 :]:
            assert np.linalg.norm(one - other) > 15


def test_a_tint_never_hides_its_number():
    for strength in np.linspace(0, 1, 50):
        fill = colours.mixed("#e6e0d3", colours.TEST_COLOUR, strength)
        text = luminance(colours.legible_on(fill))
        light, dark = sorted((luminance(fill), text), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 3.5
