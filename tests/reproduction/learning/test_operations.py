"""Operations of a training are counted as its loops make them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reproduction.learning import Adam, Distortion, FirstOrder, Running, SecondOrder, recipes
from reproduction.learning.distortion import splines
from reproduction.learning.modern import DISTORTION, MODERN
from reproduction.learning.operations import OF_A_UNIT, of_distortion, of_training
from reproduction.network import ARCHITECTURES, LENET1
from reproduction.network.operations import operations

GRADIENT, PARAMETERS = operations(LENET1).training, LENET1.counts().parameters


def by(rule, **changes):
    """Count a pass over 1000 patterns by a rule."""
    (stage,) = recipes.HANDWRITTEN.stages
    stage = replace(stage, rule=rule, passes=1, **changes)
    return of_training(replace(recipes.HANDWRITTEN, stages=(stage,)), LENET1, 1000)


def test_a_pattern_has_a_gradient_and_a_step_and_the_sample_its_curvature() -> None:
    step = 2 * PARAMETERS
    assert by(FirstOrder()) == 1000 * (GRADIENT + step)
    assert by(SecondOrder(0.05)) == 1500 * GRADIENT + 1000 * step
    assert by(SecondOrder(0.05, Running(0.01))) == 1000 * (2 * GRADIENT + step)
    assert by(Adam(batch=16)) == 1000 * (GRADIENT + 12 * PARAMETERS / 16)


@pytest.mark.parametrize("name", ["LENET1", "NET1989"])
def test_a_distortion_costs_its_places_and_its_two_products_of_matrices(name: str) -> None:
    """Displacements of a plane are S N T for each of two ways, S and T the splines of its sides."""
    plane = ARCHITECTURES[name].plane
    units = plane.height * plane.width
    assert of_distortion(Distortion(shift=1.0), plane) == OF_A_UNIT * units
    down, across = (splines(side, 6).shape[1] for side in (plane.height, plane.width))
    products = 2 * plane.height * down * across + 2 * plane.height * across * plane.width
    assert of_distortion(DISTORTION, plane) == OF_A_UNIT * units + 2 * products


def test_distorting_is_a_small_part_of_learning_and_passes_add_up() -> None:
    architecture = ARCHITECTURES[MODERN.architecture]
    whole = of_training(MODERN, architecture, 7291)
    np.testing.assert_allclose(whole, 3 * of_training(MODERN.with_passes(100), architecture, 7291))
    (stage,) = MODERN.stages
    plainly = replace(MODERN, stages=(replace(stage, distortion=None),))
    assert 1 < whole / of_training(plainly, architecture, 7291) < 1.2
