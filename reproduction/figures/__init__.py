"""Every plot, from a run, a record or plain data: one function a figure, in one style.

`run` has the figures of a run's folder; `sheet` what all figures share.
"""

from reproduction.figures.run import (
    KINDS,
    NAMES,
    ON_HANDWRITTEN,
    ON_WHOLE,
    Published,
    are_drawn,
    confusion,
    draw,
    error_rates,
    error_reject,
    misclassified,
)
from reproduction.figures.sheet import STYLE, description, picture, styled

__all__ = [
    "KINDS",
    "NAMES",
    "ON_HANDWRITTEN",
    "ON_WHOLE",
    "STYLE",
    "Published",
    "are_drawn",
    "confusion",
    "description",
    "draw",
    "error_rates",
    "error_reject",
    "misclassified",
    "picture",
    "styled",
]
