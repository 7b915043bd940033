"""JSON: description and weights in one text, for a reader in any language."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from reproduction.export.networks import Networks


def contents(networks: Networks) -> bytes:
    """Make a JSON text: the description, "arrays" as lists in lists, and an "example"."""
    found = networks.description()
    found["arrays"] = {name: _written(array) for name, array in networks.arrays().items()}
    found["example"] = {name: _written(array) for name, array in networks.example().items()}
    return (json.dumps(found, allow_nan=False) + "\n").encode()


def _written(array: np.ndarray) -> Any:
    """Return lists of the shortest decimal numbers that round to the array's own."""
    return array.astype(np.str_).astype(np.float64).tolist()
