"""A figure as part of a page: drawn for a wide and for a narrow column, in the colours of the page.

The page's own theme colours it, light or dark, as all its colours are variables of the style sheet
that comes with it; its letters are text, which readers can select and search for.
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

from reproduction import figures
from reproduction.figures.colours import RAMPS, in_the_dark

NARROW = 576
"""So many pixels wide is a page at most that shows the narrow drawing."""

DARK = 'html[data-theme="dark"]'

RULES = (
    "figure.drawn svg{display:block;max-width:100%;height:auto;border-radius:6px;"
    "stroke-linejoin:round;stroke-linecap:butt;"
    "font-family:STIXGeneral,'STIX Two Text','Times New Roman',Times,serif}"
    f"@media(min-width:{NARROW + 1}px){{figure.drawn .slim{{display:none}}}}"
    f"@media(max-width:{NARROW}px){{figure.drawn .broad{{display:none}}"
    "figure.drawn .slim{width:100%;max-width:480px}}"
    f"{DARK} figure.drawn .day,html:not([data-theme='dark']) figure.drawn .night{{display:none}}"
)

_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_REFERENCE = re.compile(r'(?:url\(|href=")#([\w-]+)')
_PICTURE = re.compile(r'<image xlink:href="data:image/png;base64,\s*([^"]+)"([^>]*?)/>')
_PLACE = re.compile(r'(?<= [dxy]=")[^"]*')
_DECIMALS = re.compile(r"\d+\.\d{3,}")


def drawn(figure: Figure) -> str:
    """Return a figure as HTML, both drawings of it, with its description for screen readers.

    Parameters
    ----------
    figure : Figure
        As a function of `reproduction.figures` returns it.
    """
    with figures.narrow():
        slim = figures.redrawn(figure)
    both = _svg(figure, "broad") + _svg(slim, "slim")
    colours = sorted(set(_COLOUR.findall(both)))
    light = ";".join(f"--c{colour[1:]}:{colour}" for colour in colours)
    dark = ";".join(f"--c{colour[1:]}:{in_the_dark(colour)}" for colour in colours)
    style = f"{RULES}figure.drawn{{{light}}}{DARK} figure.drawn{{{dark}}}"
    coloured = _COLOUR.sub(lambda found: f"var(--c{found[0][1:]})", both)
    return f"<style>{style}</style>{coloured}"


def _svg(figure: Figure, name: str) -> str:
    """Return one drawing as an element of a page."""
    text = figures.picture(figure, letters="none").decode()
    text = text[text.index("<svg") :]
    text = re.sub(
        r"<metadata>.*?</metadata>|<title>.*?</title>|<style.*?</style>|<!--.*?-->",
        "",
        text,
        flags=re.S,
    )
    text = _with_short_names(text, f"f{sha256(text.encode()).hexdigest()[:8]}-")
    text = _PICTURE.sub(lambda found: _by_day_and_night(found[1], found[2]), text)
    text = text.replace("xlink:href", "href").replace("font-family: 'STIXGeneral'; ", "")
    text = re.sub(r' transform="rotate\(-0 [^"]*"', "", text)
    text = _PLACE.sub(lambda found: _DECIMALS.sub(_rounded, found[0]), text)
    text = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", text)).replace('" "', '""')
    width, height = 96 * figure.get_size_inches()
    view = re.search(r'viewBox="[^"]*"', text)
    head = (
        f'<svg class="{name}" role="img" aria-label="{html.escape(figures.description(figure))}" '
        f'{view[0] if view else ""} width="{width:.0f}" height="{height:.0f}">'
    )
    return head + text[text.index(">") + 1 :]


def _with_short_names(text: str, prefix: str) -> str:
    """Keep the names that are referred to, short and of this drawing alone."""
    referred = dict.fromkeys(_REFERENCE.findall(text))
    new = {name: f"{prefix}{number}" for number, name in enumerate(referred)}
    text = re.sub(
        r' id="([\w.-]+)"', lambda found: f' id="{new[found[1]]}"' if found[1] in new else "", text
    )
    return re.sub(r'(url\(|href=")#([\w-]+)', lambda found: f"{found[1]}#{new[found[2]]}", text)


def _by_day_and_night(encoded: str, rest: str) -> str:
    """Return an image in the colours of both themes, of which a page shows one."""
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        pixels = np.asarray(image.convert("RGB"))
    return "".join(
        f'<image class="{name}" href="data:image/png;base64,{_png(each)}"{rest}/>'
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


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
