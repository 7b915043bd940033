"""npz: the arrays themselves, for numpy and whatever else reads its files."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

from reproduction.export.networks import Networks


def contents(networks: Networks) -> bytes:
    """Make an .npz of `Networks.arrays`.

    Beside them are "about", the description as JSON text, and "example.image" and
    "example.outputs".
    """
    file = io.BytesIO()
    arrays: dict[str, Any] = {"about": np.array(json.dumps(networks.description()))}
    arrays |= networks.arrays()
    arrays |= {f"example.{name}": array for name, array in networks.example().items()}
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()
