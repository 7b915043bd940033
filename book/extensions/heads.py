"""Say in a page's head what it is: to search engines, and to those whom its address is sent to.

A chapter's front matter has its description. Where the book will stand is known from the variable
LENET1989_BOOK; without it, pages name no address and no picture.
"""

from __future__ import annotations

import html
import os
from pathlib import Path

from reproduction import figures, pages
from reproduction.figures import network
from reproduction.network import LENET1, plain

ADDRESS_VARIABLE = "LENET1989_BOOK"
CARD = "_static/card.png"
"""The picture that stands beside a link to the book."""


def settle(app, config):
    """Take the book's address from the environment."""
    config.html_baseurl = os.environ.get(ADDRESS_VARIABLE, config.html_baseurl)


def describe(app, pagename, templatename, context, doctree):
    """Put a page's description into its head."""
    description = app.env.metadata.get(pagename, {}).get("description")
    if not description:
        return
    site = app.config.html_baseurl.rstrip("/")
    is_first = pagename == app.config.root_doc
    found = {
        ("name", "description"): description,
        ("property", "og:title"): app.env.titles[pagename].astext(),
        ("property", "og:description"): description,
        ("property", "og:type"): "website" if is_first else "article",
        ("property", "og:site_name"): app.config.html_title,
        ("property", "og:locale"): "en_US",
    }
    if site:
        found["property", "og:url"] = f"{site}/{pagename}.html"
        found["property", "og:image"] = f"{site}/{CARD}"
        found["name", "twitter:card"] = "summary_large_image"
    context["metatags"] += "".join(
        f'<meta {kind}="{name}" content="{html.escape(" ".join(content.split()))}" />\n'
        for (kind, name), content in found.items()
    )


def draw_card(app, exception):
    """Draw the picture for links, if pages name it: a digit on its way through the network."""
    if exception or app.builder.format != "html" or not app.config.html_baseurl:
        return
    run, test = pages.run(), pages.sets()["test"]
    (bank,) = run.banks()
    median = bank.parameters[:, bank.seeds.index(run.summary["median_network"])]
    units = plain.units_of(LENET1, median, test.images[0])
    drawn = network.followed(units, f"A {test.labels[0]} from the mail")
    (Path(app.outdir) / CARD).write_bytes(figures.picture(drawn, "png"))


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", settle)
    app.connect("html-page-context", describe)
    app.connect("build-finished", draw_card)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
