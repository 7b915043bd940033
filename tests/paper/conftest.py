"""The runs that README quotes, trained for real, once a session, whoever comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproduction import runs
from reproduction.learning import Recipe, recipes
from reproduction.learning.sets import sets_of
from reproduction.network import LENET1


def trained(recipe: Recipe, folder: Path) -> runs.Run:
    """Train the sixteen networks of a recipe, as the command line does."""
    sets = sets_of(recipe.digits)
    plan = runs.plan_of(recipe, LENET1, tuple(range(16)), sets)
    return runs.train_run(folder, plan, sets, wait=True)


@pytest.fixture(scope="session")
def handwritten(shared_folder: Path) -> runs.Run:
    return trained(recipes.HANDWRITTEN, shared_folder / "runs" / "handwritten")


@pytest.fixture(scope="session")
def paper(shared_folder: Path) -> runs.Run:
    return trained(recipes.PAPER, shared_folder / "runs" / "paper")
