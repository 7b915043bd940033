"""The paper's figures shown again: what they draw is what they are given, and they say it."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from data_prep.digits import Digits
from reproduction.figures.network import figure_3
from reproduction.figures.results import figure_5
from reproduction.figures.sheet import narrow


def digits_of(count, shift=0):
    rng = np.random.default_rng(count + shift)
    images = rng.uniform(-1, 1, (count, 16, 16)).astype(np.float32)
    labels = ((np.arange(count) + shift) % 10).astype(np.uint8)
    return Digits(images, labels, np.full(count, "handwritten"))


def three(rows=28, columns=28, side=5):
    rng = np.random.default_rng(rows)
    shapes = (rows, columns), (side, side), (rows - side + 1, columns - side + 1)
    return [rng.uniform(-1.5, 1.5, shape) for shape in shapes]


def pictures(figure):
    return [image for axes in figure.axes for image in axes.images]


@pytest.mark.parametrize("sizes", [(28, 28, 5), (20, 12, 3)])
def test_figure_3_draws_plane_kernel_and_map_to_one_scale(sizes):
    parts = three(*sizes)
    drawn = pictures(figure_3(*parts))
    for image, part in zip(drawn, parts, strict=True):
        np.testing.assert_array_equal(image.get_array(), part)
        assert image.get_clim() == (-1, 1)
        left, right, bottom, top = image.get_extent()
        rows, columns = part.shape
        scale = drawn[0].get_extent()[1] - drawn[0].get_extent()[0]
        assert (right - left) / columns == pytest.approx(scale / sizes[1])
        assert (bottom - top) / rows == pytest.approx(scale / sizes[1])


def test_figure_3_marks_the_field_of_the_largest_unit():
    plane, kernel, feature_map = three()
    feature_map[7, 11] = 5
    figure = figure_3(plane, kernel, feature_map)
    left, right, _, top = pictures(figure)[0].get_extent()
    pixel = (right - left) / 28
    corner = left + 11 * pixel, top + 7 * pixel
    frames = [each for each in figure.axes[0].patches if isinstance(each, Rectangle)]
    assert any(
        np.allclose((*each.get_xy(), each.get_width()), (*corner, 5 * pixel)) for each in frames
    )
    assert "row 8 and column 12" in figure.get_label()


def test_figure_3_refuses_a_map_of_another_size():
    plane, kernel, feature_map = three()
    with pytest.raises(ValueError, match="another map"):
        figure_3(plane, kernel, feature_map[1:])


@pytest.mark.parametrize("count", [1, 10, 23])
def test_figure_5_draws_every_digit_above_its_nearest(count):
    digits, nearest = digits_of(count), digits_of(count, shift=count % 3)
    distances = np.linspace(12, 9, count)
    for draw in (figure_5, narrow()(figure_5)):
        figure = draw(digits, nearest, distances, "all networks")
        rows = pictures(figure)
        for row in range(0, len(rows), 2):
            upper, lower = rows[row : row + 2]
            bottom, top = upper.get_extent()[2], lower.get_extent()[3]
            assert top > bottom  # from the heading down
            assert upper.get_extent()[:2] == pytest.approx(lower.get_extent()[:2])
        for drawn, each, aside in ((rows[::2], digits, 2), (rows[1::2], nearest, 8)):
            images = np.hstack([row.get_array() for row in drawn]).reshape(16, count, -1)
            np.testing.assert_array_equal(images[:, :, aside:-aside].swapaxes(0, 1), each.images)
        for far, other in zip(distances, nearest.labels, strict=True):
            assert f"{far:.1f} from a {other}" in figure.get_label()
