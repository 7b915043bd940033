"""`lenet1989` run as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests import limits


def lenet1989(
    *arguments: str, folder: Path, limit: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with files limited to `limit` bytes."""

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


def refused(result: subprocess.CompletedProcess[str]) -> str:
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
