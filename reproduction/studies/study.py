"""A study as data: recipes and architectures side by side, over many networks.

Its arms are each a recipe and an architecture. Every arm trains the same seeds, so arms can be
compared network by network.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_prep.errors import InputError
from reproduction.learning import Recipe
from reproduction.network.architecture import Architecture
from reproduction.network.bank import checked_seeds
from reproduction.network.kernels import NETWORKS


@dataclass(frozen=True)
class Arm:
    """One way to train.

    Attributes
    ----------
    name : str
        In a few words, what is different here.
    recipe : Recipe
    architecture : Architecture
    """

    name: str
    recipe: Recipe
    architecture: Architecture


@dataclass(frozen=True)
class Study:
    """Ways to train that are to be compared.

    Attributes
    ----------
    name : str
        Name by which the command line knows the study.
    question : str
        What it is to find out.
    arms : tuple of Arm
        The first is what the others are compared with.
    seeds : tuple of int
        A network for each, in every arm.
    follow : bool
        Whether the networks are tried after every pass, not only at the end.
    committee : bool
        Whether the answers of each bank's committee are kept.
    """

    name: str
    question: str
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    follow: bool = False
    committee: bool = False

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if not names:
            raise InputError(f'The study "{self.name}" has no arms; give it at least one.')
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(
                f'The study "{self.name}" has two arms of one name, "{twice}"; give the recipes '
                "or the architectures names of their own."
            )
        checked_seeds(self.seeds)

    @property
    def banks(self) -> list[tuple[int, ...]]:
        """The seeds of each bank of an arm."""
        return [self.seeds[n : n + NETWORKS] for n in range(0, len(self.seeds), NETWORKS)]
