"""Run the book's JavaScript by node's own test runner, beside what the engine says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")
OLDEST = 18
"""The first node with a test runner."""

needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def run(name: str, oracle: Any, folder: Path) -> None:
    """Run tests/js/NAME.test.mjs, which finds `oracle` as JSON where ORACLE says.

    Parameters
    ----------
    name : str
    oracle : object
        What json can write; arrays become lists.
    folder : Path
        Where the JSON goes.
    """
    said = subprocess.run([str(NODE), "--version"], capture_output=True, text=True, check=True)
    if int(said.stdout.removeprefix("v").split(".")[0]) < OLDEST:
        pytest.skip(f"node {said.stdout.strip()} has no test runner")
    path = folder / f"{name}.json"
    path.write_text(json.dumps(oracle, default=_plain), encoding="utf-8")
    done = subprocess.run(
        [str(NODE), "--test", str(HERE / f"{name}.test.mjs")],
        env={**os.environ, "ORACLE": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(type(value))
