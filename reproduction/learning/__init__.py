"""The learning rule, recipes as data, and training by them.

`recipe` says what a recipe is made of, with the `rules` and `schedules` of its stages, what they
delete (`deletion`) or distort (`distortion`), and which networks they learn from (`distillation`);
`recipes` has those with a name; `training` runs them; `toml_files` writes them out and reads them.
"""

from reproduction.learning.deletion import Prune
from reproduction.learning.distortion import Distortion
from reproduction.learning.recipe import (
    MNIST,
    Across,
    Begin,
    FileOrder,
    Handwritten,
    HeldOut,
    Material,
    Mixed,
    Part,
    Recipe,
    Resplit,
    Shuffled,
    Stage,
    Teacher,
)
from reproduction.learning.recipes import RECIPES
from reproduction.learning.rules import Adam, FirstOrder, Rule, Running, Sampled, SecondOrder
from reproduction.learning.schedules import Constant, Linear, Schedule, Smooth, Steps

__all__ = [
    "MNIST",
    "RECIPES",
    "Across",
    "Adam",
    "Begin",
    "Constant",
    "Distortion",
    "FileOrder",
    "FirstOrder",
    "Handwritten",
    "HeldOut",
    "Linear",
    "Material",
    "Mixed",
    "Part",
    "Prune",
    "Recipe",
    "Resplit",
    "Rule",
    "Running",
    "Sampled",
    "Schedule",
    "SecondOrder",
    "Shuffled",
    "Smooth",
    "Stage",
    "Steps",
    "Teacher",
]
