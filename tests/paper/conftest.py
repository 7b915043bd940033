"""The run that `make reproduce` makes, trained for real, once a session."""

from __future__ import annotations

import pytest

import data_prep
from reproduction import runs
from reproduction.architecture import LENET1
from reproduction.learning import HANDWRITTEN


@pytest.fixture(scope="session")
def handwritten(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    usps = data_prep.load()
    sets = {"train": usps.train, "test": usps.test}
    plan = runs.plan_of(HANDWRITTEN, LENET1, tuple(range(16)), sets)
    return runs.train_run(tmp_path_factory.mktemp("paper") / "handwritten", plan, sets)
