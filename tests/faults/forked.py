"""Something run in a process of its own that begins where this one is, and may be ended in it."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.errors import InputError
from tests.faults.outcomes import HANGS

STEPS = ("open", "fsync", "replace", "unlink", "mkdir", "rename")
"""What a process asks of the file system, at which it may be ended."""

NOBODY = 65534


@dataclass(frozen=True)
class Ended:
    """How a process ended: "done", "refused", "traceback", "killed" or "hang"; and what it said."""

    how: str
    value: Any = None

    @property
    def fault(self) -> str:
        """The fault that this is in itself."""
        return self.how if self.how in ("traceback", "hang") else ""


@dataclass(frozen=True)
class Begun:
    """A process that runs something; `ended` waits for it."""

    pid: int
    answer: int
    started: float

    def ended(self, seconds: float | None = None) -> Ended:
        """Wait until it ends, and end it after so many seconds; None waits for `HANGS` seconds."""
        limit = HANGS * slowness() if seconds is None else seconds
        killed = False
        while not (found := os.waitpid(self.pid, os.WNOHANG))[0]:
            if time.monotonic() - self.started > limit and not killed:
                os.kill(self.pid, signal.SIGKILL)
                killed = True
            time.sleep(0.002)
        with open(self.answer, encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            said = file.read()
        if os.WIFSIGNALED(found[1]) or not said:
            return Ended("hang" if killed and seconds is None else "killed")
        return Ended(*json.loads(said))


def begin(
    work: Callable[[], Any],
    *,
    at_step: int | None = None,
    largest: int | None = None,
    nobody: bool = False,
) -> Begun:
    """Run something in a process of its own.

    Parameters
    ----------
    work : callable
        Returns plain data.
    at_step : int, optional
        Which of the `STEPS` ends it at once, counted from 0.
    largest : int, optional
        Bytes that a file may have, as on a full disk.
    nobody : bool
        Run it as a user who owns nothing, if this one is the superuser.
    """
    answer, told = os.pipe()
    pid = os.fork()
    if pid:
        os.close(told)
        return Begun(pid, answer, time.monotonic())
    os.close(answer)
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        if largest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        if nobody and os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        if at_step is not None:
            _end_at(at_step)
        os.write(told, json.dumps(_outcome(work)).encode())
    finally:
        os._exit(0)


def _outcome(work: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return "done", work()
    except InputError as problem:
        return "refused", str(problem)
    except BaseException:
        return "traceback", traceback.format_exc()


def run(work: Callable[[], Any], seconds: float | None = None, **options: Any) -> Ended:
    """Run something in a process of its own and wait; see `begin` and `Begun.ended`."""
    return begin(work, **options).ended(seconds)


def _end_at(step: int) -> None:
    """Have this process end itself at one of the things that it asks of the file system."""
    left = [step]
    for name in STEPS:
        setattr(os, name, _ending(getattr(os, name), left))


def _ending(asked: Callable, left: list[int]) -> Callable:
    def ask(*arguments: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:  # after it was done, as often as before
            asked(*arguments, **options)
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return asked(*arguments, **options)

    return ask


def steps_of(work: Callable[[], Any]) -> int:
    """Count the `STEPS` that something takes."""

    def counted() -> int:
        taken = [0]

        def counting(asked: Callable) -> Callable:
            def ask(*arguments: Any, **options: Any) -> Any:
                taken[0] += 1
                return asked(*arguments, **options)

            return ask

        for name in STEPS:
            setattr(os, name, counting(getattr(os, name)))
        work()
        return taken[0]

    return run(counted, 600).value


_slowness: list[float] = []


def slowness() -> float:
    """Tell how many times slower than usual this machine is now: hangs are counted in its time."""
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    return max(1.0, busy)


def strays(*folders: Path) -> list[str]:
    """Return the parts of files that are left in folders."""
    return [str(path) for folder in folders for path in folder.rglob("*.part")]


def flush() -> None:
    """Write out what is printed, so that no process that begins here prints it again."""
    sys.stdout.flush()
    sys.stderr.flush()
