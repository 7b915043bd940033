"""What chapters ask for is there before they are built."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reproduction.learning import RECIPES
from reproduction.pages import ledger
from reproduction.pages.material import SHARED
from tests.book.conftest import ROOT

CHAPTERS = sorted((ROOT / "book").glob("*.md"))
TRAINING = {
    "pages.run",
    "pages.outputs",
    "pages.by_hand",
    "pages.errors_saved",
    "pages.above",
    "second_order.ended",
    "deletion.trained",
}
"""What trains a recipe."""


def expressions(text: str) -> Iterator[ast.AST]:
    """Return the parsed cells of a chapter, and the expressions in and between its prose."""
    for cell in re.findall(
        r"^```\{code-cell\}.*?\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE
    ):
        lines = [line for line in cell.splitlines() if not line.startswith((":", "%"))]
        yield ast.parse("\n".join(lines))
    for role, block in re.findall(r"\{eval\}(?:`([^`]+)`| (.+))", text):
        yield ast.parse(role or block)


def asked_for(text: str) -> set[str]:
    """Return the recipes whose runs a chapter asks for.

    Where it asks by a variable, all recipes are meant that its code names.
    """
    found: set[str] = set()
    named: set[str] = set()
    by_variable = False
    for part in expressions(text):
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and node.value in RECIPES:
                named.add(str(node.value))
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if ast.unparse(node.func) in TRAINING:
                recipe = node.args[0] if node.args else ast.Constant("paper")
                if isinstance(recipe, ast.Constant):
                    found.add(str(recipe.value))
                else:
                    by_variable = True
    return found | named if by_variable else found


def test_the_runs_that_chapters_share_are_those_trained_beforehand() -> None:
    asked = set().union(*(asked_for(path.read_text(encoding="utf-8")) for path in CHAPTERS))
    for _, row in ledger.load():
        for name in re.findall(r"\{ours\[([^]]+)\]\}", row.done):
            asked.add(name.rpartition("/")[0] or "paper")
    assert asked == set(SHARED)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_described_in_its_front_matter(chapter: Path) -> None:
    text = chapter.read_text(encoding="utf-8")
    described = re.match(r"---\n(?:.*\n)*?description: >-\n((?:  .+\n)+)(?:.*\n)*?---\n", text)
    assert described, f"{chapter.name} lacks a description, which its page's head repeats"
    assert 50 <= len(" ".join(described[1].split())) <= 165


def test_a_recipe_is_found_however_it_is_asked_for() -> None:
    text = """
```{code-cell} ipython3
:tags: [hide-input]
trained = {name: pages.run(name) for name in ("sgd", "staged")}
```
It makes {eval}`pages.run().summary["seconds"]`.
"""
    assert asked_for(text) == {"sgd", "staged", "paper"}
