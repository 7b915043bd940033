"""`lenet1989 recipes` and `architectures`: lists of what there is, each written out by its name."""

from __future__ import annotations

import click

from reproduction import console
from reproduction.commands.named import architecture_named, recipe_named
from reproduction.learning import RECIPES
from reproduction.learning.toml_files import as_toml
from reproduction.network import ARCHITECTURES


@click.command(short_help="List the recipes, or write one out.")
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes; or write one out as TOML, to be changed and trained by --recipe FILE."""
    if name is not None:
        click.echo(as_toml(recipe_named(name)), nl=False)
        return
    out = console.results()
    for recipe in RECIPES.values():
        stages = ", ".join(f"{stage.name} {stage.passes}" for stage in recipe.stages)
        out.print(
            f"{recipe.name:12} {recipe.passes} passes ({stages}), {recipe.stages[-1].numbers}: "
            f"{recipe.about}",
            soft_wrap=True,
        )


@click.command(short_help="List the architectures, or write one out.")
@click.argument("name", required=False)
def architectures(name: str | None) -> None:
    """List the architectures; or write one out as TOML, to be changed and trained.

    A changed one is trained by lenet1989 train --architecture FILE.
    """
    if name is not None:
        click.echo(as_toml(architecture_named(name)), nl=False)
        return
    out = console.results()
    for architecture in ARCHITECTURES.values():
        out.print(console.facts_of(architecture))
