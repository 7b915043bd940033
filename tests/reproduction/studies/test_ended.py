"""A study that is ended from outside keeps what is finished, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

import data_prep
from reproduction import studies
from reproduction.learning import Part
from reproduction.learning.toml_files import as_toml
from tests import limits
from tests.reproduction.made import (
    MADE,
    PLAIN_STAGE,
    SMALL,
    here,
    untimed,
)

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """Return a command for six banks of the real digits in two processes."""
    data_prep.load()
    recipes = []
    for number in range(6):
        stage = replace(PLAIN_STAGE, part=Part(first=60 + number))
        recipe = replace(MADE, name=f"{number}", stages=(stage,))
        (tmp_path / f"{number}.toml").write_text(as_toml(recipe))
        recipes += ["--recipe", f"{number}.toml"]
    (tmp_path / "small.toml").write_text(as_toml(SMALL))
    beginning = [sys.executable, "-m", "reproduction", "study", "mine"]
    return [
        *(*beginning, *recipes, "--architecture", "small.toml"),
        *("--seeds", "0", "--workers", "2"),
    ]


@contextmanager
def begun(command: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a session of its own until it has kept a bank; end it all in the end."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while not list(folder.glob("runs/banks/*.json")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def banks_in(folder: Path) -> int:
    return len(list(folder.glob("runs/banks/*.json")))


@posix_only
def test_killed_and_started_again_a_study_ends_in_the_same_record(
    command: list[str], tmp_path: Path
) -> None:
    with begun(command, tmp_path) as process:
        process.kill()
    kept = banks_in(tmp_path)
    assert 0 < kept < 6
    assert not (tmp_path / "runs/studies/mine.json").exists()
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"6 arms of 1 network: {6 - kept} bank" in again.stderr
    record = studies.read_record(tmp_path / "runs/studies/mine.json")
    undisturbed = studies.run(studies.study_of(record), here, kept=tmp_path / "undisturbed")
    assert untimed(record) == untimed(undisturbed)


@posix_only
def test_killed_a_study_leaves_no_process_behind(command: list[str], tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    with begun(command, tmp_path) as process:
        theirs = psutil.Process(process.pid).children(recursive=True)
        assert theirs
        process.kill()
        _, left = psutil.wait_procs(theirs, timeout=limits.SECONDS)
        assert [each for each in left if each.status() != psutil.STATUS_ZOMBIE] == []


@posix_only
def test_interrupted_from_the_keyboard_a_study_keeps_its_banks_and_says_so(
    command: list[str], tmp_path: Path
) -> None:
    """The keyboard interrupts the processes of the study too."""
    with begun(command, tmp_path) as process:
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=limits.SECONDS)
    assert process.returncode == 130
    assert out == ""
    assert "Interrupted; the same command goes on from the banks that are finished." in err
    assert "Traceback" not in err
    assert 0 < banks_in(tmp_path) < 6
    assert not (tmp_path / "runs/studies/mine.json").exists()
