"""README says what the code does: its figures, its Python, its pictures."""

from __future__ import annotations

import re

import pytest

import reproduction
from reproduction.learning import recipes
from reproduction.runs import Run
from tests import readme

TEXT = readme.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("recipe", readme.BLOCKS)
def test_readme_quotes_what_a_run_gives(recipe: str, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(recipe)
    for block in readme.BLOCKS[recipe]:
        assert readme.rewritten(TEXT, block.__name__, block(run)) == TEXT


def test_readme_quotes_records_and_recipes() -> None:
    for block in readme.QUOTED:
        assert readme.rewritten(TEXT, block.__name__, block()) == TEXT


def test_the_pictures_are_those_of_this_run(paper: Run) -> None:
    """The medians written in the committed pictures' descriptions are those of the run."""
    rejected = paper.summary["test"]["rejected"]
    wanted = {
        "error-rates": [
            paper.summary[part]["error_percent"]["median"] for part in ("train", "test")
        ],
        "error-reject": [rejected[how]["median"] for how in ("thresholds", "difference")],
    }
    for name, medians in wanted.items():
        picture = (readme.PICTURES / f"{name}.svg").read_text(encoding="utf-8")
        for median in medians:
            assert f"{median:.2f} %" in picture


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
    assert names["history"]["pass"].tolist() == [1] * 32


def test_linked_files_exist() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (readme.ROOT / link).exists(), link
