"""Banks that run in other processes come back once each, in the same bits, whatever dies."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from data_prep.errors import InputError
from reproduction import Bank, studies
from reproduction.studies import Job, Measures, spreading
from tests.reproduction.made import (
    SMALL,
    here,
    know_made_digits,
    made_folder,
    made_study,
    untimed,
)

ROOT = Path(__file__).parents[3]
STUDY = made_study(arms=3)
"""Six banks."""

posix_only = pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")


# --- what runs in the workers: instead of spreading._told, which is still itself there ---------


def told(job: Job) -> Measures | str:
    """Run a job on the made digits."""
    know_made_digits()
    return spreading._told(job)


def is_fourth(job: Job) -> bool:
    """Tell whether a job is the fourth of the study."""
    return (job.plan.recipe, job.plan.seeds) == (STUDY.arms[1].recipe, STUDY.banks[1])


def told_and_killed_once(job: Job) -> Measures | str:
    """Run a job; but the first worker to begin the fourth is killed in it."""
    killed = Path(str(job.folder), "killed")
    if is_fourth(job) and not killed.exists():
        killed.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)
    return told(job)


def told_and_killed_every_time(job: Job) -> Measures | str:
    """Run a job; but whoever begins the fourth is killed in it."""
    if is_fourth(job):
        os.kill(os.getpid(), signal.SIGKILL)
    return told(job)


def told_where(job: Job) -> Measures | str:
    """Tell which process this is."""
    return {"process": os.getpid()}


def told_and_where(job: Job) -> Measures | str:
    """Run a job, and tell which process this is."""
    return {**told(job), **told_where(job)}


def told_and_interrupted(job: Job) -> Measures | str:
    """Be interrupted, as the keyboard does it to whatever is in the foreground."""
    os.kill(os.getpid(), signal.SIGINT)
    return told_where(job)


def told_with_a_fault(job: Job) -> Measures | str:
    """Run into a fault of the program."""
    raise ZeroDivisionError(f"job of {job.plan.seeds}")


# --- here --------------------------------------------------------------------------------------


@pytest.fixture
def jobs(folder: Path) -> list[Job]:
    return list(studies.jobs_of(STUDY, folder).values())


@pytest.fixture
def in_workers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable], None]:
    """Return what chooses the function that runs in the workers."""

    def choose(function: Callable) -> None:
        monkeypatch.setattr(spreading, "_told", function)

    choose(told)
    return choose


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return the record that the study has when its banks run here, one after another."""
    place = tmp_path_factory.mktemp("wanted")
    with pytest.MonkeyPatch.context() as patch:
        know_made_digits(patch.setattr)
        found = studies.run(STUDY, here, folder=made_folder(place / "digits"), kept=place / "banks")
    return untimed(found)


ON_TWO = partial(spreading.on_this_machine, workers=2)

Choose = Callable[[Callable], None]


def test_every_job_comes_back_once_from_another_process_with_the_result_that_it_has_here(
    folder: Path, in_workers: Choose, wanted: dict, tmp_path: Path
) -> None:
    in_workers(told_and_where)
    keys, processes = [], set()

    def spread(jobs: list[Job]) -> Iterator[tuple[Job, Measures]]:
        for job, measures in ON_TWO(jobs):
            keys.append(job.key)
            processes.add(measures.pop("process"))
            yield job, measures

    found = studies.run(STUDY, spread, folder=folder, kept=tmp_path / "banks")
    assert untimed(found) == wanted
    assert sorted(keys) == sorted(job.key for job in studies.jobs_of(STUDY, folder).values())
    assert 0 < len(processes - {os.getpid()}) == len(processes) <= 2


def test_a_network_that_is_in_use_here_travels_with_its_job() -> None:
    before = pickle.dumps(SMALL)
    Bank(SMALL, [0])
    assert pickle.dumps(SMALL) == before
    there = pickle.loads(before)
    assert there == SMALL
    assert there.shapes == SMALL.shapes


def test_without_jobs_there_are_no_results(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(ON_TWO([])) == []
    assert list(spreading.on_a_cluster([], "nowhere")) == []


def test_a_refusal_is_raised_once_the_others_are_done(jobs: list[Job], in_workers: Choose) -> None:
    for number in (0, 3):
        plan = replace(jobs[number].plan, digits={"train": "0" * 64})
        jobs[number] = replace(jobs[number], plan=plan)
    results = ON_TWO(jobs)
    done = [next(results)[0].key for _ in range(4)]
    assert sorted(done) == sorted(jobs[number].key for number in (1, 2, 4, 5))
    with pytest.raises(InputError, match="digits of this machine are not those of the study"):
        next(results)


def test_a_fault_of_the_program_is_not_hidden(jobs: list[Job], in_workers: Choose) -> None:
    in_workers(told_with_a_fault)
    with pytest.raises(ZeroDivisionError, match="job"):
        list(ON_TWO(jobs))


@posix_only
def test_a_killed_process_is_one_sentence_and_the_study_goes_on(
    folder: Path, in_workers: Choose, wanted: dict, tmp_path: Path
) -> None:
    run = partial(studies.run, STUDY, ON_TWO, folder=folder, kept=tmp_path / "banks")
    in_workers(told_and_killed_once)
    with pytest.raises(InputError, match=r"^A worker process was killed\. The finished banks are"):
        run()
    assert (folder / "killed").exists()
    assert untimed(run()) == wanted


@posix_only
def test_the_keyboard_interrupts_the_command_and_not_its_processes(
    jobs: list[Job], in_workers: Choose
) -> None:
    in_workers(told_and_interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert len(list(ON_TWO(jobs))) == len(jobs)
    except KeyboardInterrupt:
        pytest.fail("a process was interrupted")
    finally:
        signal.signal(signal.SIGINT, before)


def test_results_may_be_left_before_the_end(jobs: list[Job], in_workers: Choose) -> None:
    in_workers(told_where)
    results = ON_TWO(jobs)
    next(results)
    results.close()
    assert len(list(ON_TWO(jobs))) == len(jobs)


# --- on a cluster ------------------------------------------------------------------------------


class Cluster:
    """A Dask scheduler in a process of its own, and workers that come and go.

    A job whose workers die twice is given up.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found = folder / "scheduler.json"
        self.running: list[subprocess.Popen] = []
        self.scheduler = self._start(
            *("scheduler", "--host", "127.0.0.1", "--port", "0"),
            *("--dashboard-address", ":0", "--scheduler-file", str(self.found)),
        )
        while not (self.found.exists() and self.found.read_text().strip()):
            assert self.running[0].poll() is None, self.log
            time.sleep(0.05)
        self.address: str = json.loads(self.found.read_text())["address"]

    @property
    def log(self) -> str:
        """What scheduler and workers have said."""
        return (self.folder / "log").read_text()

    def _start(self, *words: str) -> subprocess.Popen:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    @contextmanager
    def workers(self, count: int) -> Iterator[list[subprocess.Popen]]:
        """Have so many workers, of one thread each, for a time."""
        words = ("--scheduler-file", str(self.found), "--nthreads", "1", "--no-nanny")
        place = ("--local-directory", str(self.folder))
        started = [self._start("worker", *words, *place) for _ in range(count)]
        try:
            self._wait_for(count)
            yield started
        finally:
            for process in started:
                self._end(process)
            if self.running:
                self._wait_for(0)

    def _wait_for(self, count: int) -> None:
        import distributed

        with distributed.Client(self.address, set_as_default=False) as client:
            while len(client.scheduler_info(n_workers=-1)["workers"]) != count:
                assert self.running[0].poll() is None, self.log
                time.sleep(0.05)

    def _end(self, process: subprocess.Popen) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # at once; a polite end takes half a minute
            process.wait()
        self.running.remove(process)

    def kill(self) -> None:
        """Kill the scheduler, if it runs."""
        if self.scheduler in self.running:
            self._end(self.scheduler)

    def end(self) -> None:
        """End all processes."""
        for process in reversed(self.running[:]):
            self._end(process)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.end()


@posix_only
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    cluster: Cluster, folder: Path, in_workers: Choose, wanted: dict, tmp_path: Path
) -> None:
    """One of two; and the one that is left, of one thread, then runs all, not this process."""
    in_workers(told_and_killed_once)
    results: list[Measures] = []
    with cluster.workers(2) as workers:
        spread = partial(spreading.on_a_cluster, scheduler=cluster.address)
        found = studies.run(
            STUDY, spread, folder=folder, kept=tmp_path / "banks", after_bank=results.append
        )
        killed = [worker.pid for worker in workers if worker.poll() is not None]
        assert killed == [int((folder / "killed").read_text())]
        assert untimed(found) == wanted
        assert len(results) == len(wanted["banks"])
        in_workers(told_where)
        jobs = list(studies.jobs_of(STUDY, folder).values())
        processes = {figures["process"] for _, figures in spread(jobs)}
        assert processes == {worker.pid for worker in workers} - set(killed)


@posix_only
def test_a_job_that_kills_its_workers_is_given_up_and_the_study_goes_on(
    cluster: Cluster, folder: Path, in_workers: Choose, wanted: dict, tmp_path: Path
) -> None:
    kept = tmp_path / "banks"
    run = partial(studies.run, STUDY, folder=folder, kept=kept)
    in_workers(told_and_killed_every_time)
    with cluster.workers(2), pytest.raises(InputError, match="The cluster lost a job for good"):
        run(partial(spreading.on_a_cluster, scheduler=cluster.address))
    in_workers(told)
    assert untimed(run(ON_TWO)) == wanted


@posix_only
def test_a_scheduler_killed_in_the_middle_is_one_sentence_and_the_study_goes_on(
    folder: Path, in_workers: Choose, wanted: dict, tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    kept = tmp_path / "banks"
    run = partial(studies.run, STUDY, folder=folder, kept=kept)
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    try:
        with cluster.workers(1), pytest.raises(InputError) as refusal:
            run(
                partial(spreading.on_a_cluster, scheduler=cluster.address),
                after_bank=lambda measures: cluster.kill(),
            )
    finally:
        cluster.end()
    assert str(refusal.value) == (
        f"The scheduler at {cluster.address} is gone. {spreading.GOES_ON}"
    )
    assert 0 < len(list(kept.iterdir())) < len(wanted["banks"])
    assert untimed(run(ON_TWO)) == wanted


@posix_only
def test_a_scheduler_without_workers_is_one_sentence(
    cluster: Cluster, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "JOINING", 0.3)
    with pytest.raises(InputError) as refusal:
        next(spreading.on_a_cluster(jobs, cluster.address))
    assert str(refusal.value) == (
        f"The scheduler at {cluster.address} has no workers; start some by dask worker "
        f"{cluster.address}."
    )


@pytest.fixture
def closed() -> str:
    """Return an address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


def test_an_address_where_no_scheduler_answers_is_named(
    closed: str, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(spreading, "CONNECTING", 1)
    with pytest.raises(InputError) as refusal:
        next(spreading.on_a_cluster(jobs, closed))
    assert str(refusal.value) == (
        f"No Dask scheduler answers at {closed}; start one, or correct --scheduler."
    )


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://host", "smoke://tcp://127.0.0.1:1"])
def test_what_is_no_address_is_refused_at_once(address: str, jobs: list[Job]) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="is no address of a Dask scheduler; give it as tcp://"):
        next(spreading.on_a_cluster(jobs, address))


def test_without_dask_the_way_to_it_is_named(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"Dask is not installed; install it by .*pip install"):
        next(spreading.on_a_cluster(jobs, "tcp://127.0.0.1:8786"))
