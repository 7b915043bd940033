"""Say how long a chapter takes to read, and keep its text for the search page.

The search page quotes the pages that it finds, and would fetch them for that; from disk a browser
fetches nothing, so their texts come with the index (book/assets/search.js uses them).
"""

from __future__ import annotations

import html
import json
from pathlib import Path

from docutils import nodes

WORDS_A_MINUTE = 238
"""Of English prose, read silently (Brysbaert 2019, Journal of Memory and Language 109)."""

LOOKED_UP = {"api", "api-results", "cite", "glossary", "ledger", "references"}
"""Pages that nobody reads from top to bottom."""

NOT_PROSE = (nodes.literal_block, nodes.raw, nodes.math, nodes.math_block, nodes.comment)

TEXTS: dict[str, str] = {}
"""By page, its text as HTML: its sections, one within the other, and no more."""


def prose(node: nodes.Node) -> str:
    """Return the text below a node without code, mathematics and figures."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, NOT_PROSE):
        return ""
    between = " " if not isinstance(node, nodes.TextElement) else ""
    return between.join(map(prose, node.children))


def sections(node: nodes.Element) -> str:
    """Return the prose of a section and of those within it as HTML."""
    parts = [
        sections(child) if isinstance(child, nodes.section) else html.escape(f"{prose(child)} ")
        for child in node.children
    ]
    names = node["ids"][:1] if isinstance(node, nodes.section) else []
    opening = f'<section id="{names[0]}">' if names else "<section>"
    return f"{opening}{''.join(parts)}</section>"


def read(app, doctree, docname):
    """Keep a page's text, and say below its title how long it takes to read."""
    if app.builder.format != "html":
        return
    TEXTS[docname] = f'<div role="main">{" ".join(sections(doctree).split())}</div>'
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is None or docname in LOOKED_UP:
        return
    words = len(prose(doctree).split())
    minutes = max(1, round(words / WORDS_A_MINUTE))
    said = f"{minutes} minute{'s' if minutes > 1 else ''} to read"
    line = f'<p class="reading-time" data-words="{words}">{said}</p>'
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", line, format="html"))


def settle(app, config):
    """Let the search page order what it finds, and quote it, by our script."""
    config.html_search_scorer = str(Path(app.srcdir) / "assets" / "search.js")


def write(app, exception):
    """Put the texts before the index, whose file the search page loads."""
    index = Path(app.outdir) / "searchindex.js"
    if exception or app.builder.format != "html" or not index.exists():
        return
    texts = json.dumps(TEXTS, ensure_ascii=False, separators=(",", ":"))
    index.write_text(f"Search.texts={texts};{index.read_text(encoding='utf-8')}", encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", settle)
    app.connect("doctree-resolved", read)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
