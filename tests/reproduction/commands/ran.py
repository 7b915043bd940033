"""`lenet1989` run as a person runs it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from reproduction import __main__ as command_line
from tests import limits

Ran = subprocess.CompletedProcess[str]


def lenet1989(*arguments: str, folder: Path) -> Ran:
    """Run the command in a folder, in this process, which has imported all that it needs."""
    said = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    streams = redirect_stdout(said[0]), redirect_stderr(said[1])
    with chdir(folder), streams[0], streams[1], pytest.raises(SystemExit) as ended:
        command_line.main(arguments)
    out, err = (stream.buffer.getvalue().decode() for stream in said)
    return Ran(arguments, ended.value.code, out, err)


def lenet1989_begun(
    *arguments: str, folder: Path, limit: int | None = None, **environment: str
) -> Ran:
    """Run the command in a folder and a process of its own, with files limited to `limit` bytes."""

    def limited() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # type: ignore[arg-type]

    return subprocess.run(
        [sys.executable, "-m", "reproduction", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=limits.SECONDS,
        preexec_fn=limited if limit else None,
    )


def refused(result: Ran) -> str:
    """Return the one sentence of a refusal."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    sentences = [line for line in result.stderr.splitlines() if line.startswith("lenet1989: ")]
    assert len(sentences) == 1
    assert result.stderr.endswith(sentences[0] + "\n")
    return sentences[0].removeprefix("lenet1989: ")


def wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has written a file."""
    end = time.monotonic() + limits.SECONDS
    while not path.exists():
        assert process.poll() is None
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.025)
