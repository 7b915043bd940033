"""Keep together what print would not part at the end of a line: "p. 402", "5 × 5", "1 %"."""

from __future__ import annotations

import re

from docutils import nodes

APART = re.compile(
    r"(?<=\bp\.) (?=\d|$)|(?<=\bpp\.) (?=\d|$)| (?=[×%])|(?<=×) |(?<=\d) (?=\d{3}\b)"
)
"""Spaces at which no line ends: after "p.", around "×", before "%", within "10 000"."""

NAME = "LeNet-1"
"""What browsers would part at its hyphen."""

AFTER = re.compile(r"[,.;:!?)]+")
"""Signs that no line begins with, though browsers break lines after a formula."""

LITERAL = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


def whole(*parts):
    """Return nodes as one that is not broken (book/assets/book.css)."""
    return nodes.inline("", "", *parts, classes=["whole"])


def kept(text, in_title):
    """Return a text with its spaces and names kept, as nodes."""
    parts = APART.sub("\N{NO-BREAK SPACE}", text)
    if in_title:
        return [nodes.Text(parts)]
    found = [nodes.Text(part) for part in re.split(f"({NAME})", parts) if part]
    return [whole(part) if part == NAME else part for part in found]


def keep(app, doctree, docname):
    """Keep numbers with their signs, names, and formulas with the signs after them."""
    if app.builder.format != "html":
        return
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, LITERAL) and (APART.search(text) or NAME in text):
            text.parent.replace(text, kept(text, isinstance(text.parent, nodes.title)))
    for formula in list(doctree.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and (signs := AFTER.match(after)):
            formula.parent.replace(after, nodes.Text(after[signs.end() :]))
            formula.parent.replace(formula, whole(formula.deepcopy(), nodes.Text(signs[0])))


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-resolved", keep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
