"""PyTorch: a state dict, for a module as short as the one that the book shows."""

from __future__ import annotations

import io

import numpy as np

from data_prep.errors import InputError
from reproduction.export.networks import Networks

OWN = {"weights": "weight", "biases": "bias"}
"""PyTorch's names for what a layer has."""


def contents(networks: Networks) -> bytes:
    """Make a file for torch.load(..., weights_only=True): a dict of tensors.

    "H1.weight" and "H1.bias" and so on, the networks side by side (`Networks.side_by_side`);
    "thresholds", (3,), of the highest output, the second and their difference, if there are any.

    Raises
    ------
    InputError
        When PyTorch is not installed.
    """
    try:
        import torch
    except ImportError as problem:
        raise InputError(
            f"PyTorch cannot be imported ({problem}); install it by pip install torch, or take "
            "--format npz, which has the same arrays."
        ) from None
    arrays = {_own_name(name): array for name, array in networks.side_by_side().items()}
    if networks.thresholds is not None:
        limits = networks.thresholds
        arrays["thresholds"] = np.array([limits.top, limits.second, limits.difference], np.float32)
    state = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in arrays.items()}
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()


def _own_name(name: str) -> str:
    """Return PyTorch's name: "H1.weight" for "H1.weights", "H1.bias" for "H1.biases"."""
    layer, _, what = name.rpartition(".")
    return f"{layer}.{OWN[what]}"
