"""The page of a figure: its size, its heading, its description.

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
from typing import NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from reproduction.figures.colours import LOOK, QUIET, STYLE

SMALL = 9.5  # points
BODY = 10.5
TITLE = 15.0
SIZES = (7.0, 0.3), (3.75, 0.12)  # the width and the margin of a page, wide and narrow

_P = ParamSpec("_P")
_R = TypeVar("_R")


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


class Place(NamedTuple):
    """Where something is drawn: its left upper corner and its sides, in inches."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle, from left to right."""
        return self.x + self.width / 2

    @property
    def centre(self) -> tuple[float, float]:
        """The middle in both directions."""
        return self.middle, self.y + self.height / 2

    def inside(self, aside: float) -> Place:
        """Return the place that lies so far inside on all sides."""
        sides = self.width - 2 * aside, self.height - 2 * aside
        return Place(self.x + aside, self.y + aside, *sides)

    def unit(self, row: float, column: float, side: float, size: int = 1) -> Place:
        """Return the place of a unit, or a field of units, of a map here, `side` inches each."""
        return square(self.x + column * side, self.y + row * side, size * side)


def square(x: float, y: float, side: float) -> Place:
    """Return a square place."""
    return Place(x, y, side, side)


class Sheet:
    """A page with its heading: a title that says what to see, and quiet lines below it.

    Parameters
    ----------
    height : float
        Of the drawing below the heading.
    *said : str
        Lines below the title, each wrapped if need be; empty ones are left out.

    Attributes
    ----------
    width, margin : float
        Of the page.
    """

    def __init__(self, height: float, title: str, *said: str) -> None:
        self.width, self.margin = fitting(*SIZES)
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

    def described(self, words: str) -> Figure:
        """Return the figure, with what it shows in words."""
        self.figure.set_label(words)
        return self.figure


def tiles(
    count: int, in_row: tuple[int, int], gap: float, tall: float | None = None, left: float = 0.0
) -> list[Place]:
    """Divide a page into places of equal size, row by row, so many inches from its left margin.

    `in_row` tells how many stand in a row of a wide page and of a narrow one, the gap how far
    neighbours are apart. Each is as tall as is said, with what is between rows, or else square.
    """
    columns, (width, margin) = fitting(*in_row), fitting(*SIZES)
    across = (width - 2 * margin - left - gap * (columns - 1)) / columns
    tall = across if tall is None else tall
    return [
        Place(margin + left + column * (across + gap), row * tall, across, tall)
        for row, column in (divmod(number, columns) for number in range(count))
    ]


def end_of(places: list[Place]) -> float:
    """Return how far down places reach."""
    return max((place.y + place.height for place in places), default=0.0)


@cache
def text_width(text: str, size: float = SMALL) -> float:
    """Return the width of a text of a size in points, in inches."""
    font = FontProperties(family=LOOK["font.family"])
    outline = TextPath((0, 0), text, size=size, prop=font)  # with a node at each extreme
    return float(outline.vertices[:, 0].max(initial=0.0)) / 72


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
