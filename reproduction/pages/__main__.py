"""Train the runs that the chapters of the book share, before it is built: `make book` does."""

from __future__ import annotations

import sys

from data_prep.errors import InputError
from reproduction import console
from reproduction.learning import RECIPES
from reproduction.pages import material


def main() -> None:
    """Train what is not there yet, with a line a pass."""
    out = console.messages()
    missing = [recipe for recipe in material.SHARED if not material.is_trained(recipe)]
    for number, recipe in enumerate(missing, start=1):
        out.print(f"Run {number} of {len(missing)} for the book: {recipe}")
        with console.PassLines(out, RECIPES[recipe]) as lines:
            material.trained(recipe, lines)


if __name__ == "__main__":
    try:
        main()
    except InputError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
