"""`lenet1989 classify`: digits in image files, read by a run's committee."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from data_prep.errors import InputError
from data_prep.image_files import images_in
from reproduction import console, runs, sealed
from reproduction.commands.common import say_if_compiling
from reproduction.commands.named import folder_of
from reproduction.runs.reader import ReadDigit, Reader

MOST_SHOWN = 40  # digits in a preview


@click.command
@click.argument("run_name", metavar="RUN")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path())
@click.option("--several", is_flag=True, help="Read digits side by side, as in a zip code.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print: json and csv have all ten outputs.",
)
@click.option(
    "--preview",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw what the networks see into a PNG or SVG file.",
)
def classify(
    run_name: str, images: Sequence[str], several: bool, form: str, preview: Path | None
) -> None:
    """Read digits in image files with the committee of a run's networks.

    An IMAGE is a scan or photograph of any size, dark on light or light on dark, with one digit,
    or a folder of such files. The light may fall off over the page; dots and rules are left out.
    The digit is brought to 16 x 16 as the paper says and, as the released digits are, deslanted.

    What the committee is not sure of is rejected, by thresholds that were fitted on the
    handwritten test digits. What shows no digit, or several, is refused with the reason, and the
    exit status is 2.
    """
    if preview and preview.suffix.lower() not in (".png", ".svg"):
        raise InputError(f"{preview} is neither .png nor .svg; choose a preview of that kind.")
    run = runs.read_run(folder_of(run_name))
    say_if_compiling(console.messages())
    reader = Reader(run)
    read: dict[str, list[ReadDigit]] = {}
    faults: dict[str, str] = {}
    for name in _files(images, faults):
        try:
            read[name] = reader.read(name, several)
        except InputError as problem:
            faults[name] = str(problem)
        if form == "text" and name in read:
            for line in _lines(name, read[name], several):
                console.results().print(line, soft_wrap=True)
    if form == "json":
        print(_as_json(run, reader, read, faults))
    if form == "csv":
        sys.stdout.write(_as_csv(reader, read, faults))
    if preview and read:
        _draw(preview, read)
    if faults:
        raise InputError(*faults.values())


def _files(images: Iterable[str], faults: dict[str, str]) -> Iterable[str]:
    """Give the files named, and those in the folders named, each once."""
    seen = set()
    for name in images:
        try:
            names = images_in(name) if Path(name).is_dir() else [name]
        except (InputError, OSError) as problem:
            faults[name] = str(problem)
            continue
        for each in names:
            if each not in seen:
                seen.add(each)
                yield each


def _lines(name: str, readings: list[ReadDigit], several: bool) -> list[str]:
    """Write what was read in a file: a line, and with --several one more for each digit."""
    if not several:
        return [f"{name}: {readings[0].verdict}"]
    code = "".join(str(each.answer) if each.accepted else "?" for each in readings)
    lines = [f"  {number}: {each.verdict}" for number, each in enumerate(readings, start=1)]
    return [f"{name}: {code}", *lines]


def _as_json(
    run: runs.Run, reader: Reader, read: dict[str, list[ReadDigit]], faults: dict[str, str]
) -> str:
    """Write everything as one JSON object."""
    images: list[dict[str, Any]] = [
        {"file": name, "digits": [_record(each) for each in readings]}
        for name, readings in read.items()
    ]
    images += [{"file": name, "refused": why} for name, why in faults.items()]
    found = {
        "run": str(run.folder),
        "weights_sha256": run.summary["weights_sha256"],
        "thresholds": {"fitted_on": reader.fitted_on, **reader.thresholds.to_json()},
        "images": images,
    }
    return json.dumps(found, indent=1)


def _record(reading: ReadDigit) -> dict[str, Any]:
    return {
        "verdict": str(reading.answer) if reading.accepted else "rejected",
        "answer": reading.answer,
        "accepted": reading.accepted,
        "outputs": [float(value) for value in reading.outputs],
    }


def _as_csv(reader: Reader, read: dict[str, list[ReadDigit]], faults: dict[str, str]) -> str:
    """Write a line a digit, and a line a refused file."""
    thresholds = reader.thresholds.to_json()
    limits = ["" if limit is None else repr(limit) for limit in thresholds.values()]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    outputs = [f"output_{digit}" for digit in range(10)]
    heads = [f"threshold_{name}" for name in thresholds]
    table.writerow(["file", "number", "verdict", "answer", *outputs, *heads, "refused"])
    for name, readings in read.items():
        for number, each in enumerate(readings, start=1):
            record = _record(each)
            row = [name, number, record["verdict"], each.answer, *record["outputs"], *limits, ""]
            table.writerow(row)
    for name, why in faults.items():
        table.writerow([name, "", "refused", *[""] * 11, *limits, why])
    return text.getvalue()


def _draw(path: Path, read: dict[str, list[ReadDigit]]) -> None:
    """Draw what the networks saw into a file."""
    from reproduction.figures import picture  # takes half a second to import
    from reproduction.figures.preview import preview

    shown = [(Path(name).name, each) for name, readings in read.items() for each in readings]
    if len(shown) > MOST_SHOWN:
        raise InputError(
            f"{len(shown)} digits are more than the {MOST_SHOWN} that a preview holds; name fewer."
        )
    contents = picture(preview(shown), path.suffix.lower()[1:])
    sealed.write(path, contents, "choose another --preview")
