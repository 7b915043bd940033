"""README says what the code does: its figures, its Python, its pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

import reproduction
from reproduction.learning import recipes
from reproduction.runs import Run
from tests import readme

TEXT = readme.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("block", readme.BLOCKS, ids=lambda block: block.__name__)
def test_readme_quotes_what_a_run_gives(block: Callable[[Run], str], paper: Run) -> None:
    assert readme.rewritten(TEXT, block.__name__, block(paper)) == TEXT


def test_the_pictures_are_those_of_this_run(paper: Run) -> None:
    """The numbers written in the committed pictures' descriptions are those of the run."""
    rates = (readme.PICTURES / "error-rates.svg").read_text(encoding="utf-8")
    for part in ("train", "test"):
        assert f"{paper.summary[part]['error_percent']['median']:.2f} %" in rates
    way = (readme.PICTURES / "followed.svg").read_text(encoding="utf-8")
    assert html.escape(readme.followed(paper).get_label()) in way


def test_the_ten_lines_of_python_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code is not None
    short = {"handwritten": recipes.HANDWRITTEN.with_passes(1)}
    monkeypatch.setattr(reproduction, "RECIPES", short)
    names: dict = {}
    exec(code[1], names)
    assert 5 < float(capsys.readouterr().out) < 20
    assert names["bank"].parameters.shape == names["gradient"].shape == (2578, 16)
    assert names["curvature"].shape == (2578, 16)
    assert names["outputs"].shape == (2007, 10, 16)
    assert names["kernels"].shape == (20, 5, 5, 16)
    assert set(names["history"]["pass"].tolist()) == {1}


def test_linked_files_exist() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (readme.ROOT / link).exists(), link
