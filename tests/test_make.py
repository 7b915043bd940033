"""What make says where it cannot make its environment, and what it passes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import limits

MAKEFILE = Path(__file__).parents[1] / "Makefile"

pytestmark = pytest.mark.skipif(
    os.name != "posix" or shutil.which("make") is None, reason="needs make and a POSIX shell"
)


def made(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder with a program of ours in the place of Python."""
    fake = folder / "fake python"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    return make(folder, ".venv/made", "PYTHON=./fake\\ python")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder."""
    (folder / "Makefile").write_text(MAKEFILE.read_text())
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
        timeout=limits.SECONDS,
    )


def test_a_python_without_venv_is_named_with_what_to_install(tmp_path: Path) -> None:
    result = made(tmp_path, 'case "$2" in *venv*) exit 1;; *) exit 0;; esac')
    assert result.returncode == 2
    assert "has no venv module: install it" in result.stderr
    assert "python3-venv" in result.stderr


@pytest.mark.parametrize(
    ("pip", "said"),
    [
        (
            "WARNING: Retrying (total=0) after connection broken by 'NewConnectionError'\n"
            "ERROR: Cannot install lenet1989: it has conflicting dependencies",
            "The Python package index cannot be reached: connect to the net, or name a mirror by "
            "PIP_INDEX_URL, then run make again (.venv/pip.log has what pip says).",
        ),
        ("ERROR: No space left on device", "ERROR: No space left on device"),
    ],
    ids=["offline", "disk full"],
)
@pytest.mark.parametrize("target", [".venv/installed", ".venv/installed-book"])
def test_an_installation_that_fails_says_why(
    tmp_path: Path, target: str, pip: str, said: str
) -> None:
    """Without a network, pip's last word would be of conflicting dependencies."""
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(f'#!/bin/sh\necho "{pip}" >&2\nexit 1\n')
    (binaries / "python").chmod(0o755)
    for name in ("pyproject.toml", "constraints.txt", ".venv/made"):
        (tmp_path / name).touch()
    result = make(tmp_path, target)
    assert result.returncode == 2
    assert result.stderr.splitlines()[0] == said
    assert not (tmp_path / target).exists()


def test_jupyterlab_starts_for_root_too(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    started = make(tmp_path, "--dry-run", "lab", "LAB=--no-browser").stdout.splitlines()[-1]
    assert ("--allow-root" in started) == (os.geteuid() == 0)
    assert "--no-browser" in started


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    result = made(tmp_path, "exit 1")
    assert result.returncode == 2
    assert "No Python from 3.11 on was found" in result.stderr
