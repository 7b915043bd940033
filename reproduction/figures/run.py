"""The figures of a run, drawn into its folder: errors by pass, rejection, confusion, errors."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from data_prep.digits import Digits
from reproduction import runs
from reproduction.figures.results import confusion, error_reject, misclassified
from reproduction.figures.sheet import description, picture
from reproduction.figures.training import error_rates
from reproduction.learning.sets import tried_on
from reproduction.paper import PUBLISHED
from reproduction.runs import Run


def draw(run: Run, sets: Mapping[str, Digits]) -> list[Path]:
    """Draw all figures of a run into its folder, as SVG and as PNG, and return the files.

    Parameters
    ----------
    sets : mapping of str to Digits
        Of which all test digits are needed.

    Raises
    ------
    InputError
        When a file cannot be written, or the run's weights cannot be read.
    """
    tried = tried_on(sets)
    gc.freeze()  # what is there now need not be looked through after every figure
    try:
        return run.keep_pictures(_pictures(run, tried, sets[tried]))
    finally:
        gc.unfreeze()


def _pictures(run: Run, tried: str, test: Digits) -> Iterator[tuple[str, bytes]]:
    weights = run.summary["weights_sha256"]
    for name, figure in _figures(run, tried, test):
        figure.set_label(f"{description(figure)} Weights: SHA-256 {weights}.")
        for kind in ("svg", "png"):
            yield f"{name}.{kind}", picture(figure, kind)
        del figure
        gc.collect()  # a figure is full of cycles, which Python would find late


def _figures(run: Run, tried: str, test: Digits) -> Iterator[tuple[str, Figure]]:
    name = run.plan.architecture.name
    network = name if name in PUBLISHED else "LENET1"
    outputs = runs.outputs_of(run.banks(), test.images)
    seed = run.summary["median_network"]
    median_outputs = outputs[:, :, run.plan.seeds.index(seed), np.newaxis]
    yield "error-rates", error_rates(run.history, network)
    yield (
        "error-reject",
        error_reject(outputs, test.labels, run.summary[tried]["rejected"], tried, network),
    )
    yield "confusion", confusion(outputs, test.labels)
    yield "misclassified", misclassified(test, median_outputs, f"the median network (seed {seed})")
