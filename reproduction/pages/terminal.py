"""Command lines that a page runs, with what they print."""

from __future__ import annotations

import html
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from data_prep import mnist, usps

COLUMNS = 80


class Printed(str):
    """A text that a page shows line by line, as a terminal does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f'<pre class="printed" tabindex="0">{html.escape(self)}</pre>'


def go_to_new_folder(run: Path) -> None:
    """Go to a new folder that holds a copy of a run's folder in its runs/."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(run, folder / "runs" / run.name)
    os.chdir(folder)


def terminal(line: str, kill_after_pass: int = 0) -> Printed:
    """Run a command line of lenet1989 in the folder at hand, and return what it prints.

    The reader's home and the folder of the digits are named without what lies above them, and long
    lines are folded, those of tables excepted.

    Parameters
    ----------
    line : str
        As typed: "lenet1989 recipes".
    kill_after_pass : int
        The pass of a training after whose line the command is killed; 0: it is not.

    Returns
    -------
    Printed
        The line, and below it what went to stdout and to stderr.

    Raises
    ------
    ValueError
        If it is a line for another program.
    RuntimeError
        If it ends otherwise than well, by refusing its input, or by being killed as asked.
    """
    program, *arguments = shlex.split(line)
    if program != "lenet1989":
        raise ValueError(f"{program} is not run on a page; lenet1989 is.")
    said: list[str] = []
    killed = False
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "reproduction", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(),
        encoding="utf-8",
    ) as process:
        for printed in process.stdout or ():
            said.append(printed.rstrip())
            if kill_after_pass and printed.startswith(f"{kill_after_pass:5} "):
                process.kill()
                killed = True
    if process.returncode not in (0, 2) and not killed:
        raise RuntimeError("\n".join([f"{line} failed:", *said]))
    return Printed("\n".join([f"$ {line}", *map(_folded, map(_without_places, said))]).rstrip())


def _environment() -> dict[str, str]:
    """Return the environment, without the colours that a notebook's kernel asks for."""
    kept = {name: value for name, value in os.environ.items() if "COLOR" not in name}
    return kept | {"COLUMNS": str(COLUMNS), "PYTHONIOENCODING": "utf-8"}


def _without_places(line: str) -> str:
    """Name folders of this machine as they may be named on any."""
    for variable in (usps.FOLDER_VARIABLE, mnist.FOLDER_VARIABLE):
        if digits := os.environ.get(variable):
            line = line.replace(digits, Path(digits).name)
    return line.replace(str(Path.home()), "~")


def _folded(line: str) -> str:
    if line.startswith(" "):  # of a table
        return line
    return textwrap.fill(
        line, COLUMNS, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
