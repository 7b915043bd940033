"""LeNet-1 as it was: the network of 1989, its learning rule, and what came of it.

Read in this order: `paper` (the published numbers), `architecture` (the network as data), `lanes`
and `kernels` (sixteen networks in step), `bank` (their parameters), `learning` (the rule and the
recipes), `training` (stages and passes), `evaluation` (error, rejection), `runs` (what is kept).
"""

from reproduction.learning import RECIPES, Recipe
from reproduction.learning.training import evaluate, train
from reproduction.network import ARCHITECTURES, LENET1, Architecture, Bank

__all__ = [
    "ARCHITECTURES",
    "LENET1",
    "RECIPES",
    "Architecture",
    "Bank",
    "Recipe",
    "evaluate",
    "train",
]
