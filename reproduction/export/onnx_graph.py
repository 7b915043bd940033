"""ONNX: the whole way from a 16 x 16 image to the verdict, as one graph that runtimes execute."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from data_prep.errors import InputError
from reproduction.evaluation import Thresholds
from reproduction.export.networks import Networks
from reproduction.network import (
    CROSS_ENTROPY,
    Border,
    Connection,
    Convolution,
    Plane,
    Subsampling,
)
from reproduction.network.architecture import IMAGE_SIDE

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

OPSET, IR_VERSION = 17, 8
"""Of 2022: what a graph needs is in them, and few runtimes are older."""


def contents(networks: Networks) -> bytes:
    """Make an ONNX model.

    Input: "images", float32, (n, 16, 16). Outputs: "outputs", float32, (n, 10), of a committee the
    mean; "answers", int64, (n,); "each", float32, (n, networks, 10); and of a committee "accepted",
    bool, (n,), by its thresholds.

    Raises
    ------
    InputError
        When the package onnx is not installed.
    """
    try:
        import onnx
    except ImportError as problem:
        raise InputError(
            f"The package onnx cannot be imported ({problem}); install it by pip install onnx, or "
            "take another --format."
        ) from None
    model = _model(networks)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


class _Graph:
    """Nodes and constants, written one after the other; each returns its name."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}

    def constant(self, name: str, values: Any, kind: type = np.float32) -> str:
        self.constants[name] = np.asarray(values, kind)
        return name

    def node(
        self,
        operator: str,
        *inputs: str,
        name: str,
        outputs: Sequence[str] = (),
        **attributes: Any,
    ) -> str:
        from onnx import helper

        node = helper.make_node(operator, inputs, outputs or [name], name, **attributes)
        self.nodes.append(node)
        return name


def _model(networks: Networks) -> ModelProto:
    """Write the graph, with the description as its metadata."""
    from onnx import TensorProto, helper, numpy_helper

    graph, units, count = _Graph(), networks.architecture.outputs, len(networks.seeds)
    each = _layers(graph, networks)
    if networks.architecture.energy == CROSS_ENTROPY:
        graph.node("Softmax", each, name="each", axis=2)
    else:
        graph.node("Identity", each, name="each")
    graph.node("ReduceMean", "each", name="outputs", axes=[1], keepdims=0)
    graph.node("ArgMax", "outputs", name="answers", axis=1, keepdims=0)
    results = [
        ("outputs", TensorProto.FLOAT, ["n", units]),
        ("answers", TensorProto.INT64, ["n"]),
        ("each", TensorProto.FLOAT, ["n", count, units]),
    ]
    if networks.thresholds is not None:
        _rejection(graph, networks.thresholds)
        results.append(("accepted", TensorProto.BOOL, ["n"]))
    images = helper.make_tensor_value_info(
        "images", TensorProto.FLOAT, ["n", IMAGE_SIDE, IMAGE_SIDE]
    )
    whole = helper.make_graph(
        graph.nodes,
        networks.architecture.name,
        [images],
        [helper.make_tensor_value_info(*result) for result in results],
        [numpy_helper.from_array(values, name) for name, values in graph.constants.items()],
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(
        whole, producer_name="lenet1989", ir_version=IR_VERSION, opset_imports=opset
    )
    described = networks.description()
    helper.set_model_props(model, {name: json.dumps(found) for name, found in described.items()})
    return model


def _layers(graph: _Graph, networks: Networks) -> str:
    """Write all layers, the networks side by side; return their sums, (n, networks, units)."""
    architecture, count = networks.architecture, len(networks.seeds)
    arrays = networks.side_by_side()
    amplitude = graph.constant("amplitude", architecture.squashing.amplitude)
    steepness = graph.constant("steepness", architecture.squashing.steepness)
    units, groups = _plane(graph, architecture.plane), 1
    for layer in architecture.layers:
        if isinstance(layer, Subsampling):
            units = _average(graph, layer, units, arrays)
        else:
            units = _convolution(graph, layer, units, arrays, groups)
        if f"{layer.name}.weights" in arrays:
            groups = count  # until then, all networks read the same maps
        if layer.squashed:
            units = graph.node("Mul", units, steepness, name=f"{layer.name}/argument")
            units = graph.node("Tanh", units, name=f"{layer.name}/tanh")
            units = graph.node("Mul", units, amplitude, name=f"{layer.name}/units")
    shape = graph.constant("each/shape", [-1, count, architecture.outputs], np.int64)
    return graph.node("Reshape", units, shape, name="each/sums")


def _plane(graph: _Graph, plane: Plane) -> str:
    """Place the images in the input plane, as one map."""
    axis = graph.constant("plane/axis", [1], np.int64)
    images = graph.node("Unsqueeze", "images", axis, name="plane/image")
    bottom = plane.height - plane.top - IMAGE_SIDE
    right = plane.width - plane.left - IMAGE_SIDE
    border = Border(plane.top, bottom, plane.left, right, plane.background)
    return _bordered(graph, images, border, "plane/border")


def _bordered(graph: _Graph, units: str, border: Border, name: str) -> str:
    """Put a border around all maps, if it has any width."""
    sides = [border.top, border.left, border.bottom, border.right]
    if not any(sides):
        return units
    widths = graph.constant(f"{name}/widths", [0, 0, *sides[:2], 0, 0, *sides[2:]], np.int64)
    value = graph.constant(f"{name}/value", border.value)
    return graph.node("Pad", units, widths, value, name=name)


def _convolution(
    graph: _Graph,
    layer: Convolution | Connection,
    units: str,
    arrays: Mapping[str, np.ndarray],
    groups: int,
) -> str:
    """Write a convolution, or a Connection as one whose kernels are as large as the maps."""
    stride = 1
    if isinstance(layer, Convolution):
        stride = layer.stride
        units = _bordered(graph, units, layer.border, f"{layer.name}/border")
    biases = arrays[f"{layer.name}.biases"]
    kernels = graph.constant(f"{layer.name}/kernels", arrays[f"{layer.name}.weights"])
    offsets = graph.constant(f"{layer.name}/biases", biases)
    shared = [offsets] if biases.ndim == 1 else []
    name = f"{layer.name}/{'sums' if shared else 'products'}"
    sums = graph.node(
        "Conv", units, kernels, *shared, name=name, strides=[stride, stride], group=groups
    )
    return sums if shared else graph.node("Add", sums, offsets, name=f"{layer.name}/sums")


def _average(
    graph: _Graph,
    layer: Subsampling,
    units: str,
    arrays: Mapping[str, np.ndarray],
) -> str:
    """Write an averaging layer: four times the mean of a field is its sum."""
    units = graph.node(
        "AveragePool", units, name=f"{layer.name}/means", kernel_shape=[2, 2], strides=[2, 2]
    )
    factor = np.float32(1 if layer.mean else 4)
    values = factor * arrays.get(f"{layer.name}.weights", np.float32(1))
    weights = graph.constant(f"{layer.name}/weights", values)
    units = graph.node("Mul", units, weights, name=f"{layer.name}/products")
    if not layer.learned:
        return units
    biases = graph.constant(f"{layer.name}/biases", arrays[f"{layer.name}.biases"])
    return graph.node("Add", units, biases, name=f"{layer.name}/sums")


def _rejection(graph: _Graph, limits: Thresholds) -> None:
    """Write "accepted": the highest output, the second and their difference within limits."""
    two = graph.constant("two", [2], np.int64)
    graph.node("TopK", "outputs", two, name="top", outputs=["top/both", "top/classes"], axis=1)
    columns = [graph.constant(f"top/{number}", number, np.int64) for number in range(2)]
    highest = graph.node("Gather", "top/both", columns[0], name="top/highest", axis=1)
    second = graph.node("Gather", "top/both", columns[1], name="top/second", axis=1)
    difference = graph.node("Sub", highest, second, name="top/difference")
    least = graph.constant("accepted/top", limits.top)
    most = graph.constant("accepted/second", limits.second)
    apart = graph.constant("accepted/difference", limits.difference)
    high = graph.node("Greater", highest, least, name="accepted/by-top")
    low = graph.node("Less", second, most, name="accepted/by-second")
    clear = graph.node("Greater", difference, apart, name="accepted/by-difference")
    both = graph.node("And", high, low, name="accepted/by-both")
    graph.node("And", both, clear, name="accepted")
