"""What every figure shares: the style, the sheet with its heading, axes in inches, colours.

Each figure is a function that takes plain data, is decorated by `styled`, begins with `sheet` and
returns a matplotlib Figure. `picture` makes the contents of a file of it, and `description` gives
its text alternative: the figure's label, which the function sets.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import numpy as np
from matplotlib import rc_params_from_file, style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

STYLE = Path(__file__).parents[1] / "lenet1989.mplstyle"
"""The style file, for `matplotlib.style.use`."""

LOOK = rc_params_from_file(STYLE, use_default_template=False)
PAPER_COLOUR = to_hex(LOOK["figure.facecolor"])
INK = to_hex(LOOK["text.color"])
QUIET = to_hex(LOOK["axes.edgecolor"])
SHADE = to_hex(LOOK["grid.color"])
TRAIN_COLOUR, TEST_COLOUR = (
    to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"][:2]
)

WIDTH = 7.0  # inches, as the margins below
MARGIN = 0.3
HEADING = 0.76
SMALL = 9.5  # points

_P = ParamSpec("_P")
_R = TypeVar("_R")


def styled(make: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a function draw in the style of all figures, whatever the reader's own settings.

    Ticks, which matplotlib makes only when a figure is first drawn, are made in this style too.
    """

    @wraps(make)
    def made(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with style.context(STYLE, after_reset=True):
            result = make(*args, **kwargs)
            if isinstance(result, Figure):
                result.draw_without_rendering()
            return result

    return made


@styled
def picture(figure: Figure, kind: str = "svg") -> bytes:
    """Return a figure as the contents of a file, with its title and its description.

    Parameters
    ----------
    figure : Figure
    kind : {"svg", "png"}
    """
    title = figure.texts[0].get_text() if figure.texts else None
    metadata = {"Title": title, "Description": description(figure)}
    unwanted = {"svg": ("Date", "Creator"), "png": ("Software",)}[kind]
    contents = io.BytesIO()
    figure.savefig(contents, format=kind, metadata=metadata | dict.fromkeys(unwanted))
    return contents.getvalue()


def description(figure: Figure) -> str:
    """Return what a figure shows, in words, for those who do not see it."""
    return str(figure.get_label())


def sheet(height: float, title: str, subtitle: str) -> Figure:
    """Make a figure of the page's width with its heading; height in inches."""
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    left = MARGIN / WIDTH
    figure.text(left, 1 - 0.33 / height, title, size="x-large")
    figure.text(left, 1 - 0.56 / height, subtitle, color=QUIET)
    return figure


def axes_in(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Add axes with the given margins, in inches."""
    width, height = figure.get_size_inches()
    sides = (width - left - right) / width, (height - bottom - top) / height
    return figure.add_axes((left / width, bottom / height, *sides))


def whole_axes(figure: Figure) -> Axes:
    """Add axes over the whole figure: inches to the right and, from its top, down."""
    axes = axes_in(figure, 0, 0, 0, 0)
    width, height = figure.get_size_inches()
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


def in_percent(value: float) -> str:
    """Write a percentage with two decimals."""
    return f"{value:.2f} %"


def _band(values: np.ndarray) -> np.ndarray:
    """Give min, quartiles and max over the last axis, NaN left out: shape (5, points)."""
    band = np.full((5, len(values)), np.nan)
    known = ~np.isnan(values).all(axis=1)
    if known.any():
        band[:, known] = np.nanquantile(values[known], (0, 0.25, 0.5, 0.75, 1), axis=1)
    return band


def draw_band(axes: Axes, x: np.ndarray, values: np.ndarray, colour: str, steps: bool) -> None:
    """Draw the median over networks as a line, and around it the middle half and the range.

    A single point becomes a dot with bars.
    """
    lowest, lower, median, upper, highest = _band(values)
    if len(x) == 1:
        axes.vlines(x, lowest, highest, color=colour, alpha=0.3, linewidth=5)
        axes.vlines(x, lower, upper, color=colour, alpha=0.5, linewidth=5)
        axes.plot(x, median, "o", color=colour)
        return
    step: Literal["post"] | None = "post" if steps else None
    if values.shape[1] > 1:
        for low, high, alpha in ((lowest, highest, 0.16), (lower, upper, 0.28)):
            axes.fill_between(x, low, high, color=colour, alpha=alpha, linewidth=0, step=step)
    axes.plot(x, median, color=colour, drawstyle="steps-post" if steps else "default")


def said_of_band(networks: int, diverged: int = 0) -> str:
    """Say what a band of networks shows, for a subtitle."""
    said = said_of_median(networks).capitalize() + (f", {diverged} diverged" if diverged else "")
    bands = "; dark band: the middle half, light band: all of them"
    return said + (bands if networks > 1 else "")


def said_of_median(networks: int) -> str:
    """Say of how many networks a median is."""
    return "one network" if networks == 1 else f"median of {networks} networks"


def mixed(first: str, second: str, share: float) -> tuple[float, ...]:
    """Return the colour that lies at a share of the way from the first to the second."""
    return tuple((1 - share) * np.array(to_rgb(first)) + share * np.array(to_rgb(second)))


def legible_on(fill: tuple[float, ...]) -> str:
    """Return ink or paper, whichever has more contrast to a colour (WCAG 2)."""
    sheet, ink = luminance(to_rgb(PAPER_COLOUR)), luminance(to_rgb(INK))
    middle = ((sheet + 0.05) * (ink + 0.05)) ** 0.5 - 0.05
    return INK if luminance(fill) > middle else PAPER_COLOUR


def luminance(colour: Sequence[float]) -> float:
    """Return the relative luminance of an sRGB colour."""
    shares = np.array(colour)
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
