"""Every plot, from a run, a record or plain data: one function a figure, in one style.

A module a chapter (`digits`, `network`, `learning` and so on), and `run` for the files of a run's
folder. `sheet` has the page that all figures share, `marks` and `dots` what stands on it.
"""

from reproduction.figures.colours import STYLE
from reproduction.figures.results import confusion, error_reject, misclassified
from reproduction.figures.run import draw
from reproduction.figures.sheet import description, narrow, picture, redrawn, styled
from reproduction.figures.training import error_rates

__all__ = [
    "STYLE",
    "confusion",
    "description",
    "draw",
    "error_rates",
    "error_reject",
    "misclassified",
    "narrow",
    "picture",
    "redrawn",
    "styled",
]
