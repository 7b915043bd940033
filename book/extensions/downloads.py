"""Offer every chapter as a notebook, written beside the pages with the numbers that they show."""

from __future__ import annotations

import functools
from collections import defaultdict
from pathlib import Path

import nbformat
import repository
from myst_nb.core.execute.inline import NotebookClientInline

from reproduction.pages.notebooks import Book, is_notebook, notebook_of

ADDRESS = "../{}.html"
"""Of a page, from the folder of the notebooks, where the book has no address of its own."""


class Heard:
    """What a page's kernel answered: the values of each expression, in the order of the page."""

    def __init__(self):
        self.values = defaultdict(list)

    def hear(self, expression, outputs):
        """Keep a value, as the page is read."""
        self.values[" ".join(expression.split())].append(outputs[0]["data"])

    def run(self, source):
        """Run nothing: the page has."""

    def value(self, expression):
        """Return the next value of an expression, by media type."""
        return self.values[expression].pop(0)


HEARD = defaultdict(Heard)
"""By chapter, those read in this build."""


def listen():
    """Keep what expressions in prose come to while pages are read."""
    evaluate = NotebookClientInline.eval_variable

    @functools.wraps(evaluate)
    def heard(client, expression):
        outputs = evaluate(client, expression)
        if outputs and "data" in outputs[0]:
            HEARD[client.path.stem].hear(expression, outputs)
        return outputs

    NotebookClientInline.eval_variable = heard


def begin(app, docname, source):
    """Forget what was heard of a chapter when it was last read."""
    HEARD[Path(docname).stem] = Heard()


def write(app, exception):
    """Write every chapter that was read as a notebook without outputs."""
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir) / "notebooks"
    target.mkdir(exist_ok=True)
    site = app.config.html_baseurl
    page = f"{site.rstrip('/')}/{{}}.html" if site else ADDRESS
    book = Book.read(Path(app.srcdir), page, repository.address())
    for chapter in sorted(Path(app.srcdir).glob("*.md")):
        if chapter.stem in HEARD and is_notebook(chapter):
            notebook = notebook_of(chapter, book, HEARD[chapter.stem])
            nbformat.write(notebook, target / f"{chapter.stem}.ipynb")


def offer(app, exception):
    """Offer the notebook where the theme offers the page's source."""
    if exception or app.builder.format != "html":
        return
    for notebook in (Path(app.outdir) / "notebooks").glob("*.ipynb"):
        page = Path(app.outdir) / f"{notebook.stem}.html"
        if page.exists():
            text = page.read_text(encoding="utf-8")
            offered = (
                text.replace(f'"_sources/{page.stem}.md"', f'"notebooks/{page.stem}.ipynb"')
                .replace("Download source file", "Download notebook")
                .replace('text-container">.md<', 'text-container">.ipynb<')
            )
            page.write_text(offered, encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    listen()
    app.connect("source-read", begin)
    app.connect("build-finished", write)
    app.connect("build-finished", offer)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
