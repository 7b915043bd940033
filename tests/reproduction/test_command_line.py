"""The command line as a person meets it: what it prints, where, and with which status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import data_prep
from data_prep.usps import USPS
from reproduction import __main__ as command_line
from reproduction.evaluation import answers, committee, top_two
from reproduction.learning import RECIPES
from reproduction.learning.toml_files import as_toml
from reproduction.runs import outputs_of, read_history, read_run

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and limits as POSIX has them")


@pytest.fixture(scope="session")
def usps() -> USPS:
    return data_prep.load()


def lenet1989(
    *arguments: str, folder: Path, limit: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with files limited to `limit` bytes."""

    def limited() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # type: ignore[arg-type]

    return subprocess.run(
        [sys.executable, "-m", "reproduction", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        preexec_fn=limited if limit else None,
    )


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence of a refusal."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    sentences = [line for line in result.stderr.splitlines() if line.startswith("lenet1989: ")]
    assert len(sentences) == 1
    assert result.stderr.endswith(sentences[0] + "\n")
    return sentences[0].removeprefix("lenet1989: ")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, usps: USPS) -> Path:
    """Return a folder with a run of one pass: runs/short."""
    folder = tmp_path_factory.mktemp("trained")
    result = lenet1989("train", "--run", "short", "--passes", "1", "--seeds", "0-2", folder=folder)
    assert result.returncode == 0, result.stderr
    return folder


def test_training_prints_the_table_and_leaves_the_run(trained: Path) -> None:
    again = lenet1989("train", "--run", "short", "--passes", "1", "--seeds", "0-2", folder=trained)
    assert again.returncode == 0
    assert "train error" in again.stdout
    assert "1.1 %" in again.stdout
    assert "402" in again.stdout
    summary = json.loads((trained / "runs/short/summary.json").read_text())
    assert summary["weights_sha256"] in again.stdout
    assert f"{summary['train']['error_percent']['median']:.2f} %" in again.stdout
    assert list((trained / "runs/short").glob("*.svg"))
    assert list((trained / "runs/short").glob("*.png"))


def test_the_report_has_every_set_of_the_whole_experiment(trained: Path) -> None:
    printed = lenet1989("report", "short", folder=trained).stdout
    summary = json.loads((trained / "runs/short/summary.json").read_text())
    for name, patterns in (
        ("train", 9840),
        ("test", 2707),
        ("test_handwritten", 2007),
        ("test_printed", 700),
    ):
        assert summary[name]["patterns"] == patterns
        assert f"{summary[name]['error_percent']['median']:.2f} %" in printed
        assert f"{summary[name]['mse']['median']:.4f}" in printed
    for name in ("test", "test_handwritten"):
        for how in ("difference", "thresholds"):
            rejected = summary["reject_percent_for_1_percent_error"][name][how]["median"]
            assert f"{rejected:.2f} %" in printed
    assert "on a printed digit" in printed


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "paper"])
def test_every_recipe_trains(name: str, tmp_path: Path, usps: USPS) -> None:
    recipe = RECIPES[name]
    cut = replace(recipe, stages=tuple(replace(stage, passes=1) for stage in recipe.stages))
    (tmp_path / "mine.toml").write_text(as_toml(cut))
    arguments = ("train", "--recipe", "mine.toml", "--run", "mine", "--seeds", "0", "--quiet")
    result = lenet1989(*arguments, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    history = read_history(tmp_path / "runs/mine/history.csv")
    assert list(dict.fromkeys(history["stage"])) == [stage.name for stage in recipe.stages]
    summary = json.loads((tmp_path / "runs/mine/summary.json").read_text())
    if recipe.architecture != "TUTORIAL":  # a softmax learns next to nothing in its first pass
        assert summary["train"]["error_percent"]["median"] < 20


def test_quiet_training_says_nothing_on_stderr(trained: Path) -> None:
    again = lenet1989(
        *("train", "--run", "short", "--passes", "1", "--seeds", "0-2", "--quiet"), folder=trained
    )
    assert again.stderr == ""
    assert "train error" in again.stdout


def test_evaluate_confirms_the_summary(trained: Path) -> None:
    result = lenet1989("evaluate", "short", folder=trained)
    assert result.returncode == 0, result.stderr
    assert "The run's summary says the same." in result.stdout


def test_evaluate_notices_another_summary(trained: Path, tmp_path: Path) -> None:
    there = tmp_path / "runs" / "short"
    there.mkdir(parents=True)
    for path in (trained / "runs/short").glob("[!.]*"):
        (there / path.name).write_bytes(path.read_bytes())
    summary = json.loads((there / "summary.json").read_text())
    summary["test"]["error_percent"]["median"] += 0.01
    (there / "summary.json").write_text(json.dumps(summary))
    assert "says something else" in refused(lenet1989("evaluate", "short", folder=tmp_path))


def test_report_draws_the_figures_anew(trained: Path) -> None:
    pictures = sorted((trained / "runs/short").glob("*.svg"))
    before = [picture.read_bytes() for picture in pictures]
    pictures[0].unlink()
    result = lenet1989("report", "short", folder=trained)
    assert result.returncode == 0, result.stderr
    assert [picture.read_bytes() for picture in pictures] == before
    assert "paper" in result.stdout


def test_a_run_is_named_by_its_path_too(trained: Path, tmp_path: Path) -> None:
    result = lenet1989("report", str(trained / "runs/short"), folder=tmp_path)
    assert result.returncode == 0, result.stderr


def test_classify_reads_scans_dark_on_light_and_light_on_dark(
    trained: Path, usps: USPS, tmp_path: Path
) -> None:
    banks = read_run(trained / "runs/short").banks()
    outputs = committee(outputs_of(banks, usps.train.images[:200]))
    highest, second = top_two(outputs)
    right = answers(outputs)[:, 0] == usps.train.labels[:200]
    clear = np.flatnonzero(right & ((highest - second)[:, 0] > 1))[:3]
    names = []
    for number in clear:
        image = usps.train.images[number].repeat(4, axis=0).repeat(4, axis=1)
        for polarity in (1, -1):
            gray = np.uint8(127.5 + 127.5 * polarity * np.pad(image, 9, constant_values=-1))
            names.append(f"{number} {polarity}.png")
            Image.fromarray(gray).save(tmp_path / names[-1])
    result = lenet1989("classify", str(trained / "runs/short"), *names, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == 6
    for name, line in zip(names, lines, strict=True):
        label = usps.train.labels[int(name.split()[0])]
        assert line.startswith(name)
        assert f"for {label}, second" in line
    assert [line.split(": ", 1)[1] for line in lines[::2]] == [
        line.split(": ", 1)[1] for line in lines[1::2]
    ]


def test_classify_reads_the_good_images_and_names_the_bad(trained: Path, tmp_path: Path) -> None:
    stroke = np.full((40, 30), 255, np.uint8)
    stroke[5:35, 12:18] = 0
    Image.fromarray(stroke).save(tmp_path / "one.png")
    Image.fromarray(np.full((40, 30), 255, np.uint8)).save(tmp_path / "blank.png")
    run = str(trained / "runs/short")
    result = lenet1989("classify", run, "blank.png", "one.png", "none.png", folder=tmp_path)
    assert result.returncode == 2
    assert result.stdout.startswith("one.png: ")
    assert [line.split()[1].strip(":") for line in result.stderr.splitlines()] == [
        "blank.png",
        "none.png",
    ]


def test_digits_shows_what_there_is(usps: USPS, tmp_path: Path) -> None:
    result = lenet1989("digits", "--sheet", "sheet.png", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    for count in [*usps.train.counts, *usps.test.counts, 7291, 2007]:
        assert str(count) in result.stdout
    for digest in usps.sha256.values():
        assert digest in result.stdout
    assert str(usps.cache) in result.stdout.replace("\n", "")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 400


@posix_only
def test_killed_and_started_again_a_run_ends_in_the_same_bits(usps: USPS, tmp_path: Path) -> None:
    arguments = ("train", "--recipe", "handwritten", "--passes", "4", "--seeds", "0", "--quiet")
    command = [sys.executable, "-m", "reproduction", *arguments]
    checkpoint = tmp_path / "runs/handwritten/checkpoint.npz"
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
    wait_for(checkpoint, process)
    process.kill()
    process.wait()
    assert not (tmp_path / "runs/handwritten/summary.json").exists()
    assert lenet1989(*arguments, folder=tmp_path).returncode == 0
    undisturbed = lenet1989(*arguments, "--run", "undisturbed", folder=tmp_path)
    assert undisturbed.returncode == 0
    ends = [
        json.loads((tmp_path / "runs" / name / "summary.json").read_text())
        for name in ("handwritten", "undisturbed")
    ]
    assert ends[0] | {"seconds": 0} == ends[1] | {"seconds": 0}


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has written a file."""
    for _ in range(2400):
        if path.exists():
            return
        assert process.poll() is None
        time.sleep(0.025)
    raise AssertionError(f"{path} never came")


@posix_only
def test_interrupted_training_keeps_its_checkpoint_and_says_so(usps: USPS, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reproduction", "train", "--seeds", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wait_for(tmp_path / "runs/paper/checkpoint.npz", process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"the same command goes on" in said
    assert b"Traceback" not in said
    assert (tmp_path / "runs/paper/checkpoint.npz").exists()


@posix_only
def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(
    usps: USPS, tmp_path: Path
) -> None:
    arguments = ("train", "--recipe", "handwritten", "--passes", "1", "--seeds", "0", "--quiet")
    sentence = refused(lenet1989(*arguments, folder=tmp_path, limit=2000))
    assert "cannot be written" in sentence
    left = {path.name for path in (tmp_path / "runs/handwritten").iterdir()}
    assert left <= {".lock", "recipe.json"}
    assert lenet1989(*arguments, folder=tmp_path).returncode == 0


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
        (("train", "--seeds", "99999999999999999999"), "too large"),
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
    result = CliRunner().invoke(command_line.cli, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert len(result.output.splitlines()) > 4


def test_version_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        (["--version"], "lenet1989, version "),
        (["recipes"], "30 passes (all 30), mu 0.02, eta 0.0005: the whole experiment"),
        ([], "Usage: lenet1989"),
        (["recipes", "staged"], 'origin = "printed"'),
        (["architectures"], "LENET1: 4635 units, 98442 connections, 2578 free parameters"),
    ):
        with pytest.raises(SystemExit) as ended:
            command_line.main(arguments)
        assert ended.value.code == 0
        assert words in capsys.readouterr().out


def test_no_color_and_pipes_get_plain_text(trained: Path) -> None:
    result = lenet1989("report", "short", folder=trained, NO_COLOR="1", FORCE_COLOR="")
    assert "\x1b" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('part = { origin = "printed" }', "no digit belongs to its part"),
        ('layers = ["H9"]', "LENET1 has no layer H9"),
    ],
)
def test_a_stage_that_asks_for_what_is_not_there_is_named_with_its_line(
    line: str, fault: str, usps: USPS, tmp_path: Path
) -> None:
    text = f"""[digits]
kind = "Handwritten"

[[stages]]
name = "only"
passes = 1
eta = {{ kind = "Constant", eta = 0.001 }}
rule = {{ kind = "SecondOrder", mu = 0.05 }}
{line}
"""
    (tmp_path / "mine.toml").write_text(text)
    sentence = refused(lenet1989("train", "--recipe", "mine.toml", "--quiet", folder=tmp_path))
    assert fault in sentence
    assert "mine.toml, line 9: " in sentence
    assert not (tmp_path / "runs/mine/recipe.json").exists()


def test_names_of_files_are_never_read_as_markup(trained: Path, tmp_path: Path) -> None:
    stroke = np.full((40, 30), 255, np.uint8)
    stroke[5:35, 12:18] = 0
    Image.fromarray(stroke).save(tmp_path / "[red]x.png")
    run = str(trained / "runs/short")
    result = lenet1989("classify", run, "[red]x.png", "[/b].png", folder=tmp_path)
    assert result.stdout.startswith("[red]x.png: ")
    assert "[/b].png" in refused(result)
