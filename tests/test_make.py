"""What make says where it cannot make its environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"

pytestmark = pytest.mark.skipif(
    os.name != "posix" or shutil.which("make") is None, reason="needs make and a POSIX shell"
)


def made(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder with a program of ours in the place of Python."""
    (folder / "Makefile").write_text(MAKEFILE.read_text())
    fake = folder / "fake python"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    return subprocess.run(
        ["make", ".venv/made", "PYTHON=./fake\\ python"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_python_without_venv_is_named_with_what_to_install(tmp_path: Path) -> None:
    result = made(tmp_path, 'case "$2" in *venv*) exit 1;; *) exit 0;; esac')
    assert result.returncode == 2
    assert "has no venv module: install it" in result.stderr
    assert "python3-venv" in result.stderr


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    result = made(tmp_path, "exit 1")
    assert result.returncode == 2
    assert "No Python from 3.11 on was found" in result.stderr
