"""Trained networks on their way to another tool: as arrays, and as data that describe them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data_prep import printed
from data_prep.errors import InputError
from reproduction import evaluation
from reproduction.evaluation import Thresholds
from reproduction.learning.converter import converter
from reproduction.learning.sets import tried_on
from reproduction.network import Architecture, Connection, Convolution, Subsampling, plain
from reproduction.network.shapes import Shape
from reproduction.runs import Run, weights_sha256

MARGIN = 1e-5
"""By how much exported thresholds are stricter than the run's, each of which stands at the very
value of one digit that is rejected: the roundings of another tool cannot let that digit in."""

IMAGES = "(n, 16, 16), from -1, paper, to 1, ink"
"""What the networks read, in words."""


@dataclass(frozen=True)
class Networks:
    """One trained network, or several that answer as a committee.

    Attributes
    ----------
    architecture : Architecture
    seeds : tuple of int
        One a network.
    parameters : ndarray, float32, shape (p, networks)
    thresholds : Thresholds or None
        What the mean output must show to be accepted; None for one network of several.
    origin : mapping
        What made them: the recipe and the software.
    """

    architecture: Architecture
    seeds: tuple[int, ...]
    parameters: np.ndarray
    thresholds: Thresholds | None
    origin: Mapping[str, Any]

    def __post_init__(self) -> None:
        diverged = ~np.isfinite(self.parameters).all(axis=0)
        if diverged.any():
            seed = self.seeds[int(np.argmax(diverged))]
            raise InputError(
                f"The network of seed {seed} has diverged, and its weights are no numbers; export "
                "another one by --network."
            )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return weights and biases as other tools want them, the network as the first axis.

        Returns
        -------
        dict of str to ndarray, float32
            "H1.weights", "H1.biases", ..., with the axes that `axes` names. A kernel is there for
            every map below; it is 0 where the connection table has none. A Connection's kernels
            are as large as the maps that it reads. What a layer does not have is left out.
        """
        found = {}
        maps_below = 1
        height, width = self.architecture.plane.height, self.architecture.plane.width
        for layer, shape in zip(self.architecture.layers, self.architecture.shapes, strict=True):
            weights = self._part(f"{layer.name}.weights")
            if isinstance(layer, Convolution):
                weights = _for_every_map_below(weights, shape, maps_below)
            elif isinstance(layer, Connection):
                weights = weights.reshape(-1, shape.maps, maps_below, height, width)
            found[f"{layer.name}.weights"] = weights
            found[f"{layer.name}.biases"] = self._part(f"{layer.name}.biases")
            maps_below, height, width = shape.maps, shape.height, shape.width
        return {name: array for name, array in found.items() if array.size}

    def side_by_side(self) -> dict[str, np.ndarray]:
        """Return the arrays with the maps of all networks as the maps of one large network.

        Each of its maps reads those of its own network alone: a convolution in as many groups as
        there are networks. What multiplies or is added to whole maps has the shape (maps, 1, 1),
        but for a convolution's biases, (maps,).
        """
        merged = {
            name: array.reshape(-1, *array.shape[2:]) for name, array in self.arrays().items()
        }
        averages = {each.name for each in self.architecture.layers if isinstance(each, Subsampling)}
        return {
            name: array.reshape(-1, 1, 1) if name.rpartition(".")[0] in averages else array
            for name, array in merged.items()
        }

    def axes(self) -> dict[str, list[str]]:
        """Return what the axes of each of the `arrays` are."""
        whole = ["network", "map", "map below", "row", "column"]
        by_length = {2: whole[:2], 4: [*whole[:2], *whole[3:]], 5: whole}
        return {name: by_length[array.ndim] for name, array in self.arrays().items()}

    def description(self) -> dict[str, Any]:
        """Return as plain data what the arrays alone do not say."""
        return {
            **self.origin,
            "weights_sha256": weights_sha256(self.parameters),
            "seeds": list(self.seeds),
            "images": IMAGES,
            "architecture": converter.unstructure(self.architecture),
            "thresholds": self.thresholds and self.thresholds.to_json(),
            "axes": self.axes(),
        }

    def example(self) -> dict[str, np.ndarray]:
        """Return a printed digit and what each network makes of it, for a reader to compare.

        Returns
        -------
        dict
            "image", float32, (16, 16), and "outputs", float64, (networks, outputs).
        """
        image = printed.load().test.images[0]
        planes = self.architecture.planes(image[np.newaxis])
        columns = self.parameters.T
        outputs = [plain.outputs(self.architecture, column, planes)[0] for column in columns]
        return {"image": image, "outputs": np.array(outputs)}

    def _part(self, name: str) -> np.ndarray:
        place, shape = self.architecture.parameters[name]
        return np.moveaxis(self.parameters[place].reshape(*shape, len(self.seeds)), -1, 0)


def networks_of(run: Run, seed: int | None = None) -> Networks:
    """Return a run's networks: all of them as its committee, or the one of a seed.

    Parameters
    ----------
    run : Run
    seed : int, optional
        Without it, all networks, with the thresholds by which their mean output is rejected.

    Raises
    ------
    InputError
        When the run has no network of that seed, or one that is asked for has diverged.
    """
    plan = run.plan
    parameters = np.hstack([bank.parameters for bank in run.banks()])
    origin = {"recipe": plan.recipe.name, "passes": plan.recipe.passes, "made_by": plan.made_by}
    if seed is None:
        return Networks(plan.architecture, plan.seeds, parameters, _stricter(run), origin)
    if seed not in plan.seeds:
        raise InputError(
            f"{run.folder} has no network of seed {seed}; its {len(plan.seeds)} seeds lie between "
            f"{min(plan.seeds)} and {max(plan.seeds)}."
        )
    own = parameters[:, [plan.seeds.index(seed)]]
    return Networks(plan.architecture, (seed,), own, None, origin)


def _stricter(run: Run) -> Thresholds:
    """Return the thresholds of a run's committee, made stricter by the margin."""
    together = run.summary["committee"]
    found = evaluation.Thresholds.from_json(together[tried_on(together)]["thresholds"])
    return Thresholds(found.top + MARGIN, found.second - MARGIN, found.difference + MARGIN)


def _for_every_map_below(kernels: np.ndarray, shape: Shape, maps_below: int) -> np.ndarray:
    """Put a table's kernels, (networks, pairs, side, side), where all pairs of maps have one."""
    pairs = [(number, read) for number, reads in enumerate(shape.table) for read in reads]
    maps, below = np.array(pairs).T
    full = np.zeros((len(kernels), shape.maps, maps_below, *shape.weights[1:]), np.float32)
    full[:, maps, below] = kernels
    return full
