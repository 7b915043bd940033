"""The command line as a whole: help, lists, and bad input in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from data_prep.digits import DataSet
from reproduction import __main__ as command_line
from reproduction.commands.group import cli
from reproduction.learning import recipes
from tests.reproduction.commands.ran import lenet1989


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("train", "--recipe", "nonsense"),
            'There is no recipe "nonsense"; there are paper',
        ),
        (("train", "--recipe", "none.toml"), "none.toml cannot be read"),
        (("recipes", "nonsense"), 'There is no recipe "nonsense"'),
        (("train", "--passes", "0"), "--passes 0"),
        (("train", "--passes", "many"), "many"),
        (("train", "--seeds", "3-1"), "runs backwards"),
        (("train", "--seeds", "0,0"), "Seed 0 is given twice"),
        (("train", "--seeds", "a"), "cannot be read"),
        (("train", "--seeds", "0-99999999999"), "more than"),
        (("train", "--seeds", str(2**63)), "too large"),
        (("train", "--run", ".."), "no name for a run"),
        (("train", "--digits", "nowhere"), "nowhere"),
        (("train", "--speed", "high"), "--speed"),
        (("report", "nothing"), "holds no run"),
        (("evaluate", "nothing"), "holds no run"),
        (("classify", "nothing", "x.png"), "holds no run"),
        (("report",), "RUN"),
        (("classify", "short"), "IMAGE"),
        (("digits", "--digits", "nowhere"), "nowhere"),
        (("digits", "--sheet", "no/where/sheet.png"), "sheet.png"),
        (("sing",), "sing"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    arguments: Sequence[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        command_line.main(list(arguments))
    assert ended.value.code == 2
    said = capsys.readouterr()
    sentence = said.err.splitlines()[-1]
    assert sentence.startswith("lenet1989: ")
    assert words in sentence
    assert sentence.endswith(".")
    assert "Traceback" not in said.err
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("command", [[], ["train"], ["digits"], ["classify"], ["recipes"]])
def test_help_is_there_for_every_command(command: list[str]) -> None:
    result = CliRunner().invoke(cli, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert len(result.output.splitlines()) > 4


def test_version_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        (["--version"], "lenet1989, version "),
        (
            ["recipes"],
            f"(all 30), {recipes.PAPER.stages[0].numbers}: the whole experiment",
        ),
        ([], "Usage: lenet1989"),
        (["recipes", "staged"], 'origin = "printed"'),
        (["architectures"], "LENET1: 4635 units, 98442 connections, 2578 free parameters"),
    ):
        with pytest.raises(SystemExit) as ended:
            command_line.main(arguments)
        assert ended.value.code == 0
        assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["recipes"], ["recipes", "paper"], ["architectures"], ["architectures", "LENET1"]]
)
def test_what_lists_print_can_go_to_a_new_file(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "mine.toml"
    for to_file in ([], ["--output", str(target)]):
        with pytest.raises(SystemExit) as ended:
            command_line.main([*arguments, *to_file])
        assert ended.value.code == 0
        if not to_file:
            printed = capsys.readouterr().out
    assert target.read_bytes() == printed.encode()
    for place, words in ((target, "is there already"), (target / "x", "cannot be written")):
        with pytest.raises(SystemExit) as ended:
            command_line.main([*arguments, "--output", str(place)])
        assert ended.value.code == 2
        assert words in capsys.readouterr().err
    assert target.read_bytes() == printed.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_digits_shows_what_there_is(usps: DataSet, tmp_path: Path) -> None:
    result = lenet1989("digits", "--sheet", "sheet.png", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    for count in [*usps.train.counts, *usps.test.counts, 7291, 2007]:
        assert str(count) in result.stdout
    for digest in usps.sha256.values():
        assert digest in result.stdout
    assert str(usps.cache or "none") in result.stdout.replace("\n", "")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 400
