"""A run of one pass, for the commands that need one."""

from __future__ import annotations

from pathlib import Path

import pytest

import data_prep
from data_prep.digits import DataSet
from tests.reproduction.commands.ran import lenet1989


@pytest.fixture(scope="session")
def usps() -> DataSet:
    return data_prep.load()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, usps: DataSet) -> Path:
    """Return a folder with a run of one pass: runs/short."""
    folder = tmp_path_factory.mktemp("trained")
    result = lenet1989("train", "--run", "short", "--passes", "1", "--seeds", "0-2", folder=folder)
    assert result.returncode == 0, result.stderr
    return folder
