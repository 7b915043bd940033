"""A run of one pass, for the commands that need one."""

from __future__ import annotations

import shutil
from pathlib import Path

import filelock
import pytest

import data_prep
from data_prep.digits import DataSet
from tests.reproduction.commands.ran import lenet1989_begun


@pytest.fixture(scope="session")
def usps() -> DataSet:
    return data_prep.load()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path, usps: DataSet) -> Path:
    """Return a folder with a run of one pass, runs/short, that whoever comes first has trained."""
    made = shared_folder / "trained"
    with filelock.FileLock(f"{made}.lock"):
        if not (made / "runs/short/summary.json").exists():
            made.mkdir(exist_ok=True)
            short = ("train", "--run", "short", "--passes", "1", "--seeds", "0-2")
            result = lenet1989_begun(*short, folder=made)
            assert result.returncode == 0, result.stderr
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("own") / "trained"))
