"""One thread for every library, the tables at the end, and `--json`."""

from __future__ import annotations

import os
from pathlib import Path

# Read when the libraries are first imported, so set before any of them is.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import pytest  # noqa: E402
from rich.console import Console  # noqa: E402

from benchmarks.tables import Tables  # noqa: E402

TABLES = pytest.StashKey[Tables]()
WIDTH = 100
"""Columns of what is printed where there is no terminal."""


def pytest_addoption(parser):
    parser.addoption("--json", type=Path, metavar="FILE", help="write the figures to FILE as JSON")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    config.stash[TABLES] = Tables()
    config.option.benchmark_quiet = not config.option.benchmark_verbose


@pytest.fixture
def tables(request) -> Tables:
    """Collect the figures of this run."""
    return request.config.stash[TABLES]


def pytest_terminal_summary(terminalreporter, config):
    tables = config.stash[TABLES]
    if not tables.found:
        return
    console = Console(highlight=False)
    tables.print(console if console.is_terminal else Console(highlight=False, width=WIDTH))
    if path := config.getoption("--json"):
        tables.write(path)
