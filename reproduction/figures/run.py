"""The figures of a run, drawn into its folder: errors by pass, rejection, confusion, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from data_prep.digits import Digits
from reproduction import runs
from reproduction.figures.results import confusion, error_reject, misclassified
from reproduction.figures.sheet import picture
from reproduction.figures.training import error_rates
from reproduction.learning.sets import tried_on
from reproduction.paper import PUBLISHED
from reproduction.runs import Run

NAMES = ("error-rates", "error-reject", "confusion", "misclassified")
"""The figures of a run, each a file of its name with the endings of KINDS."""

KINDS = ("svg", "png")


def draw(run: Run, sets: Mapping[str, Digits]) -> list[Path]:
    """Draw all figures of a run into its folder, as SVG and as PNG.

    Parameters
    ----------
    run : Run
    sets : mapping of str to Digits
        Of which all test digits are needed.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        When a file cannot be written, or the run's weights cannot be read.
    """
    tried = tried_on(sets)
    for name, figure in zip(NAMES, _figures(run, tried, sets[tried]), strict=True):
        for kind in KINDS:
            runs.write(_file(run, name, kind), picture(figure, kind))
    return [_file(run, name, kind) for name in NAMES for kind in KINDS]


def are_drawn(run: Run) -> bool:
    """Tell whether all figures of a run are in its folder and no older than its summary."""
    try:
        summary = (run.folder / runs.SUMMARY_FILE).stat().st_mtime_ns
        drawn = [_file(run, name, kind).stat() for name in NAMES for kind in KINDS]
    except OSError:
        return False
    return all(file.st_size > 0 and file.st_mtime_ns >= summary for file in drawn)


def _figures(run: Run, tried: str, test: Digits) -> Iterator[Figure]:
    name = run.plan.architecture.name
    network = name if name in PUBLISHED else "LENET1"
    outputs = runs.outputs_of(run.banks(), test.images)
    seed = run.summary["median_network"]
    median_outputs = outputs[:, :, run.plan.seeds.index(seed), np.newaxis]
    yield error_rates(run.history, network)
    yield error_reject(outputs, test.labels, run.summary[tried]["rejected"], tried, network)
    yield confusion(outputs, test.labels)
    yield misclassified(test, median_outputs, f"the median network (seed {seed})")


def _file(run: Run, name: str, kind: str) -> Path:
    return run.folder / f"{name}.{kind}"
