"""Bring the letters of the figures along: their font, cut down to what figures write."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from fontTools import subset

FACES = {"STIXGeneral.ttf": "letters.woff", "STIXGeneralBol.ttf": "letters-bold.woff"}
"""Matplotlib's files of the font, and what they are called beside the pages."""

WRITTEN = "".join(map(chr, range(0x20, 0x7F))) + "\N{NO-BREAK SPACE}´’‘“”…·°±×÷−–→←↑↓≤≥ηθλμσΔ½²³′µ◆"


def cut(source: Path, target: Path) -> None:
    """Write a font that has the letters of the figures and no more."""
    options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=WRITTEN)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def copy_letters(app, exception):
    """Put the fonts beside the style sheet, which asks for them."""
    if exception or app.builder.format != "html":
        return
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for source, target in FACES.items():
        cut(folder / source, Path(app.outdir) / "_static" / target)


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", copy_letters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
