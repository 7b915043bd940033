"""Packages whose names come on demand have all of them, and no others."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("data_prep", "reproduction", "reproduction.network")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_is_there_and_listed(package: str) -> None:
    found = importlib.import_module(package)
    for name in found.__all__:
        assert getattr(found, name) is not None
        assert name in dir(found)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nothing'"):
        found.nothing  # noqa: B018


@pytest.mark.parametrize("package", PACKAGES)
def test_a_star_takes_all_names_in_a_new_process(package: str) -> None:
    lines = (
        f"from {package} import *\nimport {package}\nassert set({package}.__all__) <= set(dir())"
    )
    subprocess.run([sys.executable, "-c", lines], cwd=ROOT, check=True)
