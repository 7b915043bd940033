"""The logo: Table 1, a dot for each of the 20 connections between H2 and H3 maps.

    python -m reproduction.pages.logo book/assets

writes logo.svg, logo-dark.svg and favicon.svg.
"""

from __future__ import annotations

import sys
from pathlib import Path

from reproduction.figures.colours import INK, PAPER, TEST_COLOUR
from reproduction.network import TABLE_1

H2_MAPS = 4
STEP, DOT, FAINT = 10, 3.4, 1.1


def logo(ink: str) -> str:
    """Return Table 1 as SVG, H3 maps from left to right and H2 maps from top to bottom."""
    width, height = STEP * len(TABLE_1), STEP * H2_MAPS
    dots = [
        _dot(column, row, DOT if row in reads else FAINT, TEST_COLOUR if row in reads else ink)
        for column, reads in enumerate(TABLE_1)
        for row in range(H2_MAPS)
    ]
    return _svg(width, height, "".join(dots))


def favicon() -> str:
    """Return the first four columns of Table 1 on paper, as SVG."""
    side = STEP * H2_MAPS
    sheet = f'<rect width="{side}" height="{side}" rx="6" fill="{PAPER}"/>'
    dots = [
        _dot(column, row, DOT + 0.6, TEST_COLOUR)
        for column, reads in enumerate(TABLE_1[:H2_MAPS])
        for row in reads
    ]
    return _svg(side, side, sheet + "".join(dots))


def _dot(column: int, row: int, radius: float, colour: str) -> str:
    x, y = (STEP * (place + 0.5) for place in (column, row))
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>'


def _svg(width: int, height: int, contents: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{contents}</svg>\n'
    )


FILES = {"logo.svg": logo(INK), "logo-dark.svg": logo(PAPER), "favicon.svg": favicon()}
"""The files of the logo and what is in them."""


def main(folder: str) -> None:
    """Write the files."""
    for name, contents in FILES.items():
        (Path(folder) / name).write_text(contents, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
