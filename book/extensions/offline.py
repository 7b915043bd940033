"""Keep each page to its own folder: mathematics from a Python package, no script from elsewhere."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

MATHJAX = ("tex-svg.js",)
"""Of MathJax, what the pages need: TeX in, SVG out, which brings its letters along."""


def copy_mathjax(app, exception):
    """Copy MathJax into the built pages."""
    if exception or app.builder.format != "html":
        return
    package = importlib.util.find_spec("sphinx-mathjax-offline")
    source = Path(package.submodule_search_locations[0]) / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    for name in MATHJAX:
        shutil.copyfile(source / name, target / name)


def drop_scripts(app, pagename, templatename, context, doctree):
    """Leave out what another host would serve, and MathJax where there is no mathematics."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if "//" not in str(file)]
    if 'class="math' not in context.get("body", ""):
        context["script_files"] = [
            file
            for file in context["script_files"]
            if "mathjax" not in f"{file} {getattr(file, 'attributes', '')}".lower()
        ]


FONT_PRELOADS = re.compile(r'<link rel="preload" as="font"[^>]*>')
"""Fonts asked for as if from another host, which a page opened from disk may not; icons are SVG."""

VIEWPORT_AGAIN = re.compile(r'<meta name="viewport"[^>]*>(?=.*<meta name="viewport")', re.DOTALL)
"""What every page has once from the theme, and once from the theme below it."""

NOT_A_LIST = ('<div role="list" class="citation-list">', '<div class="citation-list">')
"""Citations that call themselves a list, without having list items."""


SCROLLED = re.compile(
    r'<(div class="(?:pst-scrollable-table-container|wide|math [^"]*|output[^"]*)"|pre)(?=[ >])'
)
"""What may scroll in a box of its own on a phone, and so must be reached by the keyboard."""


def mend(app, exception):
    """Mend what the theme's and docutils' HTML get wrong."""
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        mended = FONT_PRELOADS.sub("", text).replace(*NOT_A_LIST)
        mended = VIEWPORT_AGAIN.sub("", mended)
        mended = SCROLLED.sub(r'<\1 tabindex="0"', mended)
        if mended != text:
            page.write_text(mended, encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", drop_scripts, priority=900)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
