"""What is exported are the run's own weights, in arrays that compute what the engine computes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.signal import correlate

from data_prep.errors import InputError
from reproduction import runs
from reproduction.evaluation import Thresholds
from reproduction.export import MARGIN, contents, networks_of
from reproduction.learning.converter import converter
from reproduction.network import Architecture, Convolution, Subsampling
from tests.reproduction.export.taken import EVERY, ODD, bank, images, networks
from tests.reproduction.made import PLAIN_STAGE, SMALL, TEST, TRAIN, recipe

SETS = {"train": TRAIN, "test_handwritten": TEST}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    plan = runs.plan_of(recipe(PLAIN_STAGE), SMALL, (4, 0, 9), SETS)
    return runs.train_run(tmp_path_factory.mktemp("made"), plan, SETS)


def outputs(found: dict[str, Any], arrays: dict[str, np.ndarray], image: np.ndarray) -> np.ndarray:
    """Compute one network's outputs from what a file says, by scipy and in float64."""
    architecture = found["architecture"]
    plane = architecture["plane"]
    x = np.full((1, plane["height"], plane["width"]), plane["background"])
    x[0, plane["top"] :, plane["left"] :][:16, :16] = image
    for layer in architecture["layers"]:
        w, b = (arrays.get(f"{layer['name']}.{what}") for what in ("weights", "biases"))
        if layer["kind"] == "Subsampling":
            a = sum(x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)) / (4 if layer["mean"] else 1)
            a = a if w is None else w[:, None, None] * a + b[:, None, None]
        else:
            edge, stride = layer.get("border", {}), layer.get("stride", 1)
            sides = [(0, 0), *((edge.get(one, 0), edge.get(other, 0)) for one, other in SIDES)]
            x = np.pad(x, sides, constant_values=edge.get("value", 0))
            a = np.array([correlate(x, kernel, "valid")[0, ::stride, ::stride] for kernel in w])
            a = a + b.reshape(len(b), *(b.shape[1:] or (1, 1)))
        squashing = architecture["squashing"]
        amplitude, steepness = squashing["amplitude"], squashing["steepness"]
        x = amplitude * np.tanh(steepness * a) if layer["squashed"] else a
    x = x.ravel()
    return np.exp(x) / np.exp(x).sum() if architecture["energy"] == "cross-entropy" else x


SIDES = (("top", "bottom"), ("left", "right"))


@pytest.mark.parametrize("architecture", EVERY.values(), ids=list(EVERY))
def test_a_file_says_all_that_it_takes(architecture: Architecture) -> None:
    taken = networks(architecture)
    found, arrays, example = read(contents(taken, "json"), "json")
    engine = bank(architecture).outputs(architecture.planes(images()))
    for number in range(len(taken.seeds)):
        own = {name: array[number].astype(np.float64) for name, array in arrays.items()}
        for image, expected in zip(images(), engine[:, :, number], strict=True):
            np.testing.assert_allclose(outputs(found, own, image), expected, atol=1e-5)
        stated = example["outputs"][number]
        np.testing.assert_allclose(outputs(found, own, example["image"]), stated, atol=1e-7)


def read(
    file: bytes, form: str
) -> tuple[dict[str, Any], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return description, arrays and example of a file, arrays as float32."""
    if form == "json":
        found = json.loads(file)
        arrays = {name: np.array(values) for name, values in found.pop("arrays").items()}
        example = {name: np.array(values) for name, values in found.pop("example").items()}
    else:
        with np.load(io.BytesIO(file), allow_pickle=False) as kept:
            arrays = dict(kept)
        found = json.loads(str(arrays.pop("about")))
        examples = [name for name in arrays if name.startswith("example.")]
        example = {name.removeprefix("example."): arrays.pop(name) for name in examples}
    return found, {name: np.float32(array) for name, array in arrays.items()}, example


@pytest.mark.parametrize("form", ["npz", "json"])
@pytest.mark.parametrize("architecture", EVERY.values(), ids=list(EVERY))
def test_what_comes_back_is_what_went_out(architecture: Architecture, form: str) -> None:
    taken = networks(architecture)
    found, arrays, _ = read(contents(taken, form), form)
    assert converter.structure(found["architecture"], Architecture) == architecture
    assert Thresholds.from_json(found["thresholds"]) == taken.thresholds
    assert found["seeds"] == list(taken.seeds)
    rebuilt = [
        in_the_engines_order(architecture, name, array[number])
        for number in range(len(taken.seeds))
        for name, array in arrays.items()
    ]
    np.testing.assert_array_equal(np.concatenate(rebuilt), taken.parameters.T.ravel())
    assert {name: len(axes) for name, axes in found["axes"].items()} == {
        name: array.ndim for name, array in arrays.items()
    }


def in_the_engines_order(architecture: Architecture, name: str, array: np.ndarray) -> np.ndarray:
    """Return an array as the engine has it; what its tables leave out must be 0."""
    layer, _, what = name.rpartition(".")
    number = [each.name for each in architecture.layers].index(layer)
    if what == "biases" or not isinstance(architecture.layers[number], Convolution):
        return array.ravel()
    table = architecture.shapes[number].table
    rest = array.copy()
    for one, reads in enumerate(table):
        rest[one, list(reads)] = 0
    assert not rest.any()
    return np.concatenate([array[one, list(reads)].ravel() for one, reads in enumerate(table)])


def test_a_run_is_exported_as_its_committee(run: runs.Run) -> None:
    taken = networks_of(run)
    assert taken.seeds == (4, 0, 9)
    assert taken.description()["weights_sha256"] == run.summary["weights_sha256"]
    (limits,) = (
        one["thresholds"] for part, one in run.summary["committee"].items() if part == TRIED
    )
    fitted, exported = Thresholds.from_json(limits), taken.thresholds
    assert exported is not None
    assert exported.top == fitted.top + MARGIN
    assert exported.second == fitted.second - MARGIN
    assert exported.difference == fitted.difference + MARGIN


TRIED = "test_handwritten"


def test_one_network_of_a_run_is_the_one_of_its_seed(run: runs.Run) -> None:
    taken = networks_of(run, seed=9)
    (bank,) = run.banks()
    np.testing.assert_array_equal(taken.parameters[:, 0], bank.parameters[:, 2])
    assert taken.seeds == (9,)
    assert taken.thresholds is None
    with pytest.raises(InputError, match=r"no network of seed 3; its 3 seeds lie between 0 and 9"):
        networks_of(run, seed=3)


def test_no_weights_that_are_no_numbers_are_exported() -> None:
    taken = networks(ODD)
    for value in (np.nan, np.inf):
        spoiled = taken.parameters.copy()
        spoiled[17, 1] = value
        with pytest.raises(InputError, match="The network of seed 1 has diverged"):
            replace(taken, parameters=spoiled)


def test_layers_without_weights_have_no_arrays() -> None:
    names = {name.rpartition(".")[0] for name in networks(ODD).arrays()}
    averages = {layer.name for layer in ODD.layers if isinstance(layer, Subsampling)}
    assert averages - names == {"S0"}
