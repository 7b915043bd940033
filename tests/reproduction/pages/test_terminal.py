"""Command lines on pages: run for real, nothing added, nothing lost, no place of this machine."""

from __future__ import annotations

import os
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from reproduction.pages.terminal import COLUMNS, go_to_new_folder, terminal
from tests.reproduction.commands.ran import lenet1989


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("line", ["lenet1989 recipes", "lenet1989 architectures", "lenet1989 -h"])
def test_a_page_shows_the_line_and_what_it_prints(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = terminal(line)
    assert repr(shown) == shown
    assert ElementTree.fromstring(shown._repr_html_()).text == shown
    first, *others = shown.splitlines()
    assert first == f"$ {line}"
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    said = lenet1989(*line.split()[1:], folder=tmp_path).stdout
    assert "\n".join(others).split() == said.split()
    assert max(map(len, others)) <= COLUMNS


def test_tables_are_not_folded() -> None:
    assert any(
        line.startswith(" ") and len(line) > COLUMNS
        for line in terminal("lenet1989 study").splitlines()
    )


def test_a_refusal_is_shown() -> None:
    assert 'lenet1989: There is no recipe "papers"' in terminal("lenet1989 recipes papers")


def test_no_place_of_this_machine_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET1989_DIGITS", str(tmp_path / "my-digits"))
    shown = terminal("lenet1989 digits")
    assert "from the folder my-digits" in shown
    assert str(tmp_path) not in shown


def test_the_home_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(tmp_path))
    assert "~" in terminal(f"lenet1989 report {tmp_path / 'nothing'}")


def test_a_training_is_killed_where_the_page_says(tmp_path: Path) -> None:
    line = "lenet1989 train --recipe handwritten --seeds 0 --passes 30"
    shown = terminal(line, kill_after_pass=1)
    assert shown.splitlines()[-1].split()[0].isdecimal()  # a pass, not the table at the end
    assert (tmp_path / "runs/handwritten/checkpoint.npz").exists()
    assert not (tmp_path / "runs/handwritten/summary.json").exists()


def test_a_page_works_on_a_copy_of_a_run(tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "paper"
    kept.mkdir(parents=True)
    (kept / "recipe.json").write_text("{}", encoding="utf-8")
    go_to_new_folder(kept)
    copy = Path("runs/paper/recipe.json")
    assert copy.read_text(encoding="utf-8") == "{}"
    copy.unlink()
    assert (kept / "recipe.json").exists()
    assert list(Path().iterdir()) == [Path("runs")]


def test_other_programs_are_not_run() -> None:
    with pytest.raises(ValueError, match="rm is not run"):
        terminal("rm -r runs")


@pytest.mark.skipif(os.name != "posix", reason="needs the program that fails")
def test_a_failure_is_no_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(RuntimeError, match="recipes failed"):
        terminal("lenet1989 recipes")
