"""What commands import as they start, and how they end when they are interrupted then."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from data_prep.digits import DataSet
from reproduction.commands.group import COMMANDS, cli

ENGINE = {"numba", "llvmlite"}
SLOW = {*ENGINE, "scipy", "matplotlib", "requests", "pooch", "distributed", "onnx", "torch"}
ALL = {*SLOW, "numpy", "rich", "cattrs", "PIL"}

IMPORTED = """
import sys
from reproduction.__main__ import main
try:
    main(sys.argv[1:])
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        (["--version"], ALL),
        (["--help"], ALL),
        ([], ALL),
        (["sing"], ALL),
        (["recipes"], {*SLOW, "cattrs"}),
        (["architectures"], {*SLOW, "cattrs"}),
        (["recipes", "paper"], SLOW),
        (["architectures", "NET1989"], SLOW),
        (["digits"], SLOW),
        (["digits", "--help"], SLOW),
        (["train", "--help"], ENGINE),
        (["study", "--help"], ENGINE),
        (["classify", "--help"], ENGINE),
        (["report", "none"], ENGINE),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_a_command_imports_no_more_than_it_needs(
    arguments: list[str], without: set[str], usps: DataSet, tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments], cwd=tmp_path, capture_output=True, text=True
    )
    imported = set(ran.stderr.splitlines()[-1].split())
    assert "reproduction.commands.group" in imported
    assert not imported & without


def test_the_help_lists_every_command_there_is() -> None:
    with click.Context(cli) as context:
        assert cli.list_commands(context) == sorted(COMMANDS)
        for name in COMMANDS:
            command = cli.get_command(context, name)
            assert isinstance(command, click.Command)
            assert command.name == name
        assert cli.get_command(context, "sing") is None
        help_text = cli.get_help(context)
    for name, (_, about) in COMMANDS.items():
        assert f"  {name} " in help_text
        assert about in help_text
    folder = Path(import_module("reproduction.commands").__path__[0])
    modules = {path.stem for path in folder.glob("*.py") if "@click.command" in path.read_text()}
    assert modules - {"group"} == {place.partition(".")[0] for place, _ in COMMANDS.values()}


@pytest.mark.skipif(os.name != "posix", reason="interrupts are signals here")
@pytest.mark.parametrize("module", ["click", "reproduction.commands.group", "numpy", "cattrs"])
def test_an_interruption_among_the_imports_is_one_line(module: str, tmp_path: Path) -> None:
    """The process stops itself as it begins to import a module, and is interrupted then."""
    lines = f"""
import importlib.abc, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits none
class Stop(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Stop())
from reproduction.__main__ import main
main(["report", "none"])
"""
    ran = subprocess.run(
        [sys.executable, "-c", lines], cwd=tmp_path, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (130, "Interrupted.\n")
    assert not ran.stdout
