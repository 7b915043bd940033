"""Digits distorted anew in every pass: moved, turned, stretched, bent, and thicker or thinner.

Every unit of the plane takes its level from a place nearby, between four units by bilinear
interpolation (Simard, Steinkraus & Platt 2003). The place follows from an affine map of the whole
plane, and from a smooth field of displacements, drawn at the nodes of a coarse grid with cubic
B-splines between them. Last, gray levels are raised or lowered, which moves the edges of strokes.

All of it follows from raw 64-bit draws of PCG-64 by + - * / in a fixed order: no library's sine,
exponential or normal numbers. So distorted digits have the same bits on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reproduction.learning.checks import require_between
from reproduction.network.architecture import IMAGE_SIDE, Plane

RADIANS = 3.141592653589793 / 180
"""In a degree."""

AFFINE_DRAWS = 7
"""Of a digit and pass: what is not elastic."""


@dataclass(frozen=True)
class Distortion:
    """How far the digits of a pass are distorted, each by draws of its own.

    They depend on the seed, the number of the pass in its stage and the number of the digit among
    those learned from: not on the network, nor on which other digits are presented.

    Attributes
    ----------
    shift : float
        Units of the plane by which a digit is moved at most, down or up, and right or left.
    rotation : float
        Degrees by which it is turned at most, about the middle of its image.
    scale : float
        Share by which its height and its width are changed at most, each by itself.
    shear : float
        Columns a row by which it is slanted at most.
    elastic : float
        Standard deviation of the displacement of a unit by the smooth field, in units of the plane.
    spacing : int
        Units of the plane from one node of the smooth field to the next.
    stroke : float
        How much gray levels v are raised or lowered at most, as a share of 1 - v^2; up to 1/2.
    seed : int
    """

    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    spacing: int = 6
    stroke: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        most = {"shift": 16.0, "rotation": 90.0, "scale": 0.9, "shear": 2.0}
        for name, high in {**most, "elastic": 16.0, "stroke": 0.5}.items():
            require_between(name, getattr(self, name), 0, high)
        require_between("spacing", self.spacing, 2, 64)
        require_between("seed", self.seed, 0)

    def apply(self, planes: np.ndarray, plane: Plane, number: int) -> np.ndarray:
        """Return the planes of all digits as they are in pass `number` of a stage (from 0).

        Parameters
        ----------
        planes : ndarray, float32, shape (n, height, width)
            `Architecture.planes` of the digits.
        plane : Plane
            What they are; what comes in from outside is its background.
        number : int

        Returns
        -------
        ndarray, float32, shape (n, height, width)
        """
        maps, levels = self._affine(len(planes), number)
        nodes = self._nodes(len(planes), plane, number)
        return resampled(planes, plane, maps, levels, nodes, self.spacing)

    def _affine(self, count: int, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw the affine map of every digit, (n, 2, 3), and how much its levels are raised."""
        raw = np.random.PCG64([self.seed, number, 0]).random_raw(count * AFFINE_DRAWS)
        draws = (raw >> np.uint64(11)).reshape(count, AFFINE_DRAWS).T * 2.0**-52 - 1  # in [-1, 1)
        shift_y, shift_x = self.shift * draws[:2]
        t = self.rotation * RADIANS / 2 * draws[2]  # for the tangent of half the angle
        cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        height, width = 1 + self.scale * draws[3:5]
        shear = self.shear * draws[5]
        rows = [height * cosine, height * sine, shift_y]
        columns = [width * (shear * cosine - sine), width * (cosine + shear * sine), shift_x]
        maps = np.array([rows, columns]).transpose(2, 0, 1)
        return maps.astype(np.float32), (self.stroke * draws[6]).astype(np.float32)

    def _nodes(self, count: int, plane: Plane, number: int) -> np.ndarray:
        """Draw the displacements down and right at the nodes, (n, 2, rows, columns); none if 0."""
        if not self.elastic:
            return np.zeros((count, 2, 0, 0), np.float32)
        shape = count, 2, *(nodes(side, self.spacing) for side in (plane.height, plane.width))
        raw = np.random.PCG64([self.seed, number, 1]).random_raw(int(np.prod(shape)))
        return almost_normal(raw, 2 * self.elastic).reshape(shape)  # half is left between them


def almost_normal(raw: np.ndarray, deviation: float) -> np.ndarray:
    """Make numbers of mean 0, float32, of raw draws: sums of four uniform ones of 16 bits."""
    pieces = raw.view(np.uint16).astype(np.int32).reshape(-1, 4)
    sums = pieces[:, 0] + pieces[:, 1] + pieces[:, 2] + pieces[:, 3]
    of_sums = np.sqrt((65536.0**2 - 1) / 3)
    return (sums - 2 * 65535).astype(np.float32) * np.float32(deviation / of_sums)


def nodes(side: int, spacing: int) -> int:
    """Return how many nodes the splines need over a side: one before it, and two behind."""
    return (side - 1) // spacing + 4


def splines(side: int, spacing: int) -> np.ndarray:
    """Return the weight of every node (columns) at every unit of a side (rows): cubic B-splines.

    Float32; four in a row are not 0, and their sum is 1.
    """
    weights = np.zeros((side, nodes(side, spacing)))
    for unit in range(side):
        first, beyond = divmod(unit, spacing)
        f = beyond / spacing
        g = 1 - f
        weights[unit, first : first + 4] = (
            g * g * g / 6,
            (3 * f * f * f - 6 * f * f + 4) / 6,
            (3 * g * g * g - 6 * g * g + 4) / 6,
            f * f * f / 6,
        )
    return weights.astype(np.float32)


def resampled(
    planes: np.ndarray,
    plane: Plane,
    maps: np.ndarray,
    levels: np.ndarray,
    displacements: np.ndarray,
    spacing: int,
) -> np.ndarray:
    """Return planes whose every unit has the level of another place.

    Parameters
    ----------
    planes : ndarray, float32, shape (n, height, width)
    plane : Plane
    maps : ndarray, float32, shape (n, 2, 3)
        Down and right, where a unit's level is taken: from its own place down and right of the
        image's middle, each times a factor, and a shift.
    levels : ndarray, float32, shape (n,)
        How much levels are then raised, as a share of 1 - v^2.
    displacements : ndarray, float32, shape (n, 2, rows, columns)
        Down and right, by how much the place is displaced, at the nodes; or of no rows and columns.
    spacing : int
        Units between nodes.

    Returns
    -------
    ndarray, float32, shape (n, height, width)
    """
    from reproduction.learning.resampling import resample  # takes numba, slow to import
    from reproduction.network.machine_code import call

    out = np.empty(planes.shape, np.float32)
    basis = [splines(side, spacing) for side in planes.shape[1:]]
    middle = np.array([plane.top, plane.left], np.float32) + np.float32((IMAGE_SIDE - 1) / 2)
    given = [np.ascontiguousarray(each, np.float32) for each in (planes, maps, levels)]
    shown = np.ascontiguousarray(displacements, np.float32)
    background = np.array([plane.background, -1.0, 1.0], np.float32)
    call(resample, *given, shown, *basis, middle, background, out)
    return out
