"""`lenet1989 train`: every recipe trains, and killed or interrupted, goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data_prep.digits import DataSet
from reproduction.learning import RECIPES
from reproduction.learning.toml_files import as_toml
from reproduction.runs import read_history
from tests import limits
from tests.reproduction.commands.ran import lenet1989, lenet1989_begun, refused, wait_for

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and limits as POSIX has them")


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


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "paper"])
def test_every_recipe_trains(name: str, tmp_path: Path, usps: DataSet) -> None:
    recipe = RECIPES[name]
    cut = replace(recipe, stages=tuple(replace(stage, passes=1) for stage in recipe.stages))
    (tmp_path / "mine.toml").write_text(as_toml(cut))
    arguments = ("train", "--recipe", "mine.toml", "--run", "mine", "--seeds", "0", "--quiet")
    result = lenet1989(*arguments, folder=tmp_path)
    is_softmax = recipe.architecture == "TUTORIAL"  # learns next to nothing in its first pass
    assert result.returncode in ({0, 3} if is_softmax else {0}), result.stderr
    history = read_history(tmp_path / "runs/mine/history.csv")
    assert list(dict.fromkeys(history["stage"])) == [stage.name for stage in recipe.stages]
    summary = json.loads((tmp_path / "runs/mine/summary.json").read_text())
    if not is_softmax:
        assert summary["train"]["error_percent"]["median"] < 20


def test_quiet_training_says_nothing_on_stderr(trained: Path) -> None:
    again = lenet1989(
        *("train", "--run", "short", "--passes", "1", "--seeds", "0-2", "--quiet"), folder=trained
    )
    assert again.stderr == ""
    assert "train error" in again.stdout


@posix_only
def test_killed_and_started_again_a_run_ends_in_the_same_bits(
    usps: DataSet, tmp_path: Path
) -> None:
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
    own = {"seconds": 0, "sha256": ""}  # how long it took, and the seal of that too
    ends = [
        json.loads((tmp_path / "runs" / name / "summary.json").read_text()) | own
        for name in ("handwritten", "undisturbed")
    ]
    assert ends[0] == ends[1]


@posix_only
def test_interrupted_training_keeps_its_checkpoint_and_says_so(
    usps: DataSet, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "reproduction", "train", "--seeds", "0"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wait_for(tmp_path / "runs/paper/checkpoint.npz", process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=limits.SECONDS)
    assert process.returncode == 130
    assert b"the same command goes on" in said
    assert b"Traceback" not in said
    assert (tmp_path / "runs/paper/checkpoint.npz").exists()


@posix_only
def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(
    usps: DataSet, tmp_path: Path
) -> None:
    arguments = ("train", "--recipe", "handwritten", "--passes", "1", "--seeds", "0", "--quiet")
    sentence = refused(lenet1989_begun(*arguments, folder=tmp_path, limit=2000))
    assert "cannot be written" in sentence
    left = {path.name for path in (tmp_path / "runs/handwritten").iterdir()}
    assert left <= {".lock", "recipe.json"}
    assert lenet1989(*arguments, folder=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('part = { origin = "printed" }', "no digit belongs to its part"),
        ('layers = ["H9"]', "LENET1 has no layer H9"),
    ],
)
def test_a_stage_that_asks_for_what_is_not_there_is_named_with_its_line(
    line: str, fault: str, usps: DataSet, tmp_path: Path
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
