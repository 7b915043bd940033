"""What holds for all tests: none depends on a machine's speed, and processes can share them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ANY_MACHINE = "any machine"

settings.register_profile(ANY_MACHINE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(ANY_MACHINE)

LONGEST = ("paper", "reproduction/studies", "reproduction/commands", "data_prep")
"""Folders whose files take longest. Begun last, they would leave other processes idle."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, in a process that shares the tests with others."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _turn(item.path.parent))


def _turn(folder: Path) -> int:
    name = folder.relative_to(Path(__file__).parent).as_posix()
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Return the folder that all processes of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(pytestconfig, "workerinput") else base
