"""Labelled digits of one's own, in image files: `lenet1989 evaluate RUN --images FOLDER`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from data_prep.errors import InputError
from data_prep.image_files import images_in
from reproduction import console, runs
from reproduction.commands.common import say_if_compiling
from reproduction.runs.reader import ReadDigit, Reader

LABEL = re.compile(r"([0-9])(?![0-9])")  # a digit that no other follows


def label_of(path: Path, below: Path) -> int:
    """Return the digit that an image is said to show.

    The innermost folder named 0 to 9 says so, otherwise the first letter of the file's name.

    Raises
    ------
    InputError
        If neither does.
    """
    for folder in reversed(path.relative_to(below).parts[:-1]):
        if folder in set("0123456789"):
            return int(folder)
    found = LABEL.match(path.name)
    if not found:
        raise InputError(
            f"{path} does not say which digit it shows; put it in a folder named 0 to 9, "
            "or begin its name with the digit, as in 7-2.png."
        )
    return int(found[1])


def try_on(run: runs.Run, folder: Path, messages: Console) -> None:
    """Try a run's networks on the images in a folder, and print what came of them.

    Raises
    ------
    InputError
        If there is no such folder, an image has no label, or no image can be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; give one with images of digits.")
    labels = {path: label_of(Path(path), folder) for path in images_in(folder)}
    say_if_compiling(messages)
    reader = Reader(run)
    read: list[tuple[int, ReadDigit]] = []
    for path, label in labels.items():
        try:
            reading = reader.read(path)[0]
        except InputError as problem:
            messages.print(f"refused: {problem}")
            continue
        read.append((label, reading))
        if reading.accepted and reading.answer != label:
            messages.print(f"wrong: {path} shows {label}, read as {reading.answer}")
    if not read:
        raise InputError(f"None of the {len(labels)} images in {folder} can be read.")
    out = console.results()
    out.print(table(len(labels), read))
    out.print(f"Thresholds of rejection are those fitted on {reader.fitted_on}.", soft_wrap=True)


def table(images: int, read: Iterable[tuple[int, ReadDigit]]) -> Table:
    """Lay out how many images were read, and how many of them right and wrong."""
    labels, readings = zip(*read, strict=True)
    answers = np.array([reading.answer for reading in readings])
    wrong = answers != np.array(labels)
    each = (np.stack([reading.each for reading in readings]) != np.array(labels)[:, None]).mean(0)
    accepted = np.array([reading.accepted for reading in readings])
    rows = {
        "images": (images, None),
        "refused, as showing no one digit": (images - len(labels), images),
        "read": (len(labels), images),
        "wrong, committee": (int(wrong.sum()), len(labels)),
        "rejected": (int((~accepted).sum()), len(labels)),
        "wrong and accepted": (int((wrong & accepted).sum()), int(accepted.sum())),
    }
    laid_out = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("digits of your own", "count", "percent"):
        laid_out.add_column(head, justify="left" if head[0] == "d" else "right", no_wrap=True)
    for what, (count, of) in rows.items():
        share = f"{100 * count / of:.2f} %" if of else ""
        laid_out.add_row(what, str(count), share)
    laid_out.add_row(f"error, median of {len(each)} networks", "", f"{100 * np.median(each):.2f} %")
    return laid_out
