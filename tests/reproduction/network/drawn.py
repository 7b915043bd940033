"""Small networks of all kinds, drawn by hypothesis."""

from hypothesis import settings
from hypothesis import strategies as st

from reproduction.network import (
    CROSS_ENTROPY,
    SQUARES,
    Architecture,
    Border,
    Connection,
    Convolution,
    Plane,
    Squashing,
    Subsampling,
)

BORDER_VALUES = st.sampled_from([-1.0, 0.0, 0.5, 1.5])
SQUASHINGS = st.sampled_from([Squashing(), Squashing(1.0, 1.0), Squashing(2.5, 0.4)])
DRAWN = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@st.composite
def borders(draw, height, width, kernel, stride):
    """Draw a border, asymmetric as a rule, with which the kernels fit."""
    sides = []
    for side in (height, width):
        before, after = draw(st.integers(0, 3)), draw(st.integers(0, 2))
        short = max(0, kernel - before - side - after)
        after += short
        after += -(before + side + after - kernel) % stride
        sides += [before, after]
    return Border(*sides, value=draw(BORDER_VALUES))


@st.composite
def convolutions(draw, name, maps_below, height, width):
    maps = draw(st.integers(1, 5))
    kernel = draw(st.sampled_from([1, 2, 3, 4, 5, 5, 6, 7, 10]))
    stride = draw(st.sampled_from([1, 2, 3]))
    rows = st.lists(st.integers(0, maps_below - 1), min_size=1, max_size=maps_below, unique=True)
    table = draw(st.none() | st.lists(rows.map(tuple), min_size=maps, max_size=maps).map(tuple))
    return Convolution(
        name,
        maps,
        kernel,
        stride,
        table=table,
        bias=draw(st.sampled_from(["map", "unit"])),
        border=draw(borders(height, width, kernel, stride)),
        squashed=draw(st.booleans()),
    )


@st.composite
def architectures(draw):
    """Draw a small network: convolutions, subsampling where sides are even, full connections."""
    height, width = draw(st.integers(16, 19)), draw(st.integers(16, 19))
    top, left = draw(st.integers(0, height - 16)), draw(st.integers(0, width - 16))
    plane = Plane(height, width, top, left, background=draw(BORDER_VALUES))
    maps, layers = 1, []
    for number in range(draw(st.integers(1, 3))):
        name = f"H{number}"
        if height % 2 == width % 2 == 0 and draw(st.booleans()):
            layers.append(draw(st.builds(Subsampling, st.just(name), *[st.booleans()] * 4)))
        else:
            layers.append(draw(convolutions(name, maps, height, width)))
        shape = Architecture("part", plane, (*layers, Connection("y", 1))).shapes[-2]
        maps, height, width = shape.maps, shape.height, shape.width
    for number in range(draw(st.integers(0, 2))):
        layers.append(Connection(f"C{number}", draw(st.integers(1, 11)), draw(st.booleans())))
    energy = draw(st.sampled_from([SQUARES, CROSS_ENTROPY]))
    squashed = energy == SQUARES and draw(st.booleans())
    layers.append(Connection("output", draw(st.integers(1, 10)), squashed))
    return Architecture("drawn", plane, tuple(layers), draw(SQUASHINGS), energy)
