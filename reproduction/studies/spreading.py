"""Where the banks of a study run: on all cores, or on the machines of a Dask cluster.

Both through joblib. A job is pure: lost with its worker, it is run again, and gives the same bits.
Results are handed over as they come, and it is the one who asked for them that writes files.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import joblib
import numpy as np
from joblib.externals.loky.process_executor import BrokenProcessPool

from data_prep.errors import InputError
from reproduction.network import LENET1, Bank
from reproduction.studies.banks import Job, trained
from reproduction.studies.record import Measures

CONNECTING, JOINING = 10, 30
"""Seconds to wait for a Dask scheduler, and for its first worker."""

GOES_ON = "The finished banks are kept, and the same command goes on from there."


def on_this_machine(jobs: list[Job], workers: int = -1) -> Iterator[tuple[Job, Measures]]:
    """Run jobs in processes of this machine, as many as `workers`, or -1 for one a processor.

    Yields
    ------
    Job, dict
        Each job with its result, as they come.

    Raises
    ------
    InputError
        When a worker is killed, or the digits cannot be had.
    """
    if jobs:
        _compile()  # here, so that not every process does
    try:
        with joblib.parallel_config(
            backend="loky", n_jobs=workers, initializer=_end_with, initargs=(os.getpid(),)
        ):
            yield from _results(jobs, "2 * n_jobs")
    except BrokenProcessPool as problem:
        raise InputError(f"A worker process was killed. {GOES_ON}") from problem


def _compile() -> None:
    """Have the engine compiled and its code kept, if it is not."""
    Bank(LENET1, [0]).outputs(LENET1.planes(np.zeros((1, 16, 16), np.float32)))


def on_a_cluster(jobs: list[Job], scheduler: str) -> Iterator[tuple[Job, Measures]]:
    """Run jobs on the workers of a Dask cluster, which have this package installed.

    A worker that dies loses nothing but time: its jobs go to the others. Retries are bounded by the
    scheduler's own setting, `distributed.scheduler.allowed-failures`.

    Parameters
    ----------
    jobs : list of Job
    scheduler : str
        Address of the scheduler, as tcp://host:8786.

    Yields
    ------
    Job, dict
        Each job with its result, as they come.

    Raises
    ------
    InputError
        When Dask is not installed, no scheduler answers, there are no workers, or a job's workers
        died too often.
    """
    if not jobs:
        return
    with _cluster(scheduler) as backend, joblib.parallel_config(backend, n_jobs=-1):
        yield from _results(jobs, "all")


def _end_with(parent: int) -> None:
    """Let a process end soon after the one that started it, which may have been killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _results(jobs: list[Job], ahead: str) -> Iterator[tuple[Job, Measures]]:
    """Yield results as they come; raise the first refusal once the others are done.

    `ahead` says how many jobs are handed out before they are asked for.
    """
    parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch=ahead)
    refusal = None
    with _unreached_by_interrupts():
        results = parallel(joblib.delayed(_told)(number, job) for number, job in enumerate(jobs))
    try:
        for number, figures in results:
            if isinstance(figures, str):
                refusal = refusal or figures
            else:
                yield jobs[number], figures
    finally:
        with warnings.catch_warnings():  # that jobs are dropped is what was wanted then
            warnings.simplefilter("ignore", UserWarning)
            results.close()
    if refusal is not None:
        raise InputError(refusal)


@contextmanager
def _unreached_by_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, where signals can be held back.

    The terminal sends it to all of them; it is for this one to stop the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _told(number: int, job: Job) -> tuple[int, Measures | str]:
    """Run a job in a worker: its result, or the sentence by which it refuses."""
    try:
        return number, trained(job)
    except InputError as problem:
        return number, str(problem)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Any]:
    """Connect to a Dask cluster as a backend of joblib."""
    try:
        import distributed
    except ImportError as problem:
        raise InputError(
            "Dask is not installed; install it by .venv/bin/python -m pip install "
            "-c constraints.txt -e '.[dask]'."
        ) from problem
    if not re.fullmatch(r"[a-z]+://[^:/\s]+:\d+/?", scheduler):
        raise InputError(
            f"--scheduler {scheduler} is no address of a Dask scheduler; give it as tcp://host:8786."
        )
    for name in ("distributed", "distributed.client", "distributed.core", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # one sentence here says it
    try:
        client = distributed.Client(scheduler, timeout=CONNECTING, set_as_default=False)
    except Exception as problem:  # what a wrong address can lead to is of many kinds
        raise InputError(
            f"No Dask scheduler answers at {scheduler}; start one, or correct --scheduler."
        ) from problem
    with client:
        try:
            client.wait_for_workers(1, timeout=JOINING)
            yield _backend(client)
        except TimeoutError as problem:
            raise InputError(
                f"The scheduler at {scheduler} has no workers; start some by dask worker "
                f"{scheduler}."
            ) from problem
        except distributed.client.FutureCancelledError as problem:
            raise InputError(f"The scheduler at {scheduler} is gone. {GOES_ON}") from problem
        except (distributed.scheduler.KilledWorker, distributed.scheduler.NoWorkerError) as problem:
            raise InputError(f"The cluster lost a job for good ({problem}). {GOES_ON}") from problem


def _backend(client: Any) -> Any:
    """Return joblib's Dask backend, with two faults of it (joblib 1.6) mended.

    It tells joblib nothing of a job whose workers all died, which then waits for ever. And where a
    cluster has one thread in all, or only one yet, joblib runs the jobs in this very process.
    """
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):
        def effective_n_jobs(self, n_jobs: int) -> int:
            return max(2, super().effective_n_jobs(n_jobs))

        def submit(self, function: Any, callback: Any = None) -> Any:
            future = super().submit(function, callback)
            future.add_done_callback(lambda done: done.exception() and callback(done.exception()))
            return future

        def retrieve_result_callback(self, out: Any) -> Any:
            if isinstance(out, BaseException):
                raise out
            return super().retrieve_result_callback(out)

    return Backend(client=client, pure=False)
