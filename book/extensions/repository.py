"""Lead from a page to its source and to its notebook on Colab and Binder, where these are known.

The repository's address comes from LENET1989_REPOSITORY, or from what GitHub Actions says of
itself; without either there is nothing to lead to. Colab and Binder open a chapter from the branch
"notebooks", which the workflow of the book keeps.
"""

from __future__ import annotations

import os
from pathlib import Path

from data_prep.errors import InputError

VARIABLE = "LENET1989_REPOSITORY"
GITHUB = "https://github.com/"
COLAB = "https://colab.research.google.com/github/{}/blob/notebooks/{}.ipynb"
BINDER = "https://mybinder.org/v2/gh/{}/notebooks?labpath={}.ipynb"


def address() -> str:
    """Return the repository's address, "" if it is not known.

    Raises
    ------
    InputError
        If it is neither an address nor a folder.
    """
    found = os.environ.get(VARIABLE)
    if found is None:
        parts = [os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY")]
        found = "/".join(parts) if all(parts) else ""
    if found and "://" not in found and not Path(found).is_dir():
        raise InputError(
            f"{VARIABLE} is {found}, which is neither an address nor a folder; give it as in "
            f"{VARIABLE}=https://github.com/owner/name, or leave it empty."
        )
    return found.rstrip("/")


def offer_to_edit(app, config):
    """Let the theme lead to the source of each page."""
    if address().startswith("https://"):
        config.html_theme_options |= {
            "repository_url": address(),
            "repository_provider": "github",
            "repository_branch": os.environ.get("GITHUB_REF_NAME", "main"),
            "path_to_docs": "book",
            "use_edit_page_button": True,
        }


def offer_to_run(app, pagename, templatename, context, doctree):
    """Offer each chapter with cells on Colab and on Binder."""
    metadata = app.env.metadata.get(pagename, {})
    if not address().startswith(GITHUB) or "kernelspec" not in metadata:
        return
    links = [
        {
            "type": "link",
            "text": name,
            "tooltip": f"Run this chapter on {name}",
            "icon": f"_static/images/logo_{icon}",
            "url": url.format(address().removeprefix(GITHUB), pagename),
        }
        for name, icon, url in (
            ("Colab", "colab.png", COLAB),
            ("Binder", "binder.svg", BINDER),
        )
    ]
    group = {"type": "group", "tooltip": "Run this chapter", "icon": "fas fa-rocket"}
    context["header_buttons"].insert(0, group | {"buttons": links, "label": "launch-buttons"})


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", offer_to_edit)
    app.connect("html-page-context", offer_to_run, priority=502)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
