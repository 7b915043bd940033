"""An ONNX model computes what the engine computes, of whatever layers it is made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reproduction.evaluation import answers, committee
from reproduction.export import contents
from reproduction.network import Architecture
from tests.reproduction.export.taken import EVERY, LIMITS, bank, images, networks

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


@pytest.mark.parametrize("architecture", EVERY.values(), ids=list(EVERY))
def test_outputs_and_verdicts_are_the_engines(architecture: Architecture) -> None:
    digits = images(60)
    session = onnxruntime.InferenceSession(contents(networks(architecture), "onnx"))
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(names, {"images": digits}), strict=True))
    each = bank(architecture).outputs(architecture.planes(digits))
    np.testing.assert_allclose(np.moveaxis(found["each"], 1, 2), each, atol=1e-5, rtol=0)
    together = committee(each)
    np.testing.assert_allclose(found["outputs"], together[:, :, 0], atol=1e-5, rtol=0)
    np.testing.assert_array_equal(found["answers"], answers(together)[:, 0])
    np.testing.assert_array_equal(found["accepted"], LIMITS.accept(together)[:, 0])


def test_one_network_of_several_comes_without_a_rejection() -> None:
    taken = replace(networks(EVERY["FC40"], 1), thresholds=None)
    session = onnxruntime.InferenceSession(contents(taken, "onnx"))
    assert {output.name for output in session.get_outputs()} == {"outputs", "answers", "each"}
    one = session.run(["outputs"], {"images": images()})[0]
    expected = bank(EVERY["FC40"], 1).outputs(images())[:, :, 0]
    np.testing.assert_allclose(one, expected, atol=1e-5, rtol=0)


def test_the_same_networks_make_the_same_bytes() -> None:
    assert contents(networks(EVERY["LENET1"]), "onnx") == contents(
        networks(EVERY["LENET1"]), "onnx"
    )
