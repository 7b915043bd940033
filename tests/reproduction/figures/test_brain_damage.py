"""The figures of deletion: lines, tables and dots are those that they are given."""

import numpy as np
import pytest

from reproduction.figures import brain_damage
from reproduction.network import LENET1, TABLE_1
from tests.reproduction.figures.looked_at import faults_of, words_of

SIZES = np.array([2500, 1700, 900])


def values(height=5.0):
    return height + np.random.default_rng(int(height)).random((3, 16))


@pytest.mark.parametrize("panels", [1, 2])
def test_every_line_is_drawn_by_the_parameters_left(panels):
    lines = {"saliency": values(), "magnitude": values(9), "any": values(12)}
    named = {f"digits {number}": lines for number in range(panels)}
    marks = {1700: "800 gone"}
    figure = brain_damage.by_parameters(SIZES, named, "What it costs", "dB", (0, 16), marks)
    assert not faults_of(figure)
    assert {"saliency", "magnitude", "800 gone"} <= set(words_of(figure))
    drawn = [each for each in figure.axes if each.axison]
    assert len(drawn) == panels
    for axes in drawn:
        for found, wanted in zip(axes.lines, lines.values(), strict=False):
            np.testing.assert_array_equal(found.get_xdata(), SIZES)
            np.testing.assert_allclose(found.get_ydata(), np.median(wanted, axis=1))


def test_the_first_table_is_the_papers_and_the_others_follow():
    kernels = np.random.default_rng(1).random((16, 12, 4)) < 0.4
    figure = brain_damage.tables(kernels, [7] * 16, "Sixteen tables", "Which reads which")
    assert not faults_of(figure)
    paper, *others = (image.get_array() for axes in figure.axes for image in axes.images)
    assert [tuple(np.flatnonzero(column > 0)) for column in paper.T] == list(TABLE_1)
    for found, wanted in zip(others, kernels, strict=True):
        np.testing.assert_array_equal(found > 0, wanted.T)


def test_saliencies_say_how_many_parameters_each_layer_shows():
    rng = np.random.default_rng(0)
    parameters, worth = rng.normal(size=2578), rng.random(2578) + 1e-6
    parameters[:10] = 0
    figure = brain_damage.saliencies(LENET1, parameters, worth)
    assert not faults_of(figure)
    assert "H1: 94; H2: 8; H3: 512; H4: 24; output: 1930" in figure.get_label()
