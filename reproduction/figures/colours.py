"""The colours of all figures, by day and in the dark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import rc_params_from_file
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.typing import ColorType

STYLE = Path(__file__).parents[1] / "lenet1989.mplstyle"
"""The style file, for `matplotlib.style.use`."""

LOOK = rc_params_from_file(STYLE, use_default_template=False)
PAPER = to_hex(LOOK["figure.facecolor"])
INK = to_hex(LOOK["text.color"])
QUIET = to_hex(LOOK["axes.edgecolor"])
SHADE = to_hex(LOOK["grid.color"])
CYCLE = tuple(to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"])
TRAIN_COLOUR, TEST_COLOUR, *_ = CYCLE
HALVES = CYCLE[2:]
"""Two more colours: those of the two halves of the network, or of what else comes in pairs."""

DARK = dict(
    zip(
        (PAPER, INK, QUIET, SHADE, *CYCLE),
        ("#1c1f26", "#ebe7dc", "#a9a69d", "#353943", "#e0ac4c", "#b49cf0", "#45bfc6", "#f2808f"),
        strict=True,
    )
)
"""What the colours of the style are on a dark page."""

_in_the_dark = dict(DARK)
RAMPS: list[tuple[Colormap, Colormap]] = []
"""Colours for images of numbers, and what they are on a dark page."""


def in_the_dark(colour: str) -> str:
    """Return what a colour of the style, or a mixture of its colours, is on a dark page.

    Raises
    ------
    KeyError
        If it is neither.
    """
    return _in_the_dark[colour]


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that lies at a share of the way from the first to the second."""
    found = _between(first, second, share)
    _in_the_dark[found] = _between(in_the_dark(first), in_the_dark(second), share)
    return found


def _between(first: str, second: str, share: float) -> str:
    start, end = np.array(to_rgb(first)), np.array(to_rgb(second))
    return to_hex(tuple((1 - share) * start + share * end))


def ramp(*colours: str) -> Colormap:
    """Return colours of the style, from the first to the last, for images of numbers."""
    light, dark = (
        LinearSegmentedColormap.from_list("", each, 65)  # an odd number: 0 is the middle one
        for each in (list(colours), [in_the_dark(colour) for colour in colours])
    )
    RAMPS.append((light, dark))
    return light


GRAYS = ramp(PAPER, INK)
PALE = ramp(PAPER, QUIET)
SIGNS = ramp(TRAIN_COLOUR, PAPER, TEST_COLOUR)


def legible_on(fill: str) -> str:
    """Return ink or paper, whichever has more contrast to a colour (WCAG 2)."""
    paper, ink = luminance(PAPER), luminance(INK)
    middle = ((paper + 0.05) * (ink + 0.05)) ** 0.5 - 0.05
    return INK if luminance(fill) > middle else PAPER


def luminance(colour: ColorType) -> float:
    """Return the relative luminance of an sRGB colour."""
    shares = np.array(to_rgb(colour))
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
