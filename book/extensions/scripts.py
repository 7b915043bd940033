"""Give a page its script: ES modules joined into one classic script, as a page from disk needs it.

Browsers refuse modules, workers and fetches from file://, so what book/assets/ holds as modules is
joined when the book is built. A page names its entry module in its front matter:

    script: draw.js          joined with what it imports, and run at the end of the page
    worker: learner.js       joined too, and left as text in an element with the id "learner.js",
                             of which the page's script makes a Blob for its worker
    style: draw.css          of this page alone

Several are separated by spaces. Modules keep to a form that joining needs no parser for; what is
not in that form is refused: imports and exports begin a line, `import { a, b } from "./name.js";`
and `export` before a function, a class or a const; no renaming, no default; and no two modules of
one script declare the same name at their top.
"""

from __future__ import annotations

import re
from pathlib import Path

from data_prep.errors import InputError

IMPORT = re.compile(r'^import \{([\w\s,$]+)\} from "\./([\w.-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function\b|class\b|const\b)", re.MULTILINE)
OTHER = re.compile(r"^(?:import|export)\b.*$|\bimport\s*\(.*|\bimport\.meta\b.*", re.MULTILINE)
DECLARED = re.compile(
    r"^(export )?(?:(?:async )?function\*?|class|const|let|var) +([\w$]+|[{[])", re.MULTILINE
)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*.*?\*/)", re.MULTILINE | re.DOTALL)


class Module:
    """A module of book/assets: what it imports, what it declares, and its text without either.

    Attributes
    ----------
    name : str
        Of its file.
    imports : list of (str, list of str)
        Modules, and the names taken from each.
    declared : list of str
        All names at its top.
    exported : set of str
        Those that other modules may import.
    text : str
        Its text without imports, comments and the word export.
    """

    def __init__(self, folder: Path, name: str):
        self.name = name
        path = folder / name
        if not path.is_file():
            raise InputError(f"{name} is not in {folder.name}/; give the name of a module.")
        source = path.read_text(encoding="utf-8")
        self.imports = [
            (other, [word.strip() for word in names.split(",") if word.strip()])
            for names, other in IMPORT.findall(source)
        ]
        code = COMMENT.sub("", IMPORT.sub("", source))
        self.declared = [name for _, name in DECLARED.findall(code)]
        self.exported = {name for exported, name in DECLARED.findall(code) if exported}
        self.text = re.sub(r"\n\s*\n+", "\n", EXPORT.sub("", code)).strip()
        if refused := OTHER.search(self.text):
            raise InputError(
                f'{name}: "{refused[0].strip()}" cannot be joined; write '
                'import { name } from "./module.js"; or export before a function, class or const.'
            )
        if {"{", "["} & set(self.declared):
            raise InputError(
                f"{name} takes an object apart at its top; declare each name by itself."
            )
        if "</script" in self.text.lower():
            raise InputError(f'{name} holds "</script", which ends a script; write it in parts.')


def modules_of(folder: Path, entry: str) -> list[Module]:
    """Return the entry module and all that it imports, each after what it imports.

    Raises
    ------
    InputError
        If a module is missing or not in the restricted form, imports what is not exported, or
        imports itself in the end; or if two modules declare one name.
    """
    found: dict[str, Module] = {}

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            raise InputError(f"{' imports '.join((*way, name))}: break the circle.")
        if name in found:
            return
        module = Module(folder, name)
        for other, names in module.imports:
            visit(other, (*way, name))
            if missing := [word for word in names if word not in found[other].exported]:
                raise InputError(
                    f"{name} imports {', '.join(missing)}, which {other} does not export."
                )
        found[name] = module

    visit(entry, ())
    owner: dict[str, str] = {}
    for module in found.values():
        for name in module.declared:
            if name in owner:
                raise InputError(
                    f"{owner[name]} and {module.name} both declare {name}; rename one of them."
                )
            owner[name] = module.name
    return list(found.values())


def joined(folder: Path, entry: str) -> str:
    """Return an entry module and what it imports as one classic script.

    Parameters
    ----------
    folder : Path
        Where all modules lie.
    entry : str
        The name of the entry module's file.

    Returns
    -------
    str
        A function that is called at once, so that no name leaves it.
    """
    parts = [f"// {module.name}\n{module.text}" for module in modules_of(folder, entry)]
    body = "\n\n".join(parts)
    return f'(() => {{\n"use strict"; // joined; with its comments in _static/\n\n{body}\n}})();\n'


def add_scripts(app, pagename, templatename, context, doctree):
    """Put what a page names in its front matter at its end."""
    named = app.env.metadata.get(pagename, {}) if doctree is not None else {}
    folder = Path(app.srcdir) / "assets"
    elements = [
        f'<script type="text/plain" id="{entry}">\n{joined(folder, entry)}</script>'
        for entry in named.get("worker", "").split()
    ]
    elements += [
        f"<script>\n{joined(folder, entry)}</script>" for entry in named.get("script", "").split()
    ]
    if elements:
        context["body"] += "\n".join(elements)
    for style in named.get("style", "").split():
        if not (folder / style).is_file():
            raise InputError(f"{pagename} names the style {style}, which is not in assets/.")
        app.add_css_file(style)


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
