"""A figure as part of a page: drawn for a wide and for a narrow column, in the colours of the page.

The page's own theme colours it, light or dark, as all its colours are variables of the style sheet
that comes with it; its letters are text, which readers can select and search for. An image that
both drawings show is there once.
"""

from __future__ import annotations

import base64
import html
import io
import re
from hashlib import sha256

import numpy as np
from matplotlib.figure import Figure
from PIL import Image
from scour import scour

from reproduction import figures
from reproduction.figures.colours import RAMPS, in_the_dark

NARROW = 576
"""So many pixels wide is a page at most that shows the narrow drawing."""

DARK = 'html[data-theme="dark"]'

RULES = (
    "figure.drawn svg{display:block;max-width:100%;height:auto;border-radius:6px;"
    "font-family:STIXGeneral,'STIX Two Text','Times New Roman',Times,serif;"
    "image-rendering:crisp-edges;image-rendering:pixelated}"
    "figure.drawn .store{position:absolute}"
    "image.day{display:var(--day)}image.night{display:var(--night)}"
    f"@media(min-width:{NARROW + 1}px){{figure.drawn .slim{{display:none}}}}"
    f"@media(max-width:{NARROW}px){{figure.drawn .broad{{display:none}}"
    "figure.drawn .slim{width:100%;max-width:480px}}"
)
DAY, NIGHT = "--day:inline;--night:none", "--day:none;--night:inline"
"""What a <use> shows inherits from where it stands, and no rule sees it within anything."""

LINES = 'stroke-linejoin="round" stroke-linecap="butt"'
"""How matplotlib draws lines that do not say otherwise."""

_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_PICTURE = re.compile(r'<image xlink:href="data:image/png;base64,\s*([^"]+)"([^>]*?)/>')
_SIZE = re.compile(r' (?:width|height)="[^"]*"')
_PLACE = re.compile(r' (?:x|y|transform)="[^"]*"')


def drawn(figure: Figure) -> str:
    """Return a figure as HTML, both drawings of it, with its description for screen readers.

    Parameters
    ----------
    figure : Figure
        As a function of `reproduction.figures` returns it.
    """
    with figures.narrow():
        slim = figures.redrawn(figure)
    files = [figures.picture(each, letters="none").decode() for each in (figure, slim)]
    store = _Store(f"f{sha256(''.join(files).encode()).hexdigest()[:6]}")
    both = "".join(
        _svg(each, file, name, store)
        for each, file, name in zip((figure, slim), files, ("broad", "slim"), strict=True)
    )
    colours = sorted(set(_COLOUR.findall(both)))
    light = ";".join(f"--c{colour[1:]}:{colour}" for colour in colours)
    dark = ";".join(f"--c{colour[1:]}:{in_the_dark(colour)}" for colour in colours)
    style = f"{RULES}figure.drawn{{{DAY};{light}}}{DARK} figure.drawn{{{NIGHT};{dark}}}"
    coloured = _COLOUR.sub(lambda found: f"var(--c{found[0][1:]})", both)
    return f"<style>{style}</style>{store.svg()}{coloured}"


def _svg(figure: Figure, file: str, name: str, store: _Store) -> str:
    """Return one drawing as an element of a page."""
    text = re.sub(r"<style.*?</style>", "", file, flags=re.DOTALL).replace("<svg", f"<svg {LINES}")
    text = _PICTURE.sub(store.used, text)
    text = re.sub(r' transform="rotate\(-0 [^"]*"', "", text)
    text = scour.scourString(text, _shorter(f"{store.name}{name[0]}")).replace("xlink:href", "href")
    text = text.replace(" font-family=\"'STIXGeneral'\"", "").replace(
        ' font-family="STIXGeneral"', ""
    )
    width, height = 96 * figure.get_size_inches()
    view = re.search(r'viewBox="[^"]*"', text)
    head = (
        f'<svg class="{name}" role="img" aria-label="{html.escape(figures.description(figure))}" '
        f'{view[0] if view else ""} width="{width:.0f}" height="{height:.0f}" {LINES}>'
    )
    return head + text[text.index(">", text.index("<svg")) + 1 :].strip()


def _shorter(prefix: str) -> object:
    """Return how a drawing is made shorter: to a hundredth of a point, names with a prefix."""
    return scour.sanitizeOptions(
        scour.parse_args(
            [
                "--quiet",
                "--set-precision=5",
                "--create-groups",
                "--disable-simplify-colors",
                "--remove-descriptive-elements",
                "--enable-comment-stripping",
                "--disable-embed-rasters",
                "--strip-xml-prolog",
                "--no-line-breaks",
                "--indent=none",
                "--enable-id-stripping",
                "--shorten-ids",
                f"--shorten-ids-prefix={prefix}",
            ]
        )
    )


class _Store:
    """The images of a figure, each in the colours of both themes, of which a page shows one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept: dict[tuple[str, str], str] = {}

    def used(self, found: re.Match[str]) -> str:
        """Return a reference, for an image of an SVG file."""
        encoded, rest = found.groups()
        key = "".join(encoded.split()), "".join(_SIZE.findall(rest))
        self._kept.setdefault(key, f"{self.name}i{len(self._kept)}")
        return f'<use xlink:href="#{self._kept[key]}"{"".join(_PLACE.findall(rest))}/>'

    def svg(self) -> str:
        """Return the images as an element of a page, which shows nothing by itself."""
        if not self._kept:
            return ""
        images = (
            f'<g id="{name}">{_by_day_and_night(encoded, size)}</g>'
            for (encoded, size), name in self._kept.items()
        )
        hidden = 'class="store" aria-hidden="true" width="0" height="0"'
        return f"<svg {hidden}><defs>{''.join(images)}</defs></svg>"


def _by_day_and_night(encoded: str, size: str) -> str:
    """Return an image twice, in the colours of each theme."""
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        pixels = np.asarray(image.convert("RGB"))
    return "".join(
        f'<image class="{name}" href="data:image/png;base64,{_png(each)}"{size}/>'
        for name, each in (("day", pixels), ("night", pixels_in_the_dark(pixels)))
    )


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
    wanted = _as_one(pixels)
    for ramps in RAMPS:
        ours, theirs = (each(np.arange(each.N), bytes=True)[:, :3] for each in ramps)
        known, first = np.unique(_as_one(ours), return_index=True)
        places = np.searchsorted(known, wanted).clip(0, len(known) - 1)
        if np.array_equal(known[places], wanted):
            return np.asarray(theirs[first[places]])
    raise ValueError("an image has colours that no ramp of the style has")


def _as_one(colours: np.ndarray) -> np.ndarray:
    """Give each colour as one number."""
    return np.asarray(colours.astype(int) @ (1, 256, 65536))


def _png(pixels: np.ndarray) -> str:
    """Return an image as PNG, with a palette if it has few colours."""
    colours, inverse = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    image = Image.fromarray(pixels)
    if len(colours) <= 256:
        image = Image.fromarray(inverse.reshape(pixels.shape[:2]).astype(np.uint8), "P")
        image.putpalette(colours.astype(np.uint8).tobytes())
    contents = io.BytesIO()
    image.save(contents, "PNG", optimize=True)
    return base64.b64encode(contents.getvalue()).decode()
