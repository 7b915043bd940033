"""The runs that README quotes, trained for real, once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

import data_prep
from reproduction import runs
from reproduction.learning import Recipe, recipes
from reproduction.learning.sets import sets_of
from reproduction.network import LENET1


def trained(recipe: Recipe, folder: Path) -> runs.Run:
    """Train the sixteen networks of a recipe, as the command line does."""
    sets = sets_of(recipe.digits, data_prep.load())
    return runs.train_run(folder, runs.plan_of(recipe, LENET1, tuple(range(16)), sets), sets)


@pytest.fixture(scope="session")
def handwritten(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    return trained(recipes.HANDWRITTEN, tmp_path_factory.mktemp("runs") / "handwritten")


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    return trained(recipes.PAPER, tmp_path_factory.mktemp("runs") / "paper")
