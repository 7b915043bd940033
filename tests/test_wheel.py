"""What is installed works without what only the book needs."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = "reproduction.pages"
WITHOUT = f"""
import sys

sys.modules["{PAGES}"] = None  # an import fails, as if it were not there
from reproduction.__main__ import main

main()
"""


def imported(file):
    """Return the modules that a file imports, and the names it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_the_wheel_leaves_out_the_pages():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["exclude"] == [PAGES.replace(".", "/")]


def test_the_sdist_is_the_whole_tree():
    """So its tests pass: they read the book, the Makefile, the settings."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "sdist" not in settings["tool"]["hatch"]["build"]["targets"]


def test_a_tree_that_is_not_installed_knows_its_version(tmp_path):
    for place in ("reproduction", "data_prep", "pyproject.toml"):
        (tmp_path / place).symlink_to(ROOT / place)
    without = "from importlib import metadata\n" + (
        "def version(name):\n    raise metadata.PackageNotFoundError(name)\n"
        "metadata.version = version\n"
        "from reproduction.__main__ import main\nmain()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", without, "--version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert ran.stdout == f"lenet1989, version {settings['project']['version']}\n"


def test_only_pages_import_pages():
    for package in ("reproduction", "data_prep"):
        for file in (ROOT / package).rglob("*.py"):
            if file.is_relative_to(ROOT / "reproduction" / "pages"):
                continue
            found = {name for name in imported(file) if name.startswith(PAGES)}
            assert not found, f"{file} imports {found}"


@pytest.mark.parametrize("arguments", [["--help"], ["recipes"]], ids=" ".join)
def test_the_command_runs_without_pages(arguments, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
