"""What a unit sees in the input plane, through all layers below it; which parameters are whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reproduction.network.architecture import IMAGE_SIDE, LENET1, Architecture
from reproduction.network.layers import Connection, Convolution


@dataclass(frozen=True)
class Field:
    """The square of the input plane that one unit of a layer sees.

    Attributes
    ----------
    side : int
        In units of the plane, or of the borders around it and around the maps between.
    step : int
        From one unit's field to its neighbour's.
    """

    side: int
    step: int


def fields(architecture: Architecture) -> dict[str, Field]:
    """Return the field of a unit of every layer of maps, those of full connections left out.

    Returns
    -------
    dict of str to Field
        The layer's name -> the field.
    """
    side, step = 1, 1
    found = {}
    for layer in architecture.layers:
        if isinstance(layer, Connection):
            break
        window, stride = 2, 2
        if isinstance(layer, Convolution):
            window, stride = layer.kernel, layer.stride
        side, step = side + (window - 1) * step, step * stride
        found[layer.name] = Field(side, step)
    return found


def seen_by_h1() -> np.ndarray:
    """Tell which units of an H1 map of LeNet-1 see at least one pixel: bool, (24, 24)."""
    plane, side = LENET1.plane, fields(LENET1)["H1"].side
    pixels = np.zeros((plane.height, plane.width), bool)
    pixels[plane.top : plane.top + IMAGE_SIDE, plane.left : plane.left + IMAGE_SIDE] = True
    windows = sliding_window_view(pixels, (side, side))
    return np.asarray(windows.any(axis=(2, 3)))


def groups_by_fan_in(architecture: Architecture) -> Iterator[tuple[str, int, np.ndarray]]:
    """Give each layer's parameters, split by F where its units differ in it."""
    for layer in architecture.layers:
        members = members_of(architecture, layer.name)
        for fan_in in np.unique(architecture.fan_in[members]):
            yield layer.name, int(fan_in), members[architecture.fan_in[members] == fan_in]


def members_of(architecture: Architecture, layer: str) -> np.ndarray:
    """Return the numbers of a layer's weights and biases."""
    places = [architecture.parameters[f"{layer}.{what}"][0] for what in ("weights", "biases")]
    return np.concatenate([np.arange(place.start, place.stop) for place in places])
