"""LeNet-1 as it was: the network of 1989, its learning rule, and what came of it.

Read in this order: `paper` (the published numbers), `network` (its architecture as data, and
sixteen of them in step), `learning` (the rule, the recipes, training by them), `evaluation` (error,
rejection), `runs` (what is kept), `studies` (many runs compared).
"""

from data_prep.on_demand import TYPE_CHECKING, on_demand

if TYPE_CHECKING:
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

if not TYPE_CHECKING:
    __getattr__, __dir__ = on_demand(__name__, __all__, "learning", "network", "learning.training")
