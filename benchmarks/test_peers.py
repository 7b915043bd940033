"""The same training step by PyTorch, JAX and numpy: first that it is the same, then how fast."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from benchmarks.engine import microseconds, patterns, workloads
from benchmarks.measures import least_seconds
from benchmarks.peers import PEERS, Job, Peer, packed
from benchmarks.tables import ENGINE
from reproduction.network import LENET1, NETWORKS, Bank
from reproduction.network.initial_weights import uniform

CHECKED, MEASURED, ROUNDS = 50, 40, 10

# warnings of the libraries are not ours to turn into errors
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module", autouse=True)
def one_core():
    """Keep to one core, where the system can: threads that a library starts then share it.

    The libraries' own settings are not enough: JAX uses a second core in spite of its flags.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    yield
    os.sched_setaffinity(0, cores)


def job_of(bank: Bank, count: int) -> Job:
    """Return the first patterns, and for every weight a rate of its own."""
    rates = 0.002 + 0.018 * uniform(7, bank.parameters.size).reshape(bank.parameters.shape)
    return Job(bank.parameters.copy(), rates.astype(np.float32), *patterns(count))


def assert_learns_as_the_engine(peer: Peer) -> None:
    """Compare what the engine and the peer have changed, layer by layer, to float32 accuracy.

    Errors of single roundings grow from pattern to pattern; an error of the rule, of a connection
    or of a rate would be thousands of times larger.
    """
    bank = Bank(LENET1, range(peer.networks))
    job = job_of(bank, CHECKED)
    learn, result = peer.prepare(job)
    learn()
    change = packed(result()) - job.parameters
    bank.learn(job.planes, job.labels, np.arange(CHECKED), job.rates)
    expected = bank.parameters - job.parameters
    for name, (place, _) in LENET1.parameters.items():
        largest = np.abs(expected[place]).max()
        np.testing.assert_allclose(
            change[place], expected[place], rtol=0, atol=1e-4 * largest, err_msg=name
        )


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: f"{peer.name}-{peer.networks}")
def test_peers(peer, tables):
    if peer.missing:
        tables.peer(peer.name, peer.networks, None, peer.missing)
        pytest.skip(f"{peer.module}: {peer.missing}")
    try:
        assert_learns_as_the_engine(peer)
    except AssertionError:
        tables.peer(peer.name, peer.networks, None, "computes something else")
        raise
    learn, _ = peer.prepare(job_of(Bank(LENET1, range(peer.networks)), MEASURED))
    learn()
    cpu, wall = time.process_time(), time.perf_counter()
    seconds = least_seconds(learn, ROUNDS)
    threads = (time.process_time() - cpu) / (time.perf_counter() - wall)
    name = peer.name if threads < 1.2 else f"{peer.name} ({threads:.1f} threads)"
    tables.peer(name, peer.networks, microseconds(seconds, MEASURED, peer.networks))


def test_peers_reference(tables):
    """The engine itself, measured among its peers."""
    seconds = least_seconds(workloads(count=MEASURED)["training"], 5 * ROUNDS)
    tables.peer(ENGINE, NETWORKS, microseconds(seconds, MEASURED))
