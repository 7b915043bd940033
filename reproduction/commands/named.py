"""What names on the command line stand for: recipes, architectures, runs."""

from __future__ import annotations

from pathlib import Path

from data_prep.errors import InputError
from reproduction.learning import RECIPES, Recipe
from reproduction.network import ARCHITECTURES, Architecture

RUNS = Path("runs")


def recipe_named(name: str) -> Recipe:
    """Return the recipe of a name, or from a file."""
    if name in RECIPES:
        return RECIPES[name]
    if name.endswith(".toml") or Path(name).is_file():
        from reproduction.learning.toml_files import read_recipe  # not needed for a name

        return read_recipe(Path(name))
    known = ", ".join(RECIPES)
    raise InputError(f'There is no recipe "{name}"; there are {known}, or name a TOML file.')


def architecture_named(name: str, beside: Path = Path()) -> Architecture:
    """Return the architecture of a name, or from a file, its path as seen from a folder."""
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    if name.endswith(".toml") or (beside / name).is_file():
        from reproduction.learning.toml_files import read_architecture

        return read_architecture(beside / name)
    known = ", ".join(ARCHITECTURES)
    raise InputError(f'There is no architecture "{name}"; there are {known}, or name a TOML file.')


def architecture_of(recipe: Recipe, recipe_name: str, given: str | None = None) -> Architecture:
    """Return the architecture given, or the recipe's own: a name, or a file beside the recipe's."""
    if given is not None:
        return architecture_named(given)
    is_file = recipe_name not in RECIPES
    return architecture_named(recipe.architecture, Path(recipe_name).parent if is_file else Path())


def folder_of(name: str) -> Path:
    """Return the folder of a run to be read: below runs/ by name, or anywhere by its path."""
    path = Path(name)
    return path if path.is_absolute() or len(path.parts) > 1 else new_folder_of(name)


def new_folder_of(name: str) -> Path:
    """Return the folder of a run to be trained, which is always below runs/."""
    if Path(name).parts != (name,) or name == ".." or "\0" in name:
        raise InputError(f'"{name}" is no name for a run; choose a plain word.')
    return RUNS / name
