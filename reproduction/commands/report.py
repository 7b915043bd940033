"""`lenet1989 report` and `evaluate`: what a run has reached, beside the paper and once more."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from rich.console import Console

from data_prep.errors import InputError
from reproduction import console, paper, runs
from reproduction.commands.common import (
    digits_option,
    load_sets,
    quiet_option,
    say_if_compiling,
)
from reproduction.commands.named import folder_of


@click.command
@click.argument("run_name", metavar="RUN")
@click.option(
    "--images",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Digits of your own instead: image files in folders 0 to 9, or named 7.png, 7-2.png.",
)
@digits_option
@quiet_option
def evaluate(run_name: str, images: Path | None, digits: Path | None, quiet: bool) -> None:
    """Try a run's networks on the digits again, and compare with its summary."""
    run = runs.read_run(folder_of(run_name))
    messages = console.messages(quiet)
    if images:
        from reproduction.commands.own_digits import try_on

        return try_on(run, images, messages)
    sets = load_sets(run.plan.recipe.digits, digits, messages)
    say_if_compiling(messages)
    found = runs.summarize(run.plan, run.banks(), sets, run.summary["seconds"])
    out = console.results()
    out.print(console.sets_table(found))
    out.print(console.FITTED, soft_wrap=True)
    if found != run.summary:
        raise InputError(
            f"{run.folder / runs.SUMMARY_FILE} says something else; "
            "train the run again with --again."
        )
    out.print("The run's summary says the same.")


@click.command
@click.argument("run_name", metavar="RUN")
@digits_option
@quiet_option
def report(run_name: str, digits: Path | None, quiet: bool) -> None:
    """Print the paper's figures beside a run's, and draw its figures anew."""
    folder = folder_of(run_name)
    run = runs.read_run(folder)
    messages = console.messages(quiet)
    sets = load_sets(run.plan.recipe.digits, digits, messages)
    say_if_compiling(messages)
    from reproduction import figures  # takes half a second to import

    try:
        with runs.alone_in(folder, wait=True):
            run = runs.read_run(folder)
            figures.draw(run, sets)
    except runs.Unwritable as problem:
        say_if_undrawn(run, messages, problem)
    print_report(run)
    console.results().print(console.sets_table(run.summary))


def say_if_undrawn(run: runs.Run, messages: Console, problem: object = "") -> None:
    """Say that a run's figures are not in its folder, if they are not."""
    if not run.has_pictures():
        why = f" ({str(problem).partition(';')[0]})" if problem else ""
        messages.print(f"The figures are not drawn{why}.")


def print_report(run: runs.Run) -> None:
    """Print the paper's figures beside a run's, on stdout."""
    rows = paper.rows_of(run.summary)
    out = console.results()
    out.print(console.paper_table(paper.side_by_side(rows, run.summary), run.summary["networks"]))
    for note in console.notes(rows):
        out.print(note, soft_wrap=True)
    if "test_printed" in run.summary:
        out.print(console.printed_errors(run.summary), soft_wrap=True)
    for line in console.remarks(run.summary):
        out.print(line, soft_wrap=True)
    parameters = np.hstack([bank.parameters for bank in run.banks()])
    if silent := console.without_weights(run.plan.architecture, parameters != 0):
        out.print(silent, soft_wrap=True)
    out.print(console.FITTED, soft_wrap=True)
    out.print(f"weights SHA-256 {run.summary['weights_sha256']}", soft_wrap=True)
    out.print(f"Weights, history, summary and figures are in {run.folder}", soft_wrap=True)
