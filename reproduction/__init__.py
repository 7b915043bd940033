"""LeNet-1 as it was: the network of 1989, its learning rule, and what came of it.

Read in this order: `paper` (the published numbers), `architecture` (the network as data), `lanes`
and `kernels` (sixteen networks in step), `bank` (their parameters), `learning` (the rule and the
recipes), `training` (stages and passes), `evaluation` (error, rejection), `runs` (what is kept).
"""

from reproduction.architecture import LENET1, Architecture
from reproduction.bank import Bank
from reproduction.learning import RECIPES, Recipe
from reproduction.relatives import ARCHITECTURES
from reproduction.training import evaluate, train

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
