"""A run's plan: what is asked of it, and the hashes by which equal bits are known."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

import numpy as np

from data_prep.digits import Digits
from reproduction.learning.recipe import Recipe
from reproduction.network.architecture import Architecture
from reproduction.network.kernels.sources import sources_sha256
from reproduction.version import version


@dataclass(frozen=True)
class Plan:
    """What a run is: two runs of equal plans end in the same bits.

    Attributes
    ----------
    recipe : Recipe
    architecture : Architecture
    seeds : tuple of int
    digits : dict
        SHA-256 of the digits of each set.
    made_by : dict
        The version of this software, and the SHA-256 of its engine's sources.
    """

    recipe: Recipe
    architecture: Architecture
    seeds: tuple[int, ...]
    digits: dict[str, str]
    made_by: dict[str, str]


def plan_of(
    recipe: Recipe,
    architecture: Architecture,
    seeds: tuple[int, ...],
    sets: Mapping[str, Digits],
) -> Plan:
    """Put together the plan of a run with the digits at hand and this version."""
    return Plan(
        recipe=recipe,
        architecture=architecture,
        seeds=tuple(seeds),
        digits={name: digits_sha256(digits) for name, digits in sets.items()},
        made_by=made_by(),
    )


def made_by() -> dict[str, str]:
    """Return the version of this software, and the SHA-256 of its engine's sources."""
    return {"lenet1989": version(), "engine": sources_sha256()}


def digits_sha256(digits: Digits) -> str:
    """Return the SHA-256 of the images (float32, little-endian) and labels of some digits."""
    images = np.ascontiguousarray(digits.images, "<f4")
    return hashlib.sha256(images.tobytes() + digits.labels.tobytes()).hexdigest()


def weights_sha256(parameters: np.ndarray) -> str:
    """Return the SHA-256 of trained parameters, float32 little-endian, network after network."""
    return hashlib.sha256(np.ascontiguousarray(parameters.T, "<f4").tobytes()).hexdigest()


def versions() -> dict[str, str]:
    """Return what the run is made with, for the record: the bits do not depend on it."""
    return {
        "python": platform.python_version(),
        **{
            package: metadata.version(package)
            for package in ("numpy", "scipy", "numba", "llvmlite")
        },
        "machine": platform.machine(),
        "system": platform.system(),
    }
