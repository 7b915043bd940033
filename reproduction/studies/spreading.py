"""Where the banks of a study run: processes of this machine, or the workers of a Dask cluster.

Either place takes jobs and tells what came of each, as it comes: a result, or the sentence by which
it was refused. A job is pure: lost with its worker, it is run again, and gives the same bits. It is
the one who asked for results that writes files.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from data_prep.errors import InputError
from reproduction.learning.training import processors
from reproduction.network.architecture import LENET1
from reproduction.network.bank import Bank
from reproduction.studies.banks import Job, trained
from reproduction.studies.record import Measures

CONNECTING, JOINING = 10, 30
"""Seconds to wait for a Dask scheduler, and for its first worker."""

GOES_ON = "The finished banks are kept, and the same command goes on from there."

Results = Generator[tuple[Job, Measures], None, None]


def on_this_machine(jobs: list[Job], workers: int | None = None) -> Results:
    """Run jobs in processes of this machine, as many as `workers`, or one a processor.

    One alone is this very process.

    Yields
    ------
    Job, dict
        Each job with its result, as they come.

    Raises
    ------
    InputError
        When a worker is killed, or the digits cannot be had.
    """
    workers = workers or processors()
    if workers == 1:
        yield from _handed_over((job, _told(job)) for job in jobs)
    elif jobs:
        _compile()  # here, so that not every process does
        yield from _handed_over(_by_processes(jobs, workers))


def on_a_cluster(jobs: list[Job], scheduler: str) -> Results:
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
    if jobs:
        yield from _handed_over(_by_cluster(jobs, scheduler))


Told = Measures | str
"""A job's result, or the sentence by which it refuses."""


def _handed_over(told: Iterable[tuple[Job, Told]]) -> Results:
    """Yield results as they come; raise the first refusal once the others are done."""
    refusal = None
    for job, result in told:
        if isinstance(result, str):
            refusal = refusal or result
        else:
            yield job, result
    if refusal is not None:
        raise InputError(refusal)


def _told(job: Job) -> Told:
    """Run a job in a worker."""
    try:
        return trained(job)
    except InputError as problem:
        return str(problem)


# ---- Processes of this machine ----------------------------------------------------------------


def _compile() -> None:
    """Have the engine compiled and its code kept, if it is not."""
    Bank(LENET1, [0]).outputs(LENET1.planes(np.zeros((1, 16, 16), np.float32)))


def _by_processes(jobs: list[Job], workers: int) -> Iterator[tuple[Job, Told]]:
    """Run jobs in processes that end at once when they are not wanted, or this one is killed."""
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, _end_with, (theirs,))
    try:
        with _unreached_by_interrupts():  # the processes begin here
            futures = {pool.submit(_told, job): job for job in jobs}
        for future in as_completed(futures):
            broken = isinstance(future.exception(), BrokenProcessPool)  # so are all still to come
            told = f"A worker process was killed. {GOES_ON}" if broken else future.result()
            yield futures[future], told
    finally:
        ours.close()
        pool.shutdown(cancel_futures=True)
        theirs.close()


def _end_with(parent: Connection) -> None:
    """Let a process end when its parent closes its end of a pipe, as it does by dying."""

    def watch() -> None:
        try:
            parent.poll(None)
        finally:
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


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


# ---- A Dask cluster ---------------------------------------------------------------------------


def _by_cluster(jobs: list[Job], scheduler: str) -> Iterator[tuple[Job, Told]]:
    """Run jobs on a Dask cluster, and say in one sentence what is wrong with it."""
    try:
        import distributed
    except ImportError as problem:
        raise InputError(
            "Dask is not installed; install it by .venv/bin/python -m pip install "
            "-c constraints.txt -e '.[dask]'."
        ) from problem
    with _client(distributed, scheduler) as client:
        try:
            client.wait_for_workers(1, timeout=JOINING)
            futures = {client.submit(_told, job, pure=False): job for job in jobs}
            done = distributed.as_completed(futures, loop=client.loop, with_results=True)
            for future, told in done:  # not future.result(): a result's worker may have died too
                if isinstance(told, distributed.client.FutureCancelledError):
                    raise told
                yield futures[future], told
        except TimeoutError as problem:
            raise InputError(
                f"The scheduler at {scheduler} has no workers; start some by dask worker "
                f"{scheduler}."
            ) from problem
        except distributed.client.FutureCancelledError as problem:
            raise InputError(f"The scheduler at {scheduler} is gone. {GOES_ON}") from problem
        except (distributed.scheduler.KilledWorker, distributed.scheduler.NoWorkerError) as problem:
            raise InputError(f"The cluster lost a job for good ({problem}). {GOES_ON}") from problem


def _client(distributed: Any, scheduler: str) -> Any:
    """Connect to a scheduler, or say that none answers."""
    if not re.fullmatch(r"[a-z]+://[^:/\s]+:\d+/?", scheduler):
        raise InputError(
            f"--scheduler {scheduler} is no address of a Dask scheduler; give it as tcp://host:8786."
        )
    for name in ("distributed", "distributed.client", "distributed.core", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # one sentence here says it
    try:
        return distributed.Client(scheduler, timeout=CONNECTING, set_as_default=False)
    except Exception as problem:  # what a wrong address can lead to is of many kinds
        raise InputError(
            f"No Dask scheduler answers at {scheduler}; start one, or correct --scheduler."
        ) from problem
