"""The lines that the book shows for each format read what is exported."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reproduction import LENET1
from reproduction.evaluation import Thresholds, committee
from reproduction.export import ENDINGS, Networks, contents
from reproduction.network import NETWORKS
from tests.reproduction.export.taken import bank, images, networks

PAGE = Path(__file__).parents[3] / "book" / "elsewhere.md"

LIMITS = {"accepted": Thresholds(), "rejected": Thresholds(difference=10.0)}
"""By verdict: nothing is rejected, or all."""


def block(language: str, word: str) -> str:
    """Return the one block of the page in a language that has a word in it."""
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    (found,) = (each for each in blocks if word in each)
    return found


@pytest.fixture(params=list(LIMITS))
def verdict(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def taken(verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Networks:
    """Return sixteen networks, whose paper.npz is in the folder at hand."""
    monkeypatch.chdir(tmp_path)
    found = replace(networks(LENET1, NETWORKS), thresholds=LIMITS[verdict])
    Path("paper.npz").write_bytes(contents(found, "npz"))
    return found


def engines() -> np.ndarray:
    """Return what the engine's committee makes of the example: (10,)."""
    outputs = bank(LENET1, NETWORKS).outputs(LENET1.planes(images(1)))
    return committee(outputs)[0, :, 0]


def run_python(lines: str) -> Mapping[str, Any]:
    """Run lines of Python, and return what they leave."""
    found: dict[str, Any] = {}
    exec(lines, found)
    return found


def test_numpy(taken: Networks) -> None:
    lines = block(r"\{code-cell\} ipython3", "sliding_window_view")
    np.testing.assert_allclose(run_python(lines)["outputs"], engines(), atol=1e-5, rtol=0)


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
def test_javascript(taken: Networks, verdict: str) -> None:
    Path("paper.json").write_bytes(contents(taken, "json"))
    printed = "console.log(JSON.stringify([accepted, outputs, outputs.indexOf(top)]))"
    lines = re.sub(r"console\.log.*", printed, block("js", "read"))
    ran = subprocess.run(
        ["node", "--input-type=module", "-"], input=lines, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    accepted, outputs, answer = json.loads(ran.stdout)
    assert accepted is (verdict == "accepted")
    np.testing.assert_allclose(outputs, engines(), atol=1e-5, rtol=0)
    assert answer == engines().argmax()


@pytest.mark.parametrize(("form", "library"), [("onnx", "onnxruntime"), ("torch", "torch")])
def test_python(taken: Networks, verdict: str, form: str, library: str) -> None:
    for name in (form, library):
        pytest.importorskip(name)
    Path(f"paper{ENDINGS[form]}").write_bytes(contents(taken, form))
    found = run_python(block("python", f"import {library}"))
    np.testing.assert_allclose(found["outputs"], [engines()], atol=1e-5, rtol=0)
    assert found["accepted"].tolist() == [verdict == "accepted"]
    assert found["answers"].tolist() == [engines().argmax()]
