"""The same training step by other means: plain numpy, PyTorch, JAX, one thread each.

Every peer trains LENET1 as `Bank.learn` does: one pattern at a time, E = 1/2 sum (d - y)^2,
f(a) = 1.7159 tanh(2a/3), the connections of Table 1, a given rate for every weight. Sixteen
networks are vectorised as the library does it best: networks side by side as groups of a
convolution or of a matrix product, or by the library's own `vmap`; where there are several good
forms, several are here.

H3 is the one place where a form has to be found. The table falls into two halves, each of six maps
that read two, so H3 is a convolution in two groups. Of the 24 kernels in it, the 4 that Table 1
leaves out are zero and have the rate zero, so they stay zero: nothing else is computed, and no mask
is needed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from reproduction.network import LENET1

HALVES, MAPS_READ = 2, 2  # of H3
CPLUSPLUS = "clang++" if sys.platform == "darwin" else "g++"  # what torch.compile looks for
AMPLITUDE, STEEPNESS = 1.7159, 2.0 / 3.0
H3 = LENET1.layers[2]
PAIRS = [(m, below % MAPS_READ) for m, row in enumerate(H3.table) for below in row]


@dataclass(frozen=True)
class Job:
    """What all peers are given; arrays as the engine has them."""

    parameters: np.ndarray
    rates: np.ndarray
    planes: np.ndarray
    labels: np.ndarray

    @property
    def networks(self) -> int:
        """Networks to train."""
        return self.parameters.shape[1]

    @property
    def targets(self) -> np.ndarray:
        """Desired outputs: 1 for the class, -1 for the others."""
        targets = np.full((len(self.labels), LENET1.outputs), -1.0, np.float32)
        targets[np.arange(len(self.labels)), self.labels] = 1.0
        return targets


Learner = tuple[Callable[[], None], Callable[[], list[Any]]]
"""A function that learns every pattern once, and one that returns the weights and biases."""


@dataclass(frozen=True)
class Peer:
    """One way of training.

    Attributes
    ----------
    name : str
        What the table calls it.
    module : str
        The library that it needs.
    networks : int
        How many networks it trains at a time.
    prepare : callable
        Makes a Learner from a Job.
    compiler : bool
        Whether it needs a C++ compiler.
    """

    name: str
    module: str
    networks: int
    prepare: Callable[[Job], Learner]
    compiler: bool = False

    @property
    def missing(self) -> str:
        """What the peer needs and this machine lacks, "" if nothing."""
        if importlib.util.find_spec(self.module) is None:
            return "not installed"
        if self.compiler and not shutil.which(os.environ.get("CXX", CPLUSPLUS)):
            return "needs a C++ compiler"
        return ""


def unpacked(parameters: np.ndarray) -> list[np.ndarray]:
    """Return copies of the weights and biases in order, (networks, *shape); H3 has 24 kernels."""
    networks = parameters.shape[1]
    arrays = []
    for name, (place, shape) in LENET1.parameters.items():
        array = np.array(parameters[place].T, order="C").reshape(networks, *shape)
        if name == "H3.weights":
            kernels = array
            array = np.zeros((networks, H3.maps, MAPS_READ, *shape[1:]), np.float32)
            for number, pair in enumerate(PAIRS):
                array[:, *pair] = kernels[:, number]
        arrays.append(array)
    return arrays


def packed(arrays: list[Any]) -> np.ndarray:
    """Undo `unpacked`: all parameters, shape (p, networks)."""
    parts = []
    for name, array in zip(LENET1.parameters, map(np.asarray, arrays), strict=True):
        if name == "H3.weights":
            array = np.stack([array[:, *pair] for pair in PAIRS], axis=1)
        parts.append(array.reshape(len(array), -1).T)
    return np.concatenate(parts)


def field_sums(y: Any) -> Any:
    """Sum over 2 x 2 fields of the last two axes."""
    return (y[..., ::2, ::2] + y[..., ::2, 1::2]) + (y[..., 1::2, ::2] + y[..., 1::2, 1::2])


# numpy: the sums as matrix products over windows, backward by hand


def numpy_learner(job: Job) -> Learner:
    """Take batched matrix products, the networks on the first axis."""
    weights, rates, targets = unpacked(job.parameters), unpacked(job.rates), job.targets

    def learn() -> None:
        for plane, target in zip(job.planes, targets, strict=True):
            gradients = numpy_gradients(weights, plane, target)
            for weight, rate, gradient in zip(weights, rates, gradients, strict=True):
                weight -= rate * gradient.reshape(weight.shape)

    return learn, lambda: weights


def _squash(a: np.ndarray) -> np.ndarray:
    return np.float32(AMPLITUDE) * np.tanh(np.float32(STEEPNESS) * a)


def _slope(y: np.ndarray) -> np.ndarray:
    return np.float32(STEEPNESS * AMPLITUDE) - np.float32(STEEPNESS / AMPLITUDE) * y * y


def _columns(maps: np.ndarray, side: int) -> np.ndarray:
    """Windows of 5 x 5 as columns: (sets, maps, h, w) -> (sets, maps * 25, side * side)."""
    windows = np.lib.stride_tricks.sliding_window_view(maps, (5, 5), (2, 3))
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(maps), -1, side * side)


def _spread(d: np.ndarray) -> np.ndarray:
    return d.repeat(2, -2).repeat(2, -1)


def _wide(a: np.ndarray) -> np.ndarray:
    return a[..., None, None]


def numpy_gradients(
    weights: list[np.ndarray], plane: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return dE/dw of every weight and bias for one pattern."""
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = weights
    n = len(w1)
    sets = n * HALVES
    c1 = _columns(plane[None, None], 24)[0]
    y1 = _squash(w1.reshape(-1, 25) @ c1 + b1.reshape(-1, 1)).reshape(n, 4, 24, 24)
    s2 = field_sums(y1)
    y2 = _squash(_wide(w2) * s2 + _wide(b2))
    c3 = _columns(y2.reshape(sets, MAPS_READ, 12, 12), 8)
    y3 = _squash(w3.reshape(sets, 6, 50) @ c3 + b3.reshape(sets, 6, 1)).reshape(n, 12, 8, 8)
    s4 = field_sums(y3)
    y4 = _squash(_wide(w4) * s4 + _wide(b4))
    x5 = y4.reshape(n, -1, 1)
    y5 = _squash((w5 @ x5)[..., 0] + b5)
    d5 = (y5 - target) * _slope(y5)
    d4 = (d5[:, None] @ w5).reshape(y4.shape) * _slope(y4)
    d3 = (_spread(_wide(w4) * d4) * _slope(y3)).reshape(sets, 6, 8, 8)
    around = np.zeros((sets, 6, 16, 16), np.float32)
    around[..., 4:12, 4:12] = d3
    turned = w3.reshape(sets, 6, 2, 25)[..., ::-1].swapaxes(1, 2).reshape(sets, 2, 150)
    d2 = (turned @ _columns(around, 12)).reshape(y2.shape) * _slope(y2)
    d1 = (_spread(_wide(w2) * d2) * _slope(y1)).reshape(-1, 576)
    return (
        *(d1 @ c1.T, d1.sum(1)),
        *((d2 * s2).sum((2, 3)), d2.sum((2, 3))),
        *(d3.reshape(sets, 6, 64) @ c3.swapaxes(1, 2), d3.sum((2, 3))),
        *((d4 * s4).sum((2, 3)), d4.sum((2, 3))),
        *(d5[:, :, None] * x5.swapaxes(1, 2), d5),
    )


# PyTorch: convolutions, backward by autograd


def _torch_energy(weights: tuple[Any, ...], plane: Any, target: Any) -> Any:
    """E of one pattern, summed over the networks, which are groups of the convolutions."""
    import torch
    from torch.nn.functional import avg_pool2d, conv2d

    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = weights
    n = len(w1)

    def squash(a: Any) -> Any:
        return AMPLITUDE * torch.tanh(STEEPNESS * a)

    def subsample(y: Any, w: Any, b: Any) -> Any:
        sums = avg_pool2d(y, 2, divisor_override=1)
        return squash(sums * w.reshape(-1, 1, 1) + b.reshape(-1, 1, 1))

    y = squash(conv2d(plane, w1.reshape(-1, 1, 5, 5), b1.reshape(-1)))
    y = subsample(y, w2, b2)
    y = squash(conv2d(y, w3.reshape(-1, MAPS_READ, 5, 5), b3.reshape(-1), groups=HALVES * n))
    y = subsample(y, w4, b4)
    y = squash((w5 @ y.reshape(n, -1, 1))[..., 0] + b5)
    return 0.5 * ((y - target) ** 2).sum()


def _torch_learner(job: Job, make_step: Callable[[], Callable]) -> Learner:
    """Step through the patterns; a step changes the weights in place or returns new ones."""
    import torch

    torch.set_num_threads(1)
    weights = tuple(map(torch.from_numpy, unpacked(job.parameters)))
    rates = tuple(map(torch.from_numpy, unpacked(job.rates)))
    planes = torch.from_numpy(job.planes)[:, None, None]
    targets = torch.from_numpy(job.targets)
    step = make_step()

    def learn() -> None:
        nonlocal weights
        for plane, target in zip(planes, targets, strict=True):
            weights = step(weights, rates, plane, target)

    return learn, lambda: list(weights)


def torch_eager(job: Job) -> Learner:
    """Go operation by operation, with autograd."""
    import torch

    def step(weights: tuple, rates: tuple, plane: Any, target: Any) -> tuple:
        for weight in weights:
            weight.requires_grad_()
        gradients = torch.autograd.grad(_torch_energy(weights, plane, target), weights)
        with torch.no_grad():
            for weight, rate, gradient in zip(weights, rates, gradients, strict=True):
                weight.addcmul_(rate, gradient, value=-1)
        return weights

    learn, result = _torch_learner(job, lambda: step)
    return learn, lambda: [weight.detach() for weight in result()]


def torch_vmap(job: Job) -> Learner:
    """Vectorised over the networks by torch.func."""
    from torch.func import grad, vmap

    def energy_of_one(weights: tuple, plane: Any, target: Any) -> Any:
        return _torch_energy(tuple(w[None] for w in weights), plane, target)

    gradients_of_all = vmap(grad(energy_of_one), in_dims=(0, None, None))

    def step(weights: tuple, rates: tuple, plane: Any, target: Any) -> tuple:
        gradients = gradients_of_all(weights, plane, target)
        for weight, rate, gradient in zip(weights, rates, gradients, strict=True):
            weight.addcmul_(rate, gradient, value=-1)
        return weights

    return _torch_learner(job, lambda: step)


def torch_compiled(job: Job) -> Learner:
    """Compile the whole step, update included."""
    import torch
    from torch.func import grad

    def step(weights: tuple, rates: tuple, plane: Any, target: Any) -> tuple:
        gradients = grad(_torch_energy)(weights, plane, target)
        return tuple(
            torch.addcmul(weight, rate, gradient, value=-1)
            for weight, rate, gradient in zip(weights, rates, gradients, strict=True)
        )

    return _torch_learner(job, lambda: torch.compile(step))


# JAX: one compiled scan over the patterns, the convolutions as matrix products (XLA's own
# convolutions are slower on a processor)


def _jax_energy(weights: tuple[Any, ...], plane: Any, target: Any) -> Any:
    """E of one pattern in one network."""
    import jax.numpy as jnp

    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = weights

    def squash(a: Any) -> Any:
        return AMPLITUDE * jnp.tanh(STEEPNESS * a)

    def columns(y: Any, side: int) -> Any:
        corners = [(i, j) for i in range(5) for j in range(5)]
        parts = [y[..., i : i + side, j : j + side] for i, j in corners]
        return jnp.stack([part.reshape(*y.shape[:-2], -1) for part in parts], -2)

    def subsample(y: Any, w: Any, b: Any) -> Any:
        return squash(w[:, None, None] * field_sums(y) + b[:, None, None])

    y = squash((w1.reshape(4, 25) @ columns(plane, 24)).reshape(4, 24, 24) + b1[:, None, None])
    y = subsample(y, w2, b2)
    below = columns(y, 8).reshape(HALVES, MAPS_READ * 25, 64)
    y = squash((w3.reshape(HALVES, 6, -1) @ below).reshape(12, 8, 8) + b3[:, None, None])
    y = subsample(y, w4, b4)
    y = squash(w5 @ y.reshape(-1) + b5)
    return 0.5 * ((y - target) ** 2).sum()


def jax_learner(job: Job) -> Learner:
    """Compile one scan over all patterns; vmap where there are several networks."""
    import jax
    import jax.numpy as jnp

    gradients_of = jax.grad(_jax_energy)
    if job.networks > 1:
        gradients_of = jax.vmap(gradients_of, (0, None, None))

    def arrays(parameters: np.ndarray) -> tuple:
        return tuple(jnp.array(a if len(a) > 1 else a[0]) for a in unpacked(parameters))

    @jax.jit
    def learn_all(weights: tuple, rates: tuple, planes: Any, targets: Any) -> tuple:
        def step(weights: tuple, pattern: tuple) -> tuple:
            gradients = gradients_of(weights, *pattern)
            moved = zip(weights, rates, gradients, strict=True)
            return tuple(w - rate * gradient for w, rate, gradient in moved), None

        return jax.lax.scan(step, weights, (planes, targets))[0]

    weights, rates = arrays(job.parameters), arrays(job.rates)
    planes, targets = jnp.array(job.planes), jnp.array(job.targets)

    def learn() -> None:
        nonlocal weights
        weights = jax.block_until_ready(learn_all(weights, rates, planes, targets))

    return learn, lambda: [w if job.networks > 1 else w[None] for w in weights]


PEERS = (
    Peer("numpy", "numpy", 1, numpy_learner),
    Peer("numpy, batched products", "numpy", 16, numpy_learner),
    Peer("PyTorch eager", "torch", 1, torch_eager),
    Peer("PyTorch vmap", "torch", 16, torch_vmap),
    Peer("PyTorch eager, networks as groups", "torch", 16, torch_eager),
    Peer("PyTorch compiled, networks as groups", "torch", 16, torch_compiled, compiler=True),
    Peer("JAX jit", "jax", 1, jax_learner),
    Peer("JAX jit, vmap", "jax", 16, jax_learner),
)
