"""`lenet1989 classify` reads good images, and names the bad."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from data_prep.usps import USPS
from reproduction.evaluation import answers, committee, top_two
from reproduction.runs import outputs_of, read_run
from tests.reproduction.commands.ran import lenet1989, refused


def test_classify_reads_scans_dark_on_light_and_light_on_dark(
    trained: Path, usps: USPS, tmp_path: Path
) -> None:
    banks = read_run(trained / "runs/short").banks()
    outputs = committee(outputs_of(banks, usps.train.images[:200]))
    highest, second = top_two(outputs)
    right = answers(outputs)[:, 0] == usps.train.labels[:200]
    clear = np.flatnonzero(right & ((highest - second)[:, 0] > 1))[:3]
    names = []
    for number in clear:
        image = usps.train.images[number].repeat(4, axis=0).repeat(4, axis=1)
        light = np.uint8(127.5 + 127.5 * np.pad(image, 9, constant_values=-1))
        for ground, gray in (("black", light), ("white", 255 - light)):
            names.append(f"{number} {ground}.png")
            Image.fromarray(gray).save(tmp_path / names[-1])
    result = lenet1989("classify", str(trained / "runs/short"), *names, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == 6
    for name, line in zip(names, lines, strict=True):
        label = usps.train.labels[int(name.split()[0])]
        assert line.startswith(name)
        assert f"for {label}, second" in line
    assert [line.split(": ", 1)[1] for line in lines[::2]] == [
        line.split(": ", 1)[1] for line in lines[1::2]
    ]


def test_classify_reads_the_good_images_and_names_the_bad(trained: Path, tmp_path: Path) -> None:
    stroke = np.full((40, 30), 255, np.uint8)
    stroke[5:35, 12:18] = 0
    Image.fromarray(stroke).save(tmp_path / "one.png")
    Image.fromarray(np.full((40, 30), 255, np.uint8)).save(tmp_path / "blank.png")
    run = str(trained / "runs/short")
    result = lenet1989("classify", run, "blank.png", "one.png", "none.png", folder=tmp_path)
    assert result.returncode == 2
    assert result.stdout.startswith("one.png: ")
    assert [line.split()[1].strip(":") for line in result.stderr.splitlines()] == [
        "blank.png",
        "none.png",
    ]


def test_names_of_files_are_never_read_as_markup(trained: Path, tmp_path: Path) -> None:
    stroke = np.full((40, 30), 255, np.uint8)
    stroke[5:35, 12:18] = 0
    Image.fromarray(stroke).save(tmp_path / "[red]x.png")
    run = str(trained / "runs/short")
    result = lenet1989("classify", run, "[red]x.png", "[/b].png", folder=tmp_path)
    assert result.stdout.startswith("[red]x.png: ")
    assert "[/b].png" in refused(result)
