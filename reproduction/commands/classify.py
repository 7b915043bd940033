"""`lenet1989 classify`: digits in image files, read by a run's committee."""

from __future__ import annotations

from collections.abc import Sequence

import click

from data_prep.errors import InputError
from data_prep.normalize import normalize, read_image
from reproduction import console, evaluation, runs
from reproduction.commands.common import say_if_compiling
from reproduction.commands.named import folder_of
from reproduction.learning.sets import tried_on


@click.command
@click.argument("run_name", metavar="RUN")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path())
def classify(run_name: str, images: Sequence[str]) -> None:
    """Read digits in image files with the committee of a run's networks.

    Any image that Pillow reads, of any size, dark on light or light on dark, one digit in each.
    It is brought to 16 x 16 as the paper says and, as the released digits are, deslanted. What the
    committee is not sure of is rejected, by thresholds that were fitted on the test digits.
    """
    run = runs.read_run(folder_of(run_name))
    say_if_compiling(console.messages())
    banks = run.banks()
    together = run.summary["committee"]
    thresholds = evaluation.Thresholds.from_json(together[tried_on(together)]["thresholds"])
    out = console.results()
    faults: list[str] = []
    for name in images:
        try:
            image = normalize(read_image(name), deslant=True)
        except InputError as problem:
            faults.append(str(problem) if name in str(problem) else f"{name}: {problem}")
            continue
        outputs = evaluation.committee(runs.outputs_of(banks, image[None]))
        answer = int(evaluation.answers(outputs)[0, 0])
        top, second = (float(value[0, 0]) for value in evaluation.top_two(outputs))
        accepted = bool(thresholds.accept(outputs)[0, 0])
        verdict = f"{answer}" if accepted else "rejected"
        out.print(
            f"{name}: {verdict}  (top output {top:.2f} for {answer}, second {second:.2f})",
            soft_wrap=True,
        )
    if faults:
        raise InputError(*faults)
