"""Chapters name only what is there, and call it as it can be called."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.book.test_chapters import CHAPTERS, expressions

OURS = ("data_prep", "reproduction")
"""The packages whose names are looked up."""

NOTHING = object()


class Names:
    """The names of a chapter: what its cells import of our packages, and what they bind."""

    def __init__(self, text: str) -> None:
        self.nodes = [node for part in expressions(text) for node in ast.walk(part)]
        self.bound = set(dir(builtins)) | {"display"}
        self.imported: dict[str, Any] = {}
        self.missing: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._bring(node)
        rebound = set(self._bindings())
        self.bound |= rebound | self.imported.keys()
        self.known = {name: it for name, it in self.imported.items() if name not in rebound}

    def _bring(self, node: ast.Import | ast.ImportFrom) -> None:
        """Import what a statement does, if it is ours."""
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.bound.add(name)
            whole = module or (alias.name if alias.asname else name)
            if whole.partition(".")[0] not in OURS:
                continue
            found = import_module(whole)
            if module:
                found = getattr(found, alias.name, NOTHING)
                if found is NOTHING:
                    found = _submodule(module, alias.name)
            if found is NOTHING:
                self.missing.add(f"{module}.{alias.name}")
            else:
                self.imported[name] = found

    def _bindings(self) -> Iterator[str]:
        for node in self.nodes:
            match node:
                case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                    yield name
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name
                case ast.ExceptHandler(name=str(name)):
                    yield name

    def found(self, node: ast.AST) -> Any:
        """Return what an expression of names and dots is; NOTHING where that is not known."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id, NOTHING)
        if isinstance(node, ast.Attribute):
            owner = self.found(node.value)
            return owner if owner is NOTHING else getattr(owner, node.attr, NOTHING)
        return NOTHING

    def unknown(self) -> set[str]:
        """Return the names that nothing bears, and the calls that do not fit what is called."""
        said = set(self.missing)
        for node in self.nodes:
            match node:
                case ast.Name(id=name) if name not in self.bound:
                    said.add(name)
                case ast.Attribute(value=owner, attr=name):
                    if (of := self.found(owner)) is not NOTHING and not hasattr(of, name):
                        said.add(ast.unparse(node))
                case ast.Call(func=function) if not _fits(self.found(function), node):
                    said.add(ast.unparse(node))
        return said


def _submodule(module: str, name: str) -> Any:
    try:
        return import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return NOTHING


def _fits(called: Any, call: ast.Call) -> bool:
    """Tell whether a function of ours takes such arguments; True where that is not known."""
    is_ours = str(getattr(called, "__module__", "")).partition(".")[0] in OURS
    if not (is_ours and callable(called)) or any(isinstance(a, ast.Starred) for a in call.args):
        return True
    names = [each.arg for each in call.keywords]
    signature = inspect.signature(called)
    bind = signature.bind_partial if None in names else signature.bind  # None: by **
    try:
        bind(*call.args, **{name: None for name in names if name is not None})
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_what_a_chapter_names_is_there(chapter: Path) -> None:
    assert not Names(chapter.read_text(encoding="utf-8")).unknown()


def test_what_is_not_there_is_noticed() -> None:
    text = """
```{code-cell} ipython3
import numpy as np
from reproduction import LENET1, lost, pages as shared
from reproduction.pages import answers
found = np.array([shared.record("hundred", arm="paper") for each in shared.nowhere.at_all])
answers.ask("order", *found)
LENET1.counts().units, LENET1.connexions
```
They are {eval}`shared.count(found, 1, 2, 3)` and {eval}`nobody[0]`, or {eval}`answers.ask()`.
"""
    assert Names(text).unknown() == {
        "reproduction.lost",
        "shared.record('hundred', arm='paper')",
        "shared.nowhere",
        "LENET1.connexions",
        "shared.count(found, 1, 2, 3)",
        "nobody",
        "answers.ask()",
    }


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_block_evaluates_what_is_written_without_a_space(chapter: Path) -> None:
    """MyST takes what follows a space for one argument more, and shows nothing."""
    blocks = re.findall(r"^`+\{eval\} *(.+)$", chapter.read_text("utf-8"), flags=re.MULTILINE)
    assert [block for block in blocks if " " in block.strip()] == []
