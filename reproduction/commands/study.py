"""`lenet1989 study`: arms side by side, here or on a cluster, and one record of them all."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from data_prep import files
from data_prep.errors import InputError
from reproduction import console
from reproduction.commands.common import (
    SeedRange,
    digits_option,
    loading,
    quiet_option,
    say_how_long,
)
from reproduction.commands.named import (
    RUNS,
    architecture_named,
    architecture_of,
    recipe_named,
)
from reproduction.learning.duration import seconds_for
from reproduction.learning.sets import wholes_of
from reproduction.learning.training import processors

if TYPE_CHECKING:
    from reproduction.studies import Job, Spread, Study


@click.command
@click.argument("name", required=False)
@click.option(
    "--recipe",
    "recipe_names",
    metavar="NAME|FILE",
    multiple=True,
    help="For a study of your own, as often as there are recipes.",
)
@click.option(
    "--architecture",
    "architecture_names",
    metavar="NAME|FILE",
    multiple=True,
    help="Instead of the recipes' own; as often as there are architectures.",
)
@click.option("--seeds", type=SeedRange(), help="A network for each, in every arm.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a Dask cluster that is to train, as tcp://host:8786; otherwise this machine does.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes of this machine; one a processor.",
)
@click.option(
    "--record",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write; runs/studies/NAME.json.",
)
@click.option("--check", is_flag=True, help="Train a record's banks again, and compare the bits.")
@digits_option
@quiet_option
def study(
    name: str | None,
    recipe_names: tuple[str, ...],
    architecture_names: tuple[str, ...],
    seeds: tuple[int, ...] | None,
    scheduler: str | None,
    workers: int | None,
    record: Path | None,
    check: bool,
    digits: Path | None,
    quiet: bool,
) -> None:
    """Train every arm of a study by the same seeds, in banks of sixteen, on all cores.

    NAME is one of the studies that are listed without it, or a new one that --recipe and
    --architecture describe. Finished banks are kept in runs/banks/: a study that is interrupted
    goes on by the same command. With --check nothing is written, and the status is 1 if a bank
    ends in other bits than the record says.
    """
    from reproduction import studies  # takes a second to import

    if name is None:
        if recipe_names or architecture_names or check or seeds:
            raise InputError("The study has no name; give one, as lenet1989 study mine --recipe.")
        console.results().print(console.studies_table(studies.STUDIES.values()))
        return
    _check_asked(name, recipe_names, architecture_names, check)
    out = console.messages(quiet)
    file = record or RUNS / "studies" / f"{name}.json"
    before = studies.part_of(studies.read_record(file, name), seeds) if check else None
    if before is not None:
        chosen = studies.study_of(before)
    else:
        chosen = _study(name, recipe_names, architecture_names, seeds)
    spread = _spread(scheduler, workers)
    if not check:
        file.parent.mkdir(parents=True, exist_ok=True)
    cores = None if scheduler else workers or processors()
    found = _run(chosen, spread, cores, digits.resolve() if digits else None, check, out)
    if before is not None:
        _say_differences(studies.differences(before, found), len(found["banks"]), file)
        return
    studies.write_record(file, found)
    _print_record(name, found)
    console.results().print(f"The record is in {file}", soft_wrap=True)


def _check_asked(
    name: str, recipe_names: Sequence[str], architecture_names: Sequence[str], check: bool
) -> None:
    """Raise InputError if the name is none, or the options do not go together."""
    from reproduction.studies import STUDIES

    if len(Path(name).parts) != 1 or name in (".", ".."):
        raise InputError(f'"{name}" is no name for a study; choose a plain word.')
    if recipe_names and name in STUDIES:
        raise InputError(f'"{name}" is a study of the book; give yours another name.')
    if check and (recipe_names or architecture_names):
        raise InputError("--check trains what the record says; leave --recipe and --architecture.")
    if architecture_names and not recipe_names:
        raise InputError("--architecture is for a study of your own; give --recipe as well.")


def _study(
    name: str,
    recipe_names: Sequence[str],
    architecture_names: Sequence[str],
    seeds: tuple[int, ...] | None,
) -> Study:
    """Return the study of a name, or the new one that is described."""
    from reproduction.studies import STUDIES, questions

    if recipe_names:
        recipes = [recipe_named(recipe) for recipe in recipe_names]
        networks = [architecture_named(network) for network in architecture_names]
        own = None if networks else [*map(architecture_of, recipes, recipe_names)]
        return questions.grid(name, recipes, networks, seeds or tuple(range(16)), own)
    if name not in STUDIES:
        names = ", ".join(STUDIES)
        raise InputError(f'There is no study "{name}"; there are {names}; --recipe makes one.')
    return replace(STUDIES[name], seeds=seeds or STUDIES[name].seeds)


def _spread(scheduler: str | None, workers: int | None) -> Spread:
    """Return where the banks are to run."""
    from reproduction.studies import spreading

    if scheduler is not None:
        if workers is not None:
            raise InputError("--workers is for this machine; a Dask cluster has its own workers.")
        return partial(spreading.on_a_cluster, scheduler=scheduler)
    return partial(spreading.on_this_machine, workers=workers)


def _run(
    study: Study,
    spread: Spread,
    cores: int | None,
    digits: Path | None,
    anew: bool,
    out: Console,
) -> dict[str, Any]:
    """Train what is not trained yet, or all of it anew, and return the record.

    `cores` are those of this machine that train, None where others do.
    """
    from reproduction import studies

    load = loading(digits, out)
    for whole in dict.fromkeys(each for arm in study.arms for each in wholes_of(arm.recipe.digits)):
        load(whole)
    jobs = studies.jobs_of(study, digits)
    with ExitStack() as stack:
        kept = stack.enter_context(files.scratch_folder()) if anew else studies.BANKS
        unfinished = studies.unfinished(jobs.values(), kept)
        waiting = len(unfinished)
        out.print(
            f"{console.counted(len(study.arms), 'arm')} of "
            f"{console.counted(len(study.seeds), 'network')}: "
            f"{console.counted(waiting, 'bank')} to train"
        )
        if cores:
            say_how_long(sum(map(_seconds_for, unfinished)) / cores, out)
        bar = stack.enter_context(console.BankBar(out, waiting))
        try:
            return studies.run(study, spread, folder=digits, kept=kept, after_bank=bar)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                "Interrupted; the same command goes on from the banks that are finished."
            ) from None


def _seconds_for(job: Job) -> float:
    from reproduction import studies

    sets = studies.digits_of(job.plan.recipe.digits, job.folder)
    return seconds_for(job.plan.recipe, job.plan.architecture, len(job.plan.seeds), sets)


def _print_record(name: str, record: dict[str, Any]) -> None:
    """Print what a study found."""
    from reproduction.studies import CHOICES, comparison, selection

    if name in CHOICES:
        console.results().print(console.choice_table(selection.choose(record)))
    else:
        console.results().print(console.study_table(record), soft_wrap=True)
        console.results().print(console.FITTED, soft_wrap=True)
    for arm in record["arms"]:
        lost = comparison.diverged(record, arm)
        if lost.any():
            console.results().print(
                f"{arm}: {lost.sum()} of {lost.size} networks diverged, or misread more than "
                f"{comparison.LOST:g} % of the digits that they learned from.",
                soft_wrap=True,
            )


def _say_differences(differences: list[str], banks: int, file: Path) -> None:
    if not differences:
        console.results().print(f"{file}: {console.counted(banks, 'bank')}, the same bits.")
        return
    for line in differences:
        print(f"lenet1989: {file}: {line}", file=sys.stderr)
    raise click.exceptions.Exit(1)
