"""Which version this is, installed or not."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path


def version() -> str:
    """Return the version that is installed, or else the tree's; "unknown" if neither tells."""
    try:
        return metadata.version("lenet1989")
    except metadata.PackageNotFoundError:
        project = Path(__file__).parents[1] / "pyproject.toml"
        if not project.exists():
            return "unknown"
        return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
