"""Train the runs that the chapters of the book share, before it is built: `make book` does."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from rich.console import Console

from data_prep.errors import InputError
from reproduction import console
from reproduction.learning import RECIPES
from reproduction.learning.training import Progress, processors
from reproduction.pages import material


def main() -> None:
    """Train what is not there yet, as many runs at once as there are processors, a line a pass."""
    out = console.messages()
    missing = [recipe for recipe in material.SHARED if not material.is_trained(recipe)]
    if missing:
        out.print(f"{console.counted(len(missing), 'run')} for the book: {', '.join(missing)}")
    stop = Event()
    with ThreadPoolExecutor(processors()) as pool:
        trainings = [pool.submit(_train, recipe, out, stop) for recipe in missing]
        try:
            for training in trainings:
                training.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _train(recipe: str, out: Console, stop: Event) -> None:
    """Train a run, until another has failed or the reader stops them all."""
    passes = RECIPES[recipe].passes

    def after_pass(progress: Progress) -> None:
        of_all = f"of {passes}"
        out.print(f"{recipe:12}{console.pass_line(progress.history, progress.passes, of_all)}")
        if stop.is_set():
            raise InterruptedError("stopped; the next build goes on from here")

    material.trained(recipe, after_pass)


if __name__ == "__main__":
    try:
        main()
    except InputError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
