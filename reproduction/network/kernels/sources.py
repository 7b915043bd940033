"""The engine's sources, and the hash by which equal bits are known. Imports no compiler."""

from __future__ import annotations

import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_SOURCES = [_PACKAGE / "lanes.py", *sorted((_PACKAGE / "kernels").glob("*.py"))]


def sources_sha256() -> str:
    """Return the SHA-256 of the engine's sources: what the bits of a training depend on."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()
