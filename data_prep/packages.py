"""Package clients that fetch: pip and npm, by their own settings, in processes that end with this.

What a client writes goes to a folder of the caller's; no package is installed, and no script of one
is run that the client can leave.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

SECONDS = 600
"""How long a client may take."""


def pip_download(
    folder: Path,
    wanted: Mapping[str, str],
    what: str,
    options: Sequence[str],
    busy: str = "",
) -> str:
    """Have pip download packages into a folder, checking their hashes.

    Parameters
    ----------
    folder : Path
        Where the packages go, and all that pip writes meanwhile.
    wanted : mapping of str to str
        The SHA-256 of each package, by its name and version as pip reads them.
    what : str
        What messages call the packages.
    options : sequence of str
        Further options of pip download.
    busy : str
        What to show on stderr meanwhile, if anything.

    Returns
    -------
    str
        In a few words why pip failed; nothing if it did not.
    """
    requirement = folder / "requirement.txt"
    requirement.write_text("".join(f"{name} --hash=sha256:{wanted[name]}\n" for name in wanted))
    command = [sys.executable, "-P", "-m", "pip", "download", "--require-hashes"]
    command += ["-r", str(requirement), "--no-deps", *options]
    command += ["--no-input", "--disable-pip-version-check", "--dest", str(folder)]
    return _why_not("pip", command, folder, what, busy)


def npm_pack(folder: Path, package: str, busy: str = "") -> str:
    """Have npm download a package into a folder, as one archive.

    Parameters
    ----------
    folder : Path
        Where the archive goes, and all that npm writes meanwhile.
    package : str
        Its name and version, as npm reads them.
    busy : str
        What to show on stderr meanwhile, if anything.

    Returns
    -------
    str
        In a few words why npm failed; nothing if it did not.
    """
    npm = shutil.which("npm")
    if not npm:
        return "there is no npm on this machine"
    command = [npm, "pack", package, "--ignore-scripts", "--no-update-notifier"]
    command += ["--cache", str(folder / "cache"), "--pack-destination", str(folder)]
    return _why_not("npm", command, folder, package, busy, cwd=folder)  # and no project's folder


def _why_not(
    client: str,
    command: Sequence[str],
    folder: Path,
    what: str,
    busy: str,
    cwd: Path | None = None,
) -> str:
    """Run a client; return in a few words why it failed, if it did."""
    log = folder / f"{client}.log"
    with ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))  # a pipe would wait for the client's children
        if busy:
            stack.enter_context(Console(stderr=True).status(busy))
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _WITH_PARENT, *command],
            cwd=cwd,
            env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder)),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return f"{client} had not finished after {SECONDS} s"
        finally:
            process.stdin.close()  # type: ignore[union-attr]
            process.wait()
    return _what_it_says(log.read_text("utf-8", "replace"), client, what) if status else ""


_WITH_PARENT = """\
import os, signal, subprocess, sys, threading
client = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def end_with_parent():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL) if hasattr(os, "killpg") else client.kill()
threading.Thread(target=end_with_parent, daemon=True).start()
sys.exit(client.wait() != 0)
"""
"""A client, which ends with all its children when standard input does: as by the parent's death."""


def _what_it_says(log: str, client: str, what: str) -> str:
    for sign, meaning in _SIGNS[client].items():
        if sign in log:
            return meaning.format(what=what)
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith(("ERROR", "NPM ERR"))]
    said = (errors or lines or ["nothing"])[-1]
    return f"{client} says: {said:.300}".rstrip(".")


_UNREACHED = "npm cannot reach the package registry"
_FULL = "the disk of the temporary folder is full"
_SIGNS = {
    "pip": {
        "No module named pip": "this Python has no pip; python -m ensurepip gives it one",
        "DO NOT MATCH THE HASHES": "what it has as {what} is not the pinned file",
        "No space left on device": _FULL,
        "connection broken by": "pip cannot reach the package index",
        "No matching distribution found": "pip finds no {what} in any index that it knows",
    },
    "npm": {
        "ENOSPC": _FULL,
        "EINTEGRITY": "what came as {what} is not what the registry promises",
        "E404": "npm finds no {what} in the registry that it knows",
        "ETARGET": "npm finds no {what} in the registry that it knows",
        "ENOTFOUND": _UNREACHED,
        "EAI_AGAIN": _UNREACHED,
        "ECONNREFUSED": _UNREACHED,
        "ECONNRESET": _UNREACHED,
        "ETIMEDOUT": _UNREACHED,
    },
}
