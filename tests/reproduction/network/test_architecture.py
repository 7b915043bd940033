"""Layers, connection tables and the counts that the papers print."""

import dataclasses
import re
from math import inf, nan

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction.network import (
    ARCHITECTURES,
    CROSS_ENTROPY,
    LENET1,
    SQUARES,
    TABLE_1,
    Architecture,
    Border,
    Connection,
    Convolution,
    Counts,
    Plane,
    Squashing,
    Subsampling,
)
from tests.reproduction.reference import SISTER_LIKE

# --- what the papers print -------------------------------------------------------------------


def test_the_papers_totals_follow_from_its_layers():
    """NIPS 1989, p. 402; the input plane and the bias unit are counted as units."""
    assert LENET1.counts() == Counts(units=4635, connections=98442, parameters=2578)


@pytest.mark.parametrize(
    ("number", "maps", "side", "connections", "parameters"),
    [
        (0, 4, 24, 4 * 576 * 26, 4 * 26),
        (1, 4, 12, 4 * 144 * 5, 4 * 2),
        (2, 12, 8, 64 * (20 * 25 + 12), 20 * 25 + 12),
        (3, 12, 4, 12 * 16 * 5, 12 * 2),
        (4, 10, 1, 10 * 193, 10 * 193),
    ],
    ids=["H1", "H2", "H3", "H4", "output"],
)
def test_every_layer_has_the_papers_size(number, maps, side, connections, parameters):
    shape = LENET1.shapes[number]
    assert (shape.maps, shape.height, shape.width) == (maps, side, side)
    assert shape.units == maps * side * side
    assert shape.connections == connections
    assert shape.parameters == parameters


def test_layers_are_named_as_in_the_paper():
    assert [layer.name for layer in LENET1.layers] == ["H1", "H2", "H3", "H4", "output"]
    assert LENET1.outputs == 10
    assert ARCHITECTURES["LENET1"] is LENET1


def test_the_other_convention_counts_the_pixels_of_the_image_and_no_bias_unit():
    counts = LENET1.counts(plane_and_bias_unit=False)
    assert counts == Counts(units=4635 - 28 * 28 - 1 + 256, connections=98442, parameters=2578)


def test_a_network_like_the_sister_papers_has_its_totals():
    """Neural Computation 1989: 1256 units, 64660 connections, 9760 parameters."""
    counts = SISTER_LIKE.counts(plane_and_bias_unit=False)
    assert counts == Counts(units=1256, connections=64660, parameters=9760)
    assert [shape.connections for shape in SISTER_LIKE.shapes] == [19968, 38592, 5790, 310]
    assert [(s.maps, s.height, s.width) for s in SISTER_LIKE.shapes[:2]] == [(12, 8, 8), (12, 4, 4)]


def test_the_connection_table_is_the_papers():
    """Table 1 a second time, as it is printed: H2 maps down, H3 maps across."""
    printed = """
        1  X X X . X X . . . . . .
        2  . X X X X X . . . . . .
        3  . . . . . . X X X . X X
        4  . . . . . . . X X X X X
    """
    marks = [re.findall(r"[X.]", line) for line in printed.split("\n") if "X" in line]
    assert [len(row) for row in marks] == [12] * 4
    columns = zip(*marks, strict=True)
    reads = tuple(tuple(n for n in range(4) if column[n] == "X") for column in columns)
    assert reads == TABLE_1
    assert LENET1.layers[2].table == TABLE_1
    assert sum(row.count("X") for row in marks) == 20


# --- the order of the parameters, and F ------------------------------------------------------


def test_parameters_lie_layer_by_layer_weights_before_biases():
    shapes = {name: shape for name, (_, shape) in LENET1.parameters.items()}
    assert list(shapes.items()) == [
        ("H1.weights", (4, 5, 5)),
        ("H1.biases", (4,)),
        ("H2.weights", (4,)),
        ("H2.biases", (4,)),
        ("H3.weights", (20, 5, 5)),
        ("H3.biases", (12,)),
        ("H4.weights", (12,)),
        ("H4.biases", (12,)),
        ("output.weights", (10, 192)),
        ("output.biases", (10,)),
    ]


@pytest.mark.parametrize("architecture", [LENET1, SISTER_LIKE], ids=lambda a: a.name)
def test_slices_follow_one_another_and_cover_all_parameters(architecture):
    end = 0
    for place, shape in architecture.parameters.values():
        assert place.start == end
        assert place.stop - place.start == np.prod(shape)
        end = place.stop
    assert end == architecture.counts().parameters


def test_fan_in_counts_every_input_of_a_unit_and_its_bias():
    """26 in H1; 5 in H2 and H4; 26 or 51 in H3, by the maps read; 193 in the output."""
    fan_in = LENET1.fan_in
    named = {name: fan_in[place] for name, (place, _) in LENET1.parameters.items()}
    assert fan_in.shape == (2578,)
    for name, f in {"H1": 26, "H2": 5, "H4": 5, "output": 193}.items():
        assert set(named[f"{name}.weights"]) == set(named[f"{name}.biases"]) == {f}
    reads = [1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2]
    np.testing.assert_array_equal(named["H3.biases"], [25 * n + 1 for n in reads])
    of_pairs = [25 * n + 1 for n in reads for _ in range(n)]
    np.testing.assert_array_equal(named["H3.weights"], np.repeat(of_pairs, 25))


def test_fan_in_with_a_bias_a_unit_is_the_same_for_every_bias_of_a_map():
    fan_in = SISTER_LIKE.fan_in
    named = {name: fan_in[place] for name, (place, _) in SISTER_LIKE.parameters.items()}
    for name, f in {"H1": 26, "H2": 201, "H3": 193, "output": 31}.items():
        assert set(named[f"{name}.weights"]) == set(named[f"{name}.biases"]) == {f}
    assert len(named["H1.biases"]) == 12 * 64


# --- shapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "stride", "border", "size"),
    [
        (5, 1, Border(), (12, 12)),
        (16, 1, Border(), (1, 1)),
        (4, 2, Border(), (7, 7)),
        (5, 2, Border(1, 2, 1, 2), (8, 8)),
        (3, 3, Border(2, 0, 0, 2), (6, 6)),
        (5, 1, Border(2, 2, 1, 0), (16, 13)),
        (1, 3, Border(), (6, 6)),
    ],
)
def test_maps_are_as_large_as_the_kernels_have_places(kernel, stride, border, size):
    layer = Convolution("H1", 2, kernel, stride, border=border)
    shape = Architecture("one", Plane(16, 16), (layer, Connection("y", 1))).shapes[0]
    assert (shape.height, shape.width) == size
    rows = border.top + 16 + border.bottom
    places = [r for r in range(0, rows, stride) if r + kernel <= rows]
    assert len(places) == size[0]


def test_subsampling_halves_maps_that_need_not_be_square():
    layers = (
        Convolution("A", 3, 5, border=Border(0, 0, 1, 1)),
        Subsampling("B"),
        Connection("y", 1),
    )
    shape = Architecture("oblong", Plane(16, 18), layers).shapes[1]
    assert (shape.maps, shape.height, shape.width) == (3, 6, 8)


def test_subsampling_that_is_not_learned_has_no_parameters_and_no_bias():
    """Four connections a unit instead of five; the layers above start where they would."""
    layers = tuple(
        dataclasses.replace(layer, learned=False) if isinstance(layer, Subsampling) else layer
        for layer in LENET1.layers
    )
    plain = dataclasses.replace(LENET1, layers=layers)
    for n in (1, 3):
        learned, fixed = LENET1.shapes[n], plain.shapes[n]
        assert (fixed.parameters, fixed.weights, fixed.biases) == (0, (0,), (0,))
        assert fixed.units == learned.units
        assert fixed.connections == 4 * fixed.units == learned.connections - learned.units
    assert plain.counts().parameters == 2578 - 2 * 4 - 2 * 12
    fans = [LENET1.fan_in[LENET1.parameters[f"{name}.weights"][0]] for name in ("H1", "H3")]
    found = [plain.fan_in[plain.parameters[f"{name}.weights"][0]] for name in ("H1", "H3")]
    np.testing.assert_array_equal(np.concatenate(found), np.concatenate(fans))
    assert len(plain.fan_in) == plain.counts().parameters


def test_subsampling_of_a_mean_has_the_size_of_a_sum():
    kinds = (Subsampling("H2"), Subsampling("H2", mean=True), Subsampling("H2", summed_first=True))
    for kind in kinds:
        layers = (LENET1.layers[0], kind, *LENET1.layers[2:])
        assert dataclasses.replace(LENET1, layers=layers).shapes == LENET1.shapes


# --- images in the plane ---------------------------------------------------------------------


def test_images_lie_in_the_middle_of_the_plane_with_background_around():
    """A 16 x 16 image in a plane of 28 x 28, six units from every side (NIPS 1989, p. 400)."""
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16)).astype(np.float32)
    planes = LENET1.planes(images)
    assert planes.shape == (3, 28, 28)
    assert planes.dtype == np.float32
    np.testing.assert_array_equal(planes[:, 6:22, 6:22], images)
    planes[:, 6:22, 6:22] = -1
    np.testing.assert_array_equal(planes, -1)


def test_images_lie_where_the_plane_says():
    plane = Plane(17, 20, top=1, left=3, background=0.5)
    architecture = Architecture("aside", plane, (Connection("y", 1),))
    image = np.linspace(-1, 1, 256, dtype=np.float32).reshape(1, 16, 16)
    (placed,) = architecture.planes(image)
    np.testing.assert_array_equal(placed[1:17, 3:19], image[0])
    np.testing.assert_array_equal(placed[0], 0.5)
    np.testing.assert_array_equal(placed[:, [0, 1, 2, 19]], 0.5)


def test_no_images_make_no_planes():
    assert LENET1.planes(np.zeros((0, 16, 16))).shape == (0, 28, 28)


@pytest.mark.parametrize("shape", [(16, 16), (2, 28, 28), (2, 16, 15), (2, 256), (1, 2, 16, 16)])
def test_images_of_another_shape_are_refused(shape):
    with pytest.raises(InputError, match=re.escape(str(shape)) + r".*\(n, 16, 16\)"):
        LENET1.planes(np.zeros(shape))


# --- architectures as values -----------------------------------------------------------------

LINEAR_OUTPUT = Connection("output", 10, squashed=False)


def twin():
    """Build LENET1 again, from nothing that it holds."""
    table = ((0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1), (2,), (2, 3), (2, 3), (3,), (2, 3), (2, 3))
    layers = (
        Convolution("H1", 4, 5),
        Subsampling("H2"),
        Convolution("H3", 12, 5, 1, table),
        Subsampling("H4"),
        Connection("output", 10),
    )
    return Architecture("LENET1", Plane(28, 28, 6, 6), layers)


def test_architectures_of_the_same_data_are_equal_and_hash_alike():
    _ = LENET1.fan_in  # what has been derived does not count
    assert twin() == LENET1
    assert hash(twin()) == hash(LENET1)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "LENET2"},
        {"plane": Plane(28, 28, 6, 6, background=0.0)},
        {"layers": (*LENET1.layers[:-1], LINEAR_OUTPUT)},
        {"squashing": Squashing(1.0, 1.0)},
        {"layers": (*LENET1.layers[:-1], LINEAR_OUTPUT), "energy": CROSS_ENTROPY},
    ],
)
def test_architectures_of_other_data_are_not_equal(change):
    assert dataclasses.replace(LENET1, **change) != LENET1


def test_architectures_print_as_the_code_that_makes_them():
    names = {
        kind.__name__: kind
        for kind in (
            Architecture,
            Border,
            Connection,
            Convolution,
            Plane,
            Squashing,
            Subsampling,
        )
    }
    assert eval(repr(LENET1), names) == LENET1


@pytest.mark.parametrize(
    "thing", [LENET1, LENET1.plane, *LENET1.layers, Border(), LENET1.shapes[0], LENET1.counts()]
)
def test_architectures_do_not_change(thing):
    field = dataclasses.fields(thing)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(thing, field, 1)


# --- what cannot be built --------------------------------------------------------------------


def build(*layers, plane=None):
    return Architecture("net", plane or Plane(16, 16), layers)


OUTPUT = Connection("output", 10)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            (Convolution("H1", 2, 5, table=((0,), (1,))), OUTPUT),
            "net, H1: map 1 reads (1,), but the maps below are 0 to 0.",
        ),
        (
            (Convolution("H1", 1, 5, table=((-1,),)), OUTPUT),
            "net, H1: map 0 reads (-1,), but the maps below are 0 to 0.",
        ),
        (
            (Convolution("H1", 2, 5, table=((0,), ())), OUTPUT),
            "net, H1: map 1 has no input; name at least one map below.",
        ),
        (
            (Convolution("H1", 1, 5, table=((0, 0),)), OUTPUT),
            "net, H1: map 0 reads (0, 0); name each map below once.",
        ),
        (
            (Convolution("H1", 3, 5, table=((0,), (0,))), OUTPUT),
            "net, H1: the table has 2 rows for 3 maps; give one a map.",
        ),
        (
            (Convolution("H1", 4, 5, 2), OUTPUT),
            "net, H1: kernels of 5 at stride 2 do not fit 16 units with a border of 0 and 0; "
            "change the border.",
        ),
        (
            (Convolution("H1", 4, 5, 2, border=Border(left=2, right=1)), OUTPUT),
            "net, H1: kernels of 5 at stride 2 do not fit 16 units with a border of 0 and 0; "
            "change the border.",
        ),
        (
            (Convolution("H1", 4, 18, border=Border(left=1, top=1, bottom=1)), OUTPUT),
            "net, H1: kernels of 18 at stride 1 do not fit 16 units with a border of 1 and 0; "
            "change the border.",
        ),
        (
            (Convolution("H1", 4, 5, bias="layer"), OUTPUT),
            'net, H1: bias "layer" is unknown; use "map" or "unit".',
        ),
        (
            (Convolution("H1", 4, 0), OUTPUT),
            "net, H1: kernel 0, stride 1; both must be at least 1.",
        ),
        (
            (Convolution("H1", 4, 5, 0), OUTPUT),
            "net, H1: kernel 5, stride 0; both must be at least 1.",
        ),
        ((Convolution("H1", 0, 5), OUTPUT), "net, H1: 0 maps; give at least 1."),
        ((Connection("output", 0),), "net, output: 0 units; give at least 1."),
        (
            (Convolution("H1", 1, 6), Subsampling("H2"), OUTPUT),
            "net, H2: maps of 11 x 11 cannot be halved; give the layer below even sides.",
        ),
        (
            (Connection("H1", 4), Subsampling("H2"), OUTPUT),
            "net, H2: maps of 1 x 1 cannot be halved; give the layer below even sides.",
        ),
        (
            (Connection("output", 10), OUTPUT),
            "net: two layers share a name; give each its own.",
        ),
        ((), "net: the last layer must be a Connection: the output units."),
        (
            (Convolution("H1", 10, 16),),
            "net: the last layer must be a Connection: the output units.",
        ),
    ],
)
def test_a_network_that_cannot_be_is_refused_in_one_sentence(layers, message):
    with pytest.raises(InputError) as refused:
        build(*layers)
    assert str(refused.value) == message


@pytest.mark.parametrize("side", ["top", "bottom", "left", "right"])
def test_a_border_of_negative_width_is_refused(side):
    with pytest.raises(InputError, match=f"{side}=-1.*cannot be narrower than 0; use 0 for none"):
        Border(**{side: -1})


@pytest.mark.parametrize(
    "plane",
    [(15, 16), (16, 15), (28, 28, 13, 6), (28, 28, 6, 13), (28, 28, -1, 6), (28, 28, 6, -1)],
)
def test_a_plane_that_cannot_hold_the_image_is_refused(plane):
    with pytest.raises(InputError, match=r"16 x 16 image does not fit.*; enlarge the plane"):
        Plane(*plane)


@pytest.mark.parametrize(
    ("energy", "message"),
    [
        ("softmax", 'net: energy "softmax" is unknown; use "squares" or "cross-entropy".'),
        (
            CROSS_ENTROPY,
            "net, output: a softmax takes sums that are not squashed; "
            "give the last layer squashed = false.",
        ),
    ],
)
def test_an_energy_that_cannot_be_is_refused_in_one_sentence(energy, message):
    with pytest.raises(InputError) as refused:
        Architecture("net", Plane(16, 16), (OUTPUT,), energy=energy)
    assert str(refused.value) == message


def test_the_target_for_other_classes_is_minus_one_or_the_probability_zero():
    layers = (LINEAR_OUTPUT,)
    targets = {
        energy: Architecture("net", Plane(16, 16), layers, energy=energy).low_target
        for energy in (SQUARES, CROSS_ENTROPY)
    }
    assert targets == {"squares": -1, "cross-entropy": 0}
    assert LENET1.low_target == -1


@pytest.mark.parametrize("value", [0, -1.0, inf, nan])
@pytest.mark.parametrize("name", ["amplitude", "steepness"])
def test_squashing_that_is_none_is_refused(name, value):
    with pytest.raises(InputError, match=r"amplitude and steepness must be above 0\.$"):
        Squashing(**{name: value})


def test_input_errors_are_value_errors():
    with pytest.raises(ValueError, match="name each map below once"):
        build(Convolution("H1", 1, 5, table=((0, 0),)), OUTPUT)


@pytest.mark.parametrize("level", [0.5, 255, np.nan, -1.5])
def test_images_of_other_levels_are_not_placed(level: float) -> None:
    with pytest.raises(InputError, match="gray levels"):
        LENET1.planes(np.full((2, 16, 16), level))
