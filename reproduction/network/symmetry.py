"""What can be turned or exchanged in a network without a change of its outputs.

So two networks can be compared by what they do and not by the chance of a sign or of an order.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import scipy

from data_prep.errors import InputError
from reproduction.network import plain
from reproduction.network.architecture import TABLE_1, Architecture
from reproduction.network.bank import Bank
from reproduction.network.layers import Connection, Convolution, Subsampling


def turned(bank: Bank, network: int = 0) -> Bank:
    """Return a network's twin in which empty paper makes the middle of no hidden map positive.

    f is odd: when all weights and the bias into a map change sign, and all weights out of it too,
    the outputs remain. So a map's sign is a matter of chance, and maps are drawn more alike if it
    is chosen alike.

    Parameters
    ----------
    bank : Bank
    network : int
        Its place in the bank.

    Returns
    -------
    Bank
        Of one network.

    Raises
    ------
    InputError
        When a border around hidden maps holds another value than 0, which does not turn with them.
    """
    architecture = bank.architecture
    _check_borders(architecture)
    blank = architecture.planes(np.full((1, 16, 16), -1, np.float32))
    values = plain.units(architecture, bank.parameters[:, network], blank)
    twin = Bank(architecture, (bank.seeds[network],))
    twin.parameters[:, 0] = bank.parameters[:, network]
    below = np.ones(1)
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        if isinstance(layer, Subsampling) and not layer.learned:
            continue  # turned with the maps below it
        last = layer is architecture.layers[-1]
        middle = values[layer.name][0, :, shape.height // 2, shape.width // 2]
        signs = np.where((middle > 0) & (not last), -1.0, 1.0)
        weights, biases = twin.weights(layer.name)[..., 0], twin.biases(layer.name)[..., 0]
        if isinstance(layer, Connection):
            both = signs[:, np.newaxis] * below.repeat(weights.shape[1] // len(below))
        else:
            both = np.array(
                [signs[to] * below[n] for to, row in enumerate(shape.table) for n in row]
            )
        weights *= both.reshape(both.shape + (1,) * (weights.ndim - both.ndim))
        biases *= signs.reshape(signs.shape + (1,) * (biases.ndim - 1))
        below = signs
    return twin


def _check_borders(architecture: Architecture) -> None:
    for layer in architecture.layers[1:]:
        if isinstance(layer, Convolution):
            border = layer.border
            if border.value and max(border.top, border.bottom, border.left, border.right):
                raise InputError(
                    f"{architecture.name}, {layer.name}: the border around the maps below holds "
                    f"{border.value:g} and does not turn with them; only a border of 0 does."
                )


def arrangements(kernels: np.ndarray) -> np.ndarray:
    """Give the orders in which LeNet-1's four H1 maps can stand without a change of the outputs.

    Those that leave Table 1 as it is, H2 and H3 maps going along: maps 1 and 2 may change places,
    3 and 4 may, and the two halves may.

    Parameters
    ----------
    kernels : ndarray, shape (4, ...)

    Returns
    -------
    ndarray, shape (8, 4, ...)
    """
    wanted = sorted(TABLE_1)
    orders = [
        order
        for order in permutations(range(4))
        if sorted(tuple(sorted(order[n] for n in row)) for row in TABLE_1) == wanted
    ]
    return kernels[np.array(orders)]


def most_alike(kernels: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float]:
    """Arrange and turn a network's H1 kernels so that they are most like another network's.

    Parameters
    ----------
    kernels, other : ndarray, shape (4, 5, 5)

    Returns
    -------
    ndarray, shape (4, 5, 5)
        The kernels, arranged and turned.
    float
        The mean of the four cosines between the kernels and the other network's.
    """
    orders = arrangements(kernels)
    norms = np.linalg.norm(orders, axis=(2, 3)) * np.linalg.norm(other, axis=(1, 2))
    cosines = (orders * other).sum(axis=(2, 3)) / norms
    best = np.abs(cosines).mean(axis=1).argmax()
    signs = np.where(cosines[best] < 0, -1.0, 1.0)
    return orders[best] * signs[:, np.newaxis, np.newaxis], float(np.abs(cosines[best]).mean())


def arranged_like(table: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, int]:
    """Put the maps of a connection table into the order in which it is most like another.

    Maps below can change places, and so can maps above: only which reads which says anything.

    Parameters
    ----------
    table, other : ndarray of bool, shape (maps, maps below)
        Which map reads which below; few maps below, as all their orders are tried.

    Returns
    -------
    ndarray of bool, shape (maps, maps below)
        The table in that order.
    int
        How many connections it then has in common with the other.
    """
    best, most = table, -1
    for columns in permutations(range(table.shape[1])):
        there = table[:, columns].astype(int)
        rows, places = scipy.optimize.linear_sum_assignment(
            there @ other.T.astype(int), maximize=True
        )
        in_common = int((there[rows] & other[places]).sum())
        if in_common > most:
            best, most = np.empty_like(table), in_common
            best[places] = there[rows].astype(bool)
    return best, most
