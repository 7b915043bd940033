"""The page of a figure: its style and colours, its size, its heading, its description.

Each figure is a function that takes plain data, is decorated by `styled`, begins with a `Sheet` and
returns a matplotlib Figure, whose label says in words what it shows. `picture` makes the contents
of a file of it. Within `narrow` a page is as wide as a telephone, and a figure arranges itself
anew; `redrawn` draws a figure once more, on the page that then applies. Lengths are in inches, and
a drawing's begin below the heading.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib import rc_params_from_file, style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.typing import ColorType

STYLE = Path(__file__).parents[1] / "lenet1989.mplstyle"
"""The style file, for `matplotlib.style.use`."""

LOOK = rc_params_from_file(STYLE, use_default_template=False)
PAPER_COLOUR = to_hex(LOOK["figure.facecolor"])
INK = to_hex(LOOK["text.color"])
QUIET = to_hex(LOOK["axes.edgecolor"])
SHADE = to_hex(LOOK["grid.color"])
CYCLE = tuple(to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"])
TRAIN_COLOUR, TEST_COLOUR, *_ = CYCLE
HALVES = CYCLE[2:]
"""Two more colours: those of the two halves of the network, or of what else comes in pairs."""

SMALL = 9.5  # points
BODY = 10.5
TITLE = 15.0

_P = ParamSpec("_P")
_R = TypeVar("_R")


# --- pages, wide and narrow -----------------------------------------------------------------

_is_narrow: ContextVar[bool] = ContextVar("narrow", default=False)


@contextmanager
def narrow() -> Iterator[None]:
    """Draw for a column as wide as a telephone, with letters of the same size."""
    token = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(token)


def fitting(wide: _R, narrowly: _R) -> _R:
    """Return the one of two that fits the page."""
    return narrowly if _is_narrow.get() else wide


# --- figures --------------------------------------------------------------------------------

_made_by: WeakKeyDictionary[Figure, Callable[[], Figure]] = WeakKeyDictionary()


def styled(make: Callable[_P, Figure]) -> Callable[_P, Figure]:
    """Let a function draw in the style of all figures, whatever the reader's own settings.

    Ticks, which matplotlib makes only when a figure is first drawn, are made in this style too.
    """

    @wraps(make)
    def made(*args: _P.args, **kwargs: _P.kwargs) -> Figure:
        with style.context(STYLE, after_reset=True):
            figure = make(*args, **kwargs)
            figure.draw_without_rendering()
        _made_by[figure] = partial(made, *args, **kwargs)
        return figure

    return made


def redrawn(figure: Figure) -> Figure:
    """Draw a figure anew from the same data, as within `narrow`."""
    return _made_by[figure]()


def picture(figure: Figure, kind: str = "svg", letters: str = "path") -> bytes:
    """Return a figure as the contents of a file, with its title and its description.

    Parameters
    ----------
    figure : Figure
    kind : {"svg", "png"}
    letters : {"path", "none"}
        Whether an SVG has letters as outlines, or as text in a font that the page must have.
    """
    metadata = {"Title": figure.texts[0].get_text(), "Description": description(figure)}
    unwanted = {"svg": ("Date", "Creator"), "png": ("Software",)}[kind]
    contents = io.BytesIO()
    with style.context([STYLE, {"svg.fonttype": letters}], after_reset=True):
        figure.savefig(contents, format=kind, metadata=metadata | dict.fromkeys(unwanted))
    return contents.getvalue()


def description(figure: Figure) -> str:
    """Return what a figure shows, in words, for those who do not see it."""
    return str(figure.get_label())


class Sheet:
    """A page with its heading: a title that says what to see, and quiet lines below it.

    Parameters
    ----------
    height : float
        Of the drawing below the heading.
    title : str
    *said : str
        Lines below the title, each wrapped if need be; empty ones are left out.

    Attributes
    ----------
    figure : Figure
    width, margin : float
        Of the page.
    height : float
        Of the drawing.
    """

    def __init__(self, height: float, title: str, *said: str) -> None:
        self.width, self.margin = _size()
        self.height = height
        room = self.width - 2 * self.margin - 0.05
        size = fitting(TITLE, 13.5)
        titles = wrapped(title, size, room)
        lines = [line for each in said if each for line in wrapped(each, BODY, room)]
        top = 0.33 + 0.24 * (len(titles) - 1)
        self._heading = top + (0.05 + 0.19 * len(lines) if lines else 0) + 0.2
        whole = self._heading + height
        self.figure = Figure(figsize=(self.width, whole))
        self._whole: Axes | None = None
        FigureCanvasAgg(self.figure)
        left = self.margin / self.width
        self.figure.text(left, 1 - top / whole, "\n".join(titles), size=size, linespacing=1.1)
        for number, line in enumerate(lines, 1):
            at = 1 - (top + 0.04 + 0.19 * number) / whole
            self.figure.text(left, at, line, color=QUIET)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes of a size, at a place below the heading."""
        whole = self._heading + self.height
        bottom = self.height - top - height
        return self.figure.add_axes(
            (left / self.width, bottom / whole, width / self.width, height / whole)
        )

    def axes(self, left: float, right: float, bottom: float = 0.55, top: float = 0.0) -> Axes:
        """Add axes with margins."""
        return self.panel(left, top, self.width - left - right, self.height - top - bottom)

    def whole(self) -> Axes:
        """Return axes over the whole figure and all others: to the right, from the heading down."""
        if self._whole is None:
            self._whole = self.figure.add_axes((0, 0, 1, 1), zorder=1)
            self._whole.set(xlim=(0, self.width), ylim=(self.height, -self._heading))
            self._whole.set_axis_off()
        return self._whole


def columns(wide: int, narrowly: int, gap: float) -> list[tuple[float, float]]:
    """Divide a page into columns: the left side and the width of each."""
    count = fitting(wide, narrowly)
    width, margin = _size()
    across = (width - 2 * margin - gap * (count - 1)) / count
    return [(margin + number * (across + gap), across) for number in range(count)]


def _size() -> tuple[float, float]:
    """Give a page's width and its margin."""
    return fitting((7.0, 0.3), (3.75, 0.12))


# --- lettering ------------------------------------------------------------------------------


@cache
def text_width(text: str, size: float = SMALL) -> float:
    """Return the width of a text of a size in points, in inches."""
    font = FontProperties(family=LOOK["font.family"])
    return float(TextPath((0, 0), text, size=size, prop=font).get_extents().x1) / 72


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines that are no wider than so many inches, where they have spaces."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


# --- colours --------------------------------------------------------------------------------


def mixed(first: str, second: str, share: float) -> str:
    """Return the colour that lies at a share of the way from the first to the second."""
    found = _between(first, second, share)
    _in_the_dark[found] = _between(in_the_dark(first), in_the_dark(second), share)
    return found


def _between(first: str, second: str, share: float) -> str:
    pairs = zip(to_rgb(first), to_rgb(second), strict=True)
    red, green, blue = ((1 - share) * one + share * other for one, other in pairs)
    return to_hex((red, green, blue))


DARK = dict(
    zip(
        (PAPER_COLOUR, INK, QUIET, SHADE, *CYCLE),
        ("#1c1f26", "#ebe7dc", "#a9a69d", "#353943", "#e0ac4c", "#b49cf0", "#45bfc6", "#f2808f"),
        strict=True,
    )
)
"""What the colours of the style are on a dark page."""

_in_the_dark = dict(DARK)


def in_the_dark(colour: str) -> str:
    """Return what a colour of the style, or a mixture of its colours, is on a dark page.

    Raises
    ------
    KeyError
        If it is neither.
    """
    return _in_the_dark[colour]


_ramps: list[tuple[Colormap, Colormap]] = []


def ramp(*colours: str) -> Colormap:
    """Return colours of the style, from the first to the last, for images of numbers."""
    light, dark = (
        LinearSegmentedColormap.from_list("", each)
        for each in (list(colours), [in_the_dark(colour) for colour in colours])
    )
    _ramps.append((light, dark))
    return light


GRAYS = ramp(PAPER_COLOUR, INK)
SIGNS = ramp(TRAIN_COLOUR, PAPER_COLOUR, TEST_COLOUR)


def pixels_in_the_dark(pixels: np.ndarray) -> np.ndarray:
    """Return what an image of numbers is on a dark page.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Drawn by one of the ramps.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)

    Raises
    ------
    ValueError
        If no ramp has all of the colours.
    """
    for light, dark in _ramps:
        ours, theirs = (each(np.arange(each.N), bytes=True)[:, :3] for each in (light, dark))
        order = np.argsort(_as_one(ours))
        places = order[
            np.searchsorted(_as_one(ours)[order], _as_one(pixels)).clip(0, len(ours) - 1)
        ]
        if np.array_equal(ours[places], pixels):
            return np.asarray(theirs[places])
    raise ValueError("an image has colours that no ramp of the style has")


def _as_one(colours: np.ndarray) -> np.ndarray:
    """Give each colour as one number."""
    return np.asarray(colours.astype(int) @ (1, 256, 65536))


def legible_on(fill: str) -> str:
    """Return ink or paper, whichever has more contrast to a colour (WCAG 2)."""
    paper, ink = luminance(PAPER_COLOUR), luminance(INK)
    middle = ((paper + 0.05) * (ink + 0.05)) ** 0.5 - 0.05
    return INK if luminance(fill) > middle else PAPER_COLOUR


def luminance(colour: ColorType) -> float:
    """Return the relative luminance of an sRGB colour."""
    shares = np.array(to_rgb(colour))
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
