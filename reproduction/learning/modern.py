"""LeNet-1's recipe with what was learnt since 1989: the same parameters, the same digits.

Each step can be taken alone, and `MODERN` takes them all: `reproduction.studies.modern` says what
each brings, and how the numbers here were chosen on held-out training digits.
"""

from __future__ import annotations

from dataclasses import replace

from reproduction.learning.distortion import Distortion
from reproduction.learning.recipe import Handwritten, Recipe, Shuffled, Stage
from reproduction.learning.rules import Adam
from reproduction.learning.schedules import Smooth

DISTORTION = Distortion(
    shift=1.0, rotation=10.0, scale=0.12, shear=0.2, elastic=0.7, spacing=6, stroke=0.2
)
"""In units of 16 x 16 images whose slant has been taken out, and some of it comes back."""


def falling(eta: float) -> Smooth:
    """Return an eta that falls smoothly to a hundredth, after two passes that lead up to it."""
    return Smooth(eta, eta / 100, warm_up=2)


MODERN = Recipe(
    name="modern",
    about="what was learnt since: cross-entropy, distorted digits, Adam and 300 passes",
    stages=(
        Stage(
            "distorted",
            300,
            falling(6e-3),
            Adam(batch=16),
            order=Shuffled(),
            distortion=DISTORTION,
        ),
    ),
    digits=Handwritten(),
    architecture="LENET1-SOFTMAX",
)

NET1989_MODERN = replace(MODERN, name="net1989-modern", architecture="NET1989-SOFTMAX")
"""The same for the sister paper's network."""
