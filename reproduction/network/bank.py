"""A bank: sixteen networks of one architecture that see the same patterns in step."""

from __future__ import annotations

import operator
from collections.abc import Iterable

import numpy as np

from data_prep.errors import InputError
from reproduction.network.architecture import Architecture, Plane
from reproduction.network.initial_weights import AS_PRINTED, Initial, initial_parameters
from reproduction.network.kernels import NETWORKS
from reproduction.network.kernels.layout import (
    CURVATURE,
    FORWARD,
    FULL_CURVATURE,
    GRADIENT,
    LEARN,
    RUNNING,
    Rows,
    lane_array,
    lay_out,
)
from reproduction.network.layers import Connection


class Bank:
    """Up to sixteen networks of one architecture, one a seed, trained in step.

    Parameters
    ----------
    architecture : Architecture
        What the networks look like.
    seeds : iterable of int
        One a network, at most 16, all different. What a seed leads to depends neither on its place
        in the bank nor on the other seeds.
    initial : Initial
        How wide the initial weights are.

    Raises
    ------
    InputError
        When there are no seeds, more than 16, or two alike.
    """

    def __init__(
        self,
        architecture: Architecture,
        seeds: Iterable[int] = range(NETWORKS),
        initial: Initial = AS_PRINTED,
    ) -> None:
        from reproduction.network.lanes import LANES  # takes numba, which is slow to import

        self.architecture = architecture
        self.seeds = checked_seeds(seeds)
        if len(self.seeds) > NETWORKS:
            raise InputError(
                f"A bank holds {NETWORKS} networks, not {len(self.seeds)}; make several banks."
            )
        self._network = lay_out(architecture)
        count = architecture.counts().parameters
        self._parameters = lane_array(count)
        padding = self.seeds[-1:] * (NETWORKS - len(self.seeds))
        for lane, seed in enumerate(self.seeds + padding):
            self._parameters[:, lane] = initial_parameters(architecture, seed, initial)
        own = [lane_array(self._network.units, LANES) for _ in range(3)]
        self._rows = Rows(self._parameters, *(lane_array(count) for _ in range(6)), *own)
        self._part = self._rows
        if LANES < NETWORKS:
            self._part = Rows(*(lane_array(count, LANES) for _ in range(7)), *own)
        self._part.ones[:] = 1.0

    @property
    def parameters(self) -> np.ndarray:
        """All weights and biases, float32, shape (p, networks).

        A view: what is written to it is what the networks use. `architecture.parameters` names the
        slices and shapes of the layers.
        """
        return self._parameters[:, : len(self.seeds)]

    def weights(self, layer: str) -> np.ndarray:
        """Return a layer's weights, shape (*shape, networks): a view of the parameters.

        A convolution's kernels follow its connection table: (pairs, side, side, networks).
        """
        return self._named(f"{layer}.weights")

    def biases(self, layer: str) -> np.ndarray:
        """Return a layer's biases, shape (*shape, networks): a view of the parameters."""
        return self._named(f"{layer}.biases")

    def _named(self, name: str) -> np.ndarray:
        if name not in self.architecture.parameters:
            names = ", ".join(self.architecture.parameters)
            raise InputError(f"{self.architecture.name} has no {name}; it has {names}.")
        place, shape = self.architecture.parameters[name]
        return self.parameters[place].reshape(*shape, len(self.seeds))

    def outputs(self, planes: np.ndarray) -> np.ndarray:
        """Compute the output units for some patterns.

        Parameters
        ----------
        planes : ndarray, float32, shape (n, height, width)
            Patterns in the architecture's input plane: `architecture.planes(images)`.

        Returns
        -------
        ndarray, float32, shape (n, 10, networks)
            Probabilities, where the architecture minimises cross-entropy.
        """
        planes = self._checked(planes)
        units = self.architecture.outputs
        outputs = lane_array(len(planes) * units)
        self._present(FORWARD, planes, outputs=outputs)
        return outputs.reshape(len(planes), units, NETWORKS)[:, :, : len(self.seeds)]

    def gradient(self, planes: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Compute dE/dw as a mean over the patterns.

        E = 1/2 sum over outputs of (d - y)^2, or -log p of the class: see `Architecture.energy`.

        Parameters
        ----------
        planes : ndarray, float32, shape (n, height, width)
            Patterns in the architecture's input plane.
        labels : ndarray, integer, shape (n,)
            Their classes; the target d is 1 for the class, and -1 for the others (0 where outputs
            are probabilities).

        Returns
        -------
        ndarray, float32, shape (p, networks)
        """
        planes = self._checked(planes)
        self._present(GRADIENT, planes, labels)
        return self._mean(planes)

    def curvature(self, planes: np.ndarray) -> np.ndarray:
        """Compute h, the diagonal of the second derivatives, as a mean over the patterns.

        d2E/da_i2 x_j^2 for each connection, back-propagated (Becker & Le Cun 1988), and summed over
        the connections that share a weight (LeCun et al. 1998, appendix C; Optimal Brain Damage,
        p. 601). In the positive Gauss-Newton form, without the term of f''.

        Parameters
        ----------
        planes : ndarray, float32, shape (n, height, width)
            Patterns in the architecture's input plane.

        Returns
        -------
        ndarray, float32, shape (p, networks)
        """
        planes = self._checked(planes)
        self._present(CURVATURE, planes)
        return self._mean(planes)

    def full_curvature(self, planes: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Compute h with the term of f'' that `curvature` leaves out: it can be negative.

        d2E/da2 = f'(a)^2 d2E/dx2 + f''(a) dE/dx (Becker & Le Cun 1988, who take its size).

        Parameters
        ----------
        planes, labels
            As for `gradient`.

        Returns
        -------
        ndarray, float32, shape (p, networks)
            The mean over the patterns.
        """
        planes = self._checked(planes)
        self._present(FULL_CURVATURE, planes, labels)
        return self._mean(planes)

    def learn(
        self, planes: np.ndarray, labels: np.ndarray, order: np.ndarray, rates: np.ndarray | float
    ) -> None:
        """Learn from each pattern in turn: w <- w - rate dE/dw.

        Parameters
        ----------
        planes, labels
            As for `gradient`.
        order : ndarray, integer, shape (m,)
            The patterns to present, by number.
        rates : float, or ndarray, float32, shape (p, networks)
            The rate of every weight.
        """
        steps = -np.asarray(rates, np.float32)
        if steps.shape not in ((), self.parameters.shape):
            raise InputError(
                f"The rates have shape {steps.shape}; give one number, or one for every weight, "
                f"{self.parameters.shape}."
            )
        self._rows.steps[:, : len(self.seeds)] = steps
        self._rows.steps[:, len(self.seeds) :] = 0.0
        self._present(LEARN, self._checked(planes), labels, order=order)

    def learn_running(
        self,
        planes: np.ndarray,
        labels: np.ndarray,
        order: np.ndarray,
        mu: float,
        eta: float,
        gamma: float,
        average: np.ndarray,
        learning: np.ndarray | bool = True,
    ) -> np.ndarray:
        """Learn from each pattern in turn, the curvature followed as a running average.

        h <- (1 - gamma) h + gamma h(pattern), then w <- w - eta / (mu + h) dE/dw (LeCun, Bottou,
        Orr & Mueller 1998, section 9).

        Parameters
        ----------
        planes, labels, order
            As for `learn`.
        mu, eta, gamma : float
            Of the rule above.
        average : ndarray, float32, shape (p, networks)
            h before the first pattern.
        learning : bool, or ndarray of bool, shape (p, networks)
            Which weights take steps.

        Returns
        -------
        ndarray, float32, shape (p, networks)
            h after the last pattern.
        """
        if np.shape(average) != self.parameters.shape:
            raise InputError(
                f"The average curvature has shape {np.shape(average)}; give one number for every "
                f"weight, {self.parameters.shape}, as bank.curvature() does."
            )
        self._rows.average_curvature[:, : len(self.seeds)] = average
        self._rows.learning[:, : len(self.seeds)] = learning
        rule = (mu, eta, gamma)
        self._present(RUNNING, self._checked(planes), labels, order=order, rule=rule)
        return self._rows.average_curvature[:, : len(self.seeds)].copy()

    def _present(
        self,
        mode: int,
        planes: np.ndarray,
        labels: np.ndarray | None = None,
        order: np.ndarray | None = None,
        outputs: np.ndarray | None = None,
        rule: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> None:
        """Call the compiled engine, every argument of the type that it was compiled for."""
        from reproduction.network.kernels.network import present
        from reproduction.network.machine_code import call

        call(
            present,
            mode,
            self._network,
            planes,
            np.zeros(0, np.int64) if labels is None else self._checked_labels(labels, len(planes)),
            np.arange(len(planes)) if order is None else _checked_order(order, len(planes)),
            self._rows,
            self._part,
            lane_array(0) if outputs is None else outputs,
            *(np.float32(number) for number in rule),
        )

    def _mean(self, planes: np.ndarray) -> np.ndarray:
        return self._rows.sums[:, : len(self.seeds)] / np.float32(len(planes))

    def _checked(self, planes: np.ndarray) -> np.ndarray:
        plane = self.architecture.plane
        try:
            planes = np.require(planes, np.float32, ["C", "W"])
        except (TypeError, ValueError) as problem:
            raise InputError(f"The planes are no array of numbers ({problem}).") from None
        if planes.ndim != 3 or planes.shape[1:] != (plane.height, plane.width) or not len(planes):
            raise InputError(
                f"The planes have shape {planes.shape}, but {self.architecture.name} reads "
                f"(n, {plane.height}, {plane.width}), n from 1; make them by architecture.planes()."
            )
        return planes

    def _checked_labels(self, labels: np.ndarray, patterns: int) -> np.ndarray:
        labels = np.asarray(labels)
        classes = self.architecture.outputs
        if labels.shape != (patterns,) or labels.dtype.kind not in "iu":
            raise InputError(
                f"The labels are {labels.dtype} of shape {labels.shape}; "
                f"give {patterns} integers, one a pattern."
            )
        if labels.min() < 0 or labels.max() >= classes:
            raise InputError(
                f"The labels run from {labels.min()} to {labels.max()}, "
                f"but {self.architecture.name} has classes 0 to {classes - 1}."
            )
        return labels.astype(np.int64)


def checked_seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    """Return the seeds as a tuple, or say what is wrong with them (InputError)."""
    try:
        seeds = tuple(operator.index(seed) for seed in seeds)
    except TypeError as problem:
        raise InputError(f"Seeds are integers from 0 ({problem}).") from None
    if not seeds:
        raise InputError("There are no seeds; give at least one, as range(16).")
    if min(seeds) < 0:
        raise InputError(f"Seed {min(seeds)} is negative; seeds are integers from 0.")
    if max(seeds) >= 2**63:
        raise InputError(f"Seed {max(seeds)} is too large; seeds are integers below 2^63.")
    if len(set(seeds)) < len(seeds):
        twice = next(seed for seed in seeds if seeds.count(seed) > 1)
        raise InputError(f"Seed {twice} is given twice; give each seed once.")
    return seeds


def _checked_order(order: np.ndarray, patterns: int) -> np.ndarray:
    order = np.asarray(order)
    if order.ndim != 1 or (
        len(order) and (order.dtype.kind not in "iu" or order.min() < 0 or order.max() >= patterns)
    ):
        raise InputError(f"The order must be a list of pattern numbers from 0 to {patterns - 1}.")
    return np.require(order, np.int64, ["C", "W"])


def squashed(a: np.ndarray) -> np.ndarray:
    """Return f(a) as the engine computes it.

    It is what a network of one unit says that reads one pixel with weight 1, and nothing else.

    Parameters
    ----------
    a : ndarray, float32, shape (n,)

    Returns
    -------
    ndarray, float32, shape (n,)
    """
    bank = Bank(Architecture("ONE", Plane(16, 16), (Connection("output", 1),)), seeds=(0,))
    bank.parameters[:] = 0
    bank.weights("output")[0, 0] = 1
    planes = np.zeros((len(a), 16, 16), np.float32)
    planes[:, 0, 0] = a
    return bank.outputs(planes)[:, 0, 0]
