"""Trained networks in the formats of other tools: `networks` says what goes out, the rest how.

A module a format, each with a function `contents` that makes a file's bytes: `numpy_arrays`,
`json_text`, `onnx_graph`, `torch_state`.
"""

from __future__ import annotations

from importlib import import_module

from reproduction.export.networks import MARGIN, Networks, networks_of

ENDINGS = {"npz": ".npz", "json": ".json", "onnx": ".onnx", "torch": ".pt"}
"""The formats, and how the names of their files end."""

_MODULES = {
    "npz": "numpy_arrays",
    "json": "json_text",
    "onnx": "onnx_graph",
    "torch": "torch_state",
}


def contents(networks: Networks, form: str) -> bytes:
    """Make the bytes of a file that holds some networks.

    Parameters
    ----------
    networks : Networks
    form : {"npz", "json", "onnx", "torch"}

    Raises
    ------
    InputError
        When the format's library is not installed.
    """
    module = import_module(f"{__name__}.{_MODULES[form]}")  # only the library that it takes
    return module.contents(networks)


__all__ = ["ENDINGS", "MARGIN", "Networks", "contents", "networks_of"]
