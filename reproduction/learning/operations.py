"""The floating-point operations of a training, counted from its recipe."""

from __future__ import annotations

from reproduction.learning.distortion import Distortion, nodes
from reproduction.learning.recipe import Recipe, Stage
from reproduction.learning.rules import Adam, Sampled, SecondOrder
from reproduction.network.architecture import Architecture, Plane
from reproduction.network.operations import operations

OF_ADAM = 12
"""For each parameter and minibatch: see `minibatches.learn_by_adam`."""

OF_A_UNIT = 30
"""To distort a unit of the plane: 15 for its place, 2 for where that lies between four units, 9 to
interpolate, 4 for the level; limits are not counted. See `resampling.resample`."""


def of_distortion(distortion: Distortion, plane: Plane) -> int:
    """Return the operations by which a plane is distorted, drawing at random left out.

    Parameters
    ----------
    distortion : Distortion
    plane : Plane

    Returns
    -------
    int
        A multiply-add counts as two.
    """
    places = OF_A_UNIT * plane.height * plane.width
    if not distortion.elastic:
        return places
    down, across = (nodes(side, distortion.spacing) for side in (plane.height, plane.width))
    a_row = 2 * across * (down + plane.width)  # between nodes down, then across; two ways
    return places + 2 * plane.height * a_row


def of_training(recipe: Recipe, architecture: Architecture, patterns: int) -> float:
    """Return the operations of a network's training: gradients, curvature, steps, distortions.

    Parameters
    ----------
    recipe : Recipe
    architecture : Architecture
    patterns : int
        How many there are to learn from in every pass.
    """
    return float(sum(_of_stage(stage, architecture, patterns) for stage in recipe.stages))


def _of_stage(stage: Stage, architecture: Architecture, patterns: int) -> float:
    gradient, plane = operations(architecture).training, architecture.plane
    parameters, before = architecture.counts().parameters, 0.0
    match stage.rule:
        case Adam(batch=batch):
            steps = OF_ADAM * parameters / batch
        case SecondOrder(curvature=Sampled(patterns=served, every=every)):
            steps, before = 2.0 * parameters, gradient * min(served, patterns) / every
        case SecondOrder():  # curvature from every pattern
            steps = 2.0 * parameters + gradient
        case _:
            steps = 2.0 * parameters
    bent = of_distortion(stage.distortion, plane) if stage.distortion else 0
    return stage.passes * (patterns * (gradient + steps + bent) + before)
