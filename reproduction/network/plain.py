"""The network in plain sums: every unit of any architecture, in float64 numpy, to be read.

For each unit i, a_i = sum of w_ij x_j + b_i and x_i = f(a_i), as the paper says; the layers differ
in which x_j a unit reads and which of its w_ij are one number. It shares no code with the engine,
which computes the same for sixteen networks at once.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reproduction.network.architecture import CROSS_ENTROPY, Architecture, Squashing
from reproduction.network.layers import Convolution, Subsampling
from reproduction.network.shapes import Shape


def units(
    architecture: Architecture, parameters: np.ndarray, planes: np.ndarray
) -> dict[str, np.ndarray]:
    """Compute all units of one network for some patterns.

    Parameters
    ----------
    architecture : Architecture
    parameters : ndarray, shape (p,)
        One network's weights and biases, as a column of `Bank.parameters`.
    planes : ndarray, shape (n, height, width)
        Patterns in the input plane: `architecture.planes(images)`.

    Returns
    -------
    dict of str to ndarray, float64, shape (n, maps, height, width)
        "input" and every layer's name -> its units; the last layer's are probabilities where the
        architecture minimises cross-entropy.
    """
    x = planes[:, np.newaxis].astype(np.float64)
    found = {"input": x}
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        w = part(architecture, parameters, f"{layer.name}.weights")
        b = part(architecture, parameters, f"{layer.name}.biases")
        if isinstance(layer, Convolution):
            a = convolution(layer, shape, w, b, x)
        elif isinstance(layer, Subsampling):
            a = subsampling(layer, w, b, x)
        else:
            a = connection(w, b, x)
        x = squashed(architecture.squashing, a) if layer.squashed else a
        found[layer.name] = x
    if architecture.energy == CROSS_ENTROPY:
        found[layer.name] = softmax(x)
    return found


def units_of(
    architecture: Architecture, parameters: np.ndarray, image: np.ndarray
) -> dict[str, np.ndarray]:
    """Compute all units of one network for one digit.

    Parameters
    ----------
    architecture : Architecture
    parameters : ndarray, shape (p,)
    image : ndarray, shape (16, 16)

    Returns
    -------
    dict of str to ndarray, float64, shape (maps, height, width)
        As `units`, without the axis of patterns.
    """
    found = units(architecture, parameters, architecture.planes(image[np.newaxis]))
    return {name: maps[0] for name, maps in found.items()}


def outputs(architecture: Architecture, parameters: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Compute the output units of one network: as `units`, float64, shape (n, outputs)."""
    return units(architecture, parameters, planes)[architecture.layers[-1].name][:, :, 0, 0]


def slopes(
    architecture: Architecture,
    parameters: np.ndarray,
    planes: np.ndarray,
    members: Iterable[int],
    step: float = 1e-4,
) -> np.ndarray:
    """Return how much each output changes with single weights: central difference quotients.

    Parameters
    ----------
    architecture : Architecture
    parameters : ndarray, shape (p,)
    planes : ndarray, shape (n, height, width)
    members : iterable of int
        The numbers of the m weights or biases that are moved, each by itself.
    step : float
        By how much, up and down.

    Returns
    -------
    ndarray, float64, shape (m, n, outputs)
    """
    found = []
    for member in members:
        there, back = parameters.astype(np.float64), parameters.astype(np.float64)
        there[member] += step
        back[member] -= step
        rise = outputs(architecture, there, planes) - outputs(architecture, back, planes)
        found.append(rise / (2 * step))
    return np.array(found)


def part(architecture: Architecture, parameters: np.ndarray, name: str) -> np.ndarray:
    """Return a layer's weights or biases, by "H1.weights", in their own shape."""
    place, shape = architecture.parameters[name]
    return parameters[place].reshape(shape).astype(np.float64)


def convolution(
    layer: Convolution, shape: Shape, w: np.ndarray, b: np.ndarray, x: np.ndarray
) -> np.ndarray:
    """Return a_i = b + the sum, over the maps below that its map reads, of kernel times field."""
    edge = layer.border
    around = ((0, 0), (0, 0), (edge.top, edge.bottom), (edge.left, edge.right))
    x = np.pad(x, around, constant_values=edge.value)
    fields = sliding_window_view(x, (layer.kernel, layer.kernel), axis=(2, 3))
    fields = fields[:, :, :: layer.stride, :: layer.stride]
    a = np.zeros((len(x), shape.maps, shape.height, shape.width))
    kernels = iter(w)
    for number, reads in enumerate(shape.table):
        a[:, number] = b[number]
        for below in reads:
            a[:, number] += np.einsum("nyxij,ij->nyx", fields[:, below], next(kernels))
    return a


def subsampling(layer: Subsampling, w: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return a_i = w times the sum, or the mean, of a 2 x 2 field, + b; or without w and b."""
    patterns, maps, height, width = x.shape
    fields = x.reshape(patterns, maps, height // 2, 2, width // 2, 2)
    a = fields.mean(axis=(3, 5)) if layer.mean else fields.sum(axis=(3, 5))
    return w.reshape(-1, 1, 1) * a + b.reshape(-1, 1, 1) if layer.learned else a


def connection(w: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return a_i = the sum of w_ij x_j over all units below, + b_i."""
    a = x.reshape(len(x), -1) @ w.T + b
    return a[:, :, np.newaxis, np.newaxis]


def squashed(squashing: Squashing, a: np.ndarray) -> np.ndarray:
    """Return f(a) = A tanh(S a)."""
    return squashing.amplitude * np.tanh(squashing.steepness * a)


def softmax(a: np.ndarray) -> np.ndarray:
    """Return p_i = exp(a_i) / sum of all exp(a_j); less the largest a, so that none overflows."""
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
