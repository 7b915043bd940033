"""Chapters as notebooks that show what the pages show.

A page is written in MyST: roles such as {eval} and {cite}, directives such as {admonition}. Jupyter
shows plain Markdown, so a notebook has what they stand for: numbers, citations as text, folded
solutions as <details>, links to other chapters. Cells that only a page hides are folded, and those
that nothing needs are left out.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import jupytext
import nbformat
from pybtex.database import Person, parse_file

LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}

HIDING = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
"""Tags of cells whose code a page folds or leaves out."""


INSTALL = """\
# Fetch and install the code of this book, where it is not at hand
import importlib.util

if importlib.util.find_spec("reproduction") is None:
    import os, subprocess, sys
    subprocess.run(["git", "clone", "--quiet", {address}, "lenet1989"], check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--editable"]
    subprocess.run([*pip, "./lenet1989[pages]"], check=True)
    sys.path.insert(0, os.path.abspath("lenet1989"))
    os.chdir("lenet1989/book")"""
"""The first cell of notebooks that are opened elsewhere."""


class Kernel(Protocol):
    """Runs a chapter's cells, and knows what the expressions in its prose come to."""

    def run(self, source: str) -> None:
        """Run a cell."""

    def value(self, expression: str) -> Mapping[str, Any]:
        """Return the value of an expression at this place, by media type."""


@dataclass(frozen=True)
class Book:
    """What chapters refer to.

    Attributes
    ----------
    titles : mapping
        Of the chapters, by their names.
    citations : mapping
        Works as they are cited, by their keys.
    address : str
        Of a chapter, "{}" standing for its name.
    repository : str
        From where a notebook installs the code that it needs; "": it does not.
    """

    titles: Mapping[str, str]
    citations: Mapping[str, str]
    address: str = "{}.html"
    repository: str = ""

    @classmethod
    def read(cls, folder: Path, address: str = "{}.html", repository: str = "") -> Book:
        """Read what there is in the folder of the chapters."""
        titles = {path.stem: title_of(path) for path in folder.glob("*.md")}
        entries = parse_file(folder / "references.bib").entries
        cited = {
            key: f"{_cited_names(entry.persons['author'])}, {entry.fields['year']}"
            for key, entry in entries.items()
        }
        return cls(titles, cited, address, repository)


def is_notebook(chapter: Path) -> bool:
    """Tell whether a chapter has cells."""
    return "file_format: mystnb" in chapter.read_text(encoding="utf-8")[:400]


def title_of(chapter: Path) -> str:
    """Return a chapter's title."""
    heading = re.search(r"^# +(.+?) *$", chapter.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return heading[1] if heading else chapter.stem


def notebook_of(chapter: Path, book: Book, kernel: Kernel) -> nbformat.NotebookNode:
    """Return a chapter as a notebook without outputs.

    Its cells are run by the kernel in their order, and what its prose refers to is asked for where
    it stands.
    """
    source = jupytext.read(chapter)
    made = nbformat.v4.new_notebook()
    made.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": LANGUAGE,
        "title": title_of(chapter),
    }
    text = "\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")
    prose = _Prose(book, kernel, _equations(text))
    needed = _needed(source.cells)
    for number, cell in enumerate(source.cells):
        if cell.cell_type == "markdown":
            made.cells.append(nbformat.v4.new_markdown_cell(prose.plain(cell.source)))
        else:
            kernel.run(cell.source)
            if number not in needed:
                continue
            made.cells.append(nbformat.v4.new_code_cell(cell.source, metadata=_folding(cell)))
        made.cells[-1]["id"] = f"cell-{number}"
    if book.repository:
        install = INSTALL.format(address=json.dumps(book.repository))
        made.cells.insert(0, nbformat.v4.new_code_cell(install, id="install"))
    nbformat.validate(made)
    return made


# ---- Cells ------------------------------------------------------------------------------------


def _folding(cell: nbformat.NotebookNode) -> dict[str, Any]:
    """Return the metadata that fold a cell's code where the page hides it."""
    tags = set(cell.metadata.get("tags", ()))
    folded = {"source_hidden": True} if tags & HIDING else {}
    if "remove-cell" in tags:
        folded["outputs_hidden"] = True
    return {"jupyter": folded} if folded else {}


def _needed(cells: list[nbformat.NotebookNode]) -> set[int]:
    """Return the numbers of the cells that are shown, or define what a later one needs."""
    found: set[int] = set()
    names: set[str] = set()
    for number, cell in reversed(list(enumerate(cells))):
        if cell.cell_type != "code":
            continue
        tree = list(ast.walk(ast.parse(cell.source)))
        removed = "remove-cell" in cell.metadata.get("tags", ())
        if not removed or names & set(_bound(tree)):
            found.add(number)
            names |= {node.id for node in tree if isinstance(node, ast.Name)}
    return found


def _bound(tree: list[ast.AST]) -> Iterator[str]:
    """Return the names that a cell defines."""
    for node in tree:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((name.asname or name.name).partition(".")[0] for name in node.names)


# ---- Prose ------------------------------------------------------------------------------------

_INLINE = re.compile(
    r"\{(?P<role>[\w:]+)\}(?P<mark>`+)(?P<inside>.+?)(?P=mark)(?!`)"
    r"|(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?<!!)\[(?P<text>[^\]]*)\]\((?P<chapter>[\w-]+)\.md(?P<anchor>#[\w-]+)?\)",
    flags=re.DOTALL,
)
_FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,}|:{3,})(?:\{(?P<name>[\w:-]+)\} *(?P<title>.*))?")
_LABEL = re.compile(r"^\(([\w-]+)\)=$")
_EQUATION_END = re.compile(r"^\$\$ *\(([\w-]+)\)$")
_OPTION = re.compile(r"^:([\w-]+): *(.*)$")
_BOXES = {"admonition", "dropdown", "note", "tip", "hint", "important", "warning", "seealso"}


def _equations(text: str) -> dict[str, int]:
    """Give the labelled equations of a chapter their numbers, those of its page."""
    labels = re.findall(r"^\$\$ *\(([\w-]+)\)$|^:label: *([\w-]+)$", text, flags=re.MULTILINE)
    return {one or other: number for number, (one, other) in enumerate(labels, start=1)}


@dataclass(frozen=True)
class _Prose:
    """Turns MyST into Markdown that Jupyter shows; what it does not know stays as it is."""

    book: Book
    kernel: Kernel
    equations: Mapping[str, int]

    def plain(self, text: str) -> str:
        """Return a text without roles and directives."""
        lines = text.splitlines()
        made: list[str] = []
        between: list[str] = []

        def flush() -> None:
            if between:
                made.append(self._inline("\n".join(between)))
                between.clear()

        while lines:
            line = lines.pop(0)
            fence = _FENCE.match(line)
            if fence:
                flush()
                body = _until(lines, fence["mark"])
                made.append(self._fenced(line, fence, body))
            elif found := _EQUATION_END.match(line):
                between += [rf"\tag{{{self.equations[found[1]]}}}", "$$"]
            elif found := _LABEL.match(line):
                between.append(f'<a id="{found[1]}"></a>\n')
            elif not line.startswith("% "):
                between.append(line)
        flush()
        return "\n".join(made)

    def _fenced(self, line: str, fence: re.Match[str], body: list[str]) -> str:
        name = fence["name"]
        as_it_is = "\n".join([line, *body, fence["mark"]])
        if name is None:
            return as_it_is
        options = {}
        while body and (found := _OPTION.match(body[0])):
            options[found[1]] = found[2]
            body = body[1:]
        if name == "math":
            tag = self.equations.get(options.get("label", ""))
            return "\n".join(["$$", *body, *([rf"\tag{{{tag}}}"] if tag else []), "$$"])
        if name == "eval":
            return _shown(self.kernel.value(fence["title"]))
        if name == "raw":
            return "\n".join(body)
        if name not in _BOXES:
            return as_it_is
        title = self._inline(fence["title"]) or name.capitalize()
        inside = self.plain("\n".join(body)).strip()
        if name == "dropdown" or "dropdown" in options.get("class", ""):
            return f"<details>\n<summary>{title}</summary>\n\n{inside}\n\n</details>"
        quoted = [f"> {line}".rstrip() for line in inside.splitlines()]
        return "\n".join([f"> **{title}**", ">", *quoted])

    def _inline(self, text: str) -> str:
        return _INLINE.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        if found["chapter"]:
            return self._link(found["chapter"], self._inline(found["text"]), found["anchor"] or "")
        if not found["role"]:
            return found["code"]
        inside = " ".join(found["inside"].split())
        roles: dict[str, Callable[[], str]] = {
            "eval": lambda: _shown(self.kernel.value(inside)),
            "cite": lambda: f"[{self._cited(inside)}]",
            "cite:p": lambda: f"[{self._cited(inside)}]",
            "cite:t": lambda: self._cited(inside),
            "eq": lambda: f"({self.equations[inside]})",
            "doc": partial(self._document, inside),
            "ref": lambda: re.sub(r" *<.+>$", "", inside),  # its words; what they lead to is a page
        }
        return roles[found["role"]]() if found["role"] in roles else found[0]

    def _cited(self, keys: str) -> str:
        return "; ".join(self.book.citations[key.strip()] for key in keys.split(","))

    def _document(self, inside: str) -> str:
        with_text = re.match(r"(.*?) *<(.+)>$", inside)
        text, chapter = with_text.groups() if with_text else ("", inside)
        return self._link(chapter, text)

    def _link(self, chapter: str, text: str = "", anchor: str = "") -> str:
        text = text or self.book.titles.get(chapter, chapter)
        return f"[{text}]({self.book.address.format(chapter)}{anchor})"


def _until(lines: list[str], mark: str) -> list[str]:
    """Take the lines up to the fence that closes a block."""
    body = []
    while lines:
        line = lines.pop(0)
        if line.rstrip() and set(line.rstrip()) == {mark[0]} and len(line.rstrip()) >= len(mark):
            break
        body.append(line)
    return body


def _shown(value: Mapping[str, Any]) -> str:
    """Return a value as a page shows it within a line."""
    for kind in ("text/markdown", "text/html", "text/latex"):
        if kind in value:
            return str(value[kind])
    return re.sub(r"^(['\"])(.*)\1$", r"\2", str(value["text/plain"]))


def _cited_names(authors: list[Person]) -> str:
    last = [" ".join([*author.prelast_names, *author.last_names]) for author in authors]
    return " and ".join(last) if len(last) < 3 else f"{last[0]} et al."
