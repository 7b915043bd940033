"""`lenet1989 recipes` and `architectures`: lists of what there is, each written out by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from data_prep.errors import InputError
from reproduction.commands.named import architecture_named, recipe_named
from reproduction.learning import RECIPES, Recipe
from reproduction.network import ARCHITECTURES, Architecture

output_option: Callable = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to a new file, in UTF-8 whatever the shell, instead of printing.",
)


@click.command
@click.argument("name", required=False)
@output_option
def recipes(name: str | None, output: Path | None) -> None:
    """List the recipes; or write one out as TOML, to be changed and trained by --recipe FILE."""
    if name is not None:
        _hand_out(_as_toml(recipe_named(name)), output)
        return
    lines = []
    for recipe in RECIPES.values():
        stages = ", ".join(f"{stage.name} {stage.passes}" for stage in recipe.stages)
        passes = f"{recipe.passes} passes ({stages}), {recipe.stages[-1].numbers}"
        lines.append(f"{recipe.name:12} {passes}: {recipe.about}")
    _hand_out("\n".join(lines) + "\n", output)


@click.command
@click.argument("name", required=False)
@output_option
def architectures(name: str | None, output: Path | None) -> None:
    """List the architectures; or write one out as TOML, to be changed and trained.

    A changed one is trained by lenet1989 train --architecture FILE.
    """
    if name is not None:
        _hand_out(_as_toml(architecture_named(name)), output)
        return
    from reproduction import console  # not needed for recipes

    _hand_out("\n".join(map(console.facts_of, ARCHITECTURES.values())) + "\n", output)


def _as_toml(data: Recipe | Architecture) -> str:
    from reproduction.learning.toml_files import as_toml  # not needed for a list

    return as_toml(data)


def _hand_out(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file that is not there yet: another may be somebody's work."""
    if output is None:
        click.echo(text, nl=False)
        return
    from data_prep import files  # not needed for what is printed
    from reproduction import console

    try:
        if output.exists():
            raise InputError(f"{output} is there already; name another file, or delete it.")
        files.write(output, text.encode())
    except OSError as problem:
        raise InputError(
            f"{output} cannot be written ({files.reason(problem)}); name another file."
        ) from problem
    console.messages().print(f"Written to {output}.")
