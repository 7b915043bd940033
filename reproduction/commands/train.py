"""`lenet1989 train`: a recipe's training, from its name to the table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import ceil
from pathlib import Path

import click
from rich.console import Console

from data_prep import files
from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import console, runs
from reproduction.commands.common import (
    SeedRange,
    digits_option,
    load_sets,
    quiet_option,
    say_how_long,
    say_if_compiling,
)
from reproduction.commands.named import architecture_of, new_folder_of, recipe_named
from reproduction.commands.report import print_report, say_if_undrawn
from reproduction.learning import RECIPES, Recipe
from reproduction.learning.duration import seconds_for
from reproduction.learning.sets import TRAIN
from reproduction.learning.toml_files import line_of
from reproduction.learning.training import StageError, check_recipe, processors
from reproduction.network import ARCHITECTURES, NETWORKS

FAILED = 3
"""The exit status where a network has diverged or learned nothing."""


@click.command
@click.option(
    "--recipe",
    metavar="NAME|FILE",
    default="paper",
    show_default=True,
    help="What to train: a recipe's name, or a TOML file that holds one.",
)
@click.option(
    "--architecture",
    "architecture_name",
    metavar="NAME|FILE",
    help="What the networks look like, instead of the recipe's.",
)
@click.option("--run", "run_name", metavar="NAME", help="Folder below runs/; the recipe's name.")
@click.option("--passes", type=int, metavar="N", help="Passes in all, instead of the recipe's.")
@click.option(
    "--seeds", type=SeedRange(), default="0-15", show_default=True, help="A network for each."
)
@click.option("--again", is_flag=True, help="Forget what is in the run's folder and start anew.")
@digits_option
@quiet_option
def train(
    recipe: str,
    architecture_name: str | None,
    run_name: str | None,
    passes: int | None,
    seeds: tuple[int, ...],
    again: bool,
    digits: Path | None,
    quiet: bool,
) -> int:
    """Train networks by a recipe, or go on where a training was interrupted.

    Leaves runs/NAME/ with weights, history, summary and figures, and prints the paper's figures
    beside ours. Ends with status 3 if a network has diverged or learned nothing: the others are
    kept, and the report names it.
    """
    chosen = recipe_named(recipe)
    if passes is not None:
        chosen = _with_passes(chosen, passes)
    architecture = architecture_of(chosen, recipe, architecture_name)
    out = console.messages(quiet)
    sets = load_sets(chosen.digits, digits, out)
    plan = runs.plan_of(chosen, architecture, seeds, sets)
    folder = new_folder_of(run_name or _plain_name(recipe, architecture_name))
    out.print(f"{console.counted(len(seeds), 'network')}, {console.facts_of(architecture)}")
    try:
        check_recipe(chosen, architecture, sets[TRAIN], len(seeds))
        if again or not (folder / runs.SUMMARY_FILE).exists():
            say_if_compiling(out)
            cores = min(processors(), ceil(len(seeds) / NETWORKS))
            say_how_long(seconds_for(chosen, architecture, len(seeds), sets) / cores, out)
        with console.PassLines(out, chosen, sets[TRAIN], architecture) as lines:
            run = runs.train_run(
                folder, plan, sets, again=again, after_pass=lines, finish=partial(_draw, sets, out)
            )
    except StageError as problem:
        raise _located(problem, recipe) from None
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Interrupted; the same command goes on from the last pass kept in {folder}."
        ) from None
    say_if_undrawn(run, out)
    print_report(run)
    return FAILED if run.summary["diverged"] or run.summary["unlearned"] else 0


def _draw(sets: Mapping[str, Digits], out: Console, run: runs.Run) -> None:
    if not run.has_pictures():
        out.print("Drawing the figures.")
        from reproduction import figures  # takes half a second to import

        figures.draw(run, sets)


def _with_passes(recipe: Recipe, passes: int) -> Recipe:
    try:
        return recipe.with_passes(passes)
    except InputError as problem:
        raise InputError(f"--passes {passes!s:.40}: {problem}") from None


def _plain_name(recipe: str, architecture: str | None) -> str:
    """Return a run's name: its recipe's or the file's stem, and the network's if one is given."""
    names = [recipe if recipe in RECIPES else Path(recipe).stem]
    if architecture is not None:
        names.append(architecture if architecture in ARCHITECTURES else Path(architecture).stem)
    return "-".join(names)


def _located(problem: StageError, recipe: str) -> InputError:
    """Name the line, where a stage of a recipe from a file asks for what is not there."""
    if recipe in RECIPES:
        return problem
    line = line_of(problem.place, files.decoded(Path(recipe).read_bytes()))
    return InputError(f"{recipe}, line {line}: {problem}")
