"""What several commands have in common: options, the digits at hand, the engine's first start.

What takes the engine is imported in functions: `lenet1989 digits` runs no network.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from rich.console import Console

import data_prep
from data_prep.digits import DataSet, Digits
from data_prep.errors import InputError
from reproduction.learning import Material
from reproduction.learning.sets import Load, load_whole, sets_of

MOST_SEEDS = 10_000

DIGITS = 19
"""Of a seed at most: it is below 2^63."""


class SeedRange(click.ParamType):
    """Seeds as "0-15", "7" or "0-3,8,12-15"."""

    name = "seeds"

    def convert(self, value: object, param: object, ctx: object) -> tuple[int, ...]:
        """Return the seeds as a tuple, or say what is wrong with them."""
        from reproduction.network.bank import checked_seeds

        if isinstance(value, tuple):
            return value
        seeds: list[int] = []
        for piece in str(value).split(","):
            first, dash, last = piece.strip().partition("-")
            if not all(0 < len(end) <= DIGITS and end.isdecimal() for end in (first, last or "0")):
                raise InputError(
                    f"--seeds {value!s:.40} cannot be read; write it as 0-15 or 0-3,8."
                )
            if dash and not last:
                raise InputError(f"--seeds {value} has no end; write it as 0-15.")
            stop = int(last) + 1 if dash else int(first) + 1
            if stop <= int(first):
                raise InputError(f"--seeds {value} runs backwards; write it as 0-15.")
            if len(seeds) + stop - int(first) > MOST_SEEDS:
                raise InputError(f"--seeds {value} are more than {MOST_SEEDS}; give fewer.")
            seeds += range(int(first), stop)
        return checked_seeds(seeds)


digits_option = click.option(
    "--digits",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with zip.train and zip.test (packed or not), instead of fetching them.",
)
quiet_option = click.option("--quiet", is_flag=True, help="Print results and errors only.")


def load_sets(material: Material, folder: Path | None, messages: Console) -> dict[str, Digits]:
    """Load the digits that networks learn from and are tried on, and say where from."""
    return sets_of(material, loading(folder, messages))


def loading(folder: Path | None, messages: Console) -> Load:
    """Return what loads a whole set of digits, and says where from."""
    shows_progress = sys.stderr.isatty() and not messages.quiet
    return partial(load_whole, folder=folder, announce=messages.print, progress=shows_progress)


def load_digits(
    folder: Path | None, messages: Console, load: Callable[..., DataSet] = data_prep.load
) -> DataSet:
    """Load handwritten digits, by default those of the USPS, and say where from."""
    shows_progress = sys.stderr.isatty() and not messages.quiet
    return load(folder, announce=messages.print, progress=shows_progress)


WORTH_SAYING = 600
"""Seconds from which a training's length is told before it begins."""


def say_how_long(seconds: float, messages: Console) -> None:
    """Say how long a training will take, if that is long; refuse one that cannot end."""
    from reproduction.learning.duration import check_duration, in_words

    check_duration(seconds)
    if seconds > WORTH_SAYING:
        messages.print(f"This takes about {in_words(seconds)} on this machine.")


def say_if_compiling(messages: Console) -> None:
    """Say that the engine is compiled now, if it is."""
    from reproduction.network.machine_code import is_compiled

    if not is_compiled():
        messages.print("Compiling the engine for this machine, which takes some seconds.")
