"""The figures of a run, drawn into its folder: errors by pass, rejection, confusion, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from data_prep import files
from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import runs, sealed
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
    drawn = {}
    weights = run.summary["weights_sha256"]
    for name, figure in _figures(run, tried, sets[tried]):
        figure.set_label(f"{description(figure)} Weights: SHA-256 {weights}.")
        for kind in ("svg", "png"):
            contents = picture(figure, kind)
            drawn[f"{name}.{kind}"] = sealed.sha256(contents)
            sealed.write(run.folder / f"{name}.{kind}", contents)
    whose = {"weights_sha256": weights, "files": drawn}
    sealed.write_json(run.folder / runs.FIGURES_FILE, whose)
    return [run.folder / name for name in drawn]


def are_drawn(run: Run) -> bool:
    """Tell whether all figures of a run are in its folder, as they were drawn of its networks."""
    try:
        kept = sealed.read_json(run.folder / runs.FIGURES_FILE)
        paths = [run.folder / name for name in runs.PICTURES]
        drawn = [files.plain(path, str(path), sealed.LONGEST) for path in paths]
    except (OSError, InputError):
        return False
    found = {path.name: sealed.sha256(each) for path, each in zip(paths, drawn, strict=True)}
    return kept == {"weights_sha256": run.summary["weights_sha256"], "files": found}


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
