"""Schedules: how eta goes from pass to pass."""

from __future__ import annotations

from dataclasses import dataclass

from data_prep.errors import InputError
from reproduction.learning.checks import require_between


@dataclass(frozen=True)
class Constant:
    """The same eta in every pass."""

    eta: float

    def __post_init__(self) -> None:
        require_between("eta", self.eta, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        return self.eta


@dataclass(frozen=True)
class Linear:
    """An eta that falls in equal steps from the first pass of the stage to the last."""

    first: float
    last: float

    def __post_init__(self) -> None:
        require_between("first", self.first, 0)
        require_between("last", self.last, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        if passes == 1:
            return self.first
        return self.first + (self.last - self.first) * number / (passes - 1)


@dataclass(frozen=True)
class Steps:
    """An eta for each pass, the last one kept from then on."""

    etas: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.etas:
            raise InputError("etas is empty; give an eta for the first pass at least.")
        for eta in self.etas:
            require_between("etas", eta, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        return self.etas[min(number, len(self.etas) - 1)]


@dataclass(frozen=True)
class Smooth:
    """An eta that rises in equal steps, then falls without a corner: slowly, fast, and slowly.

    It falls by 1 - 3 t^2 + 2 t^3, t from 0 to 1: half a wave of a cosine to a hundredth, without
    one.

    Attributes
    ----------
    peak : float
        The largest.
    last : float
        That of the last pass.
    warm_up : int
        Passes before the largest.
    """

    peak: float
    last: float = 0.0
    warm_up: int = 0

    def __post_init__(self) -> None:
        require_between("peak", self.peak, 0)
        require_between("last", self.last, 0)
        require_between("warm_up", self.warm_up, 0)

    def at_pass(self, number: int, passes: int) -> float:
        """Return eta in pass `number` (from 0) of `passes`."""
        if number < self.warm_up:
            return self.peak * (number + 1) / (self.warm_up + 1)
        t = (number - self.warm_up) / max(passes - 1 - self.warm_up, 1)
        return self.last + (self.peak - self.last) * (1 - t * t * (3 - 2 * t))


Schedule = Constant | Linear | Steps | Smooth
"""How eta goes from pass to pass; it never changes within one."""
