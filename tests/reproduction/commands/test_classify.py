"""`lenet1989 classify` reads good images, and names the bad."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
from PIL import Image

from data_prep.digits import DataSet
from reproduction.evaluation import answers, committee, top_two
from reproduction.runs import outputs_of, read_run
from tests.reproduction.commands.ran import lenet1989, refused


def test_classify_reads_scans_dark_on_light_and_light_on_dark(
    trained: Path, usps: DataSet, tmp_path: Path
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


def drawn_digits(folder: Path) -> None:
    """Draw a page with a one, and one with two."""
    one = np.full((60, 90), 255, np.uint8)
    one[10:50, 20:26] = 0
    two = one.copy()
    two[10:50, 60:66] = 0
    for name, page in (("one.png", one), ("two.png", two)):
        Image.fromarray(page).save(folder / name)


def test_a_folder_and_a_preview(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    drawn_digits(tmp_path / "scans")
    run = str(trained / "runs/short")
    result = lenet1989("classify", run, "scans", "--preview", "seen.png", folder=tmp_path)
    assert result.stdout.startswith("scans/one.png: ")
    assert refused(result).startswith("scans/two.png shows 2 digits")
    with Image.open(tmp_path / "seen.png") as image:
        assert image.width > 500
        assert "one.png" in image.info["Description"]
    result = lenet1989("classify", run, "scans", "--preview", "seen.doc", folder=tmp_path)
    assert "neither .png nor .svg" in refused(result)


def test_several_digits_as_json_and_csv_with_outputs_and_thresholds(
    trained: Path, tmp_path: Path
) -> None:
    drawn_digits(tmp_path)
    run = str(trained / "runs/short")
    files = ("two.png", "none.png", "--several", "--format")
    result = lenet1989("classify", run, *files, "json", folder=tmp_path)
    assert "none.png is not there" in refused(result)
    found = json.loads(result.stdout)
    read, fault = found["images"]
    summary = read_run(trained / "runs/short").summary
    fitted = summary["committee"][found["thresholds"].pop("fitted_on")]["thresholds"]
    assert found["thresholds"] == fitted
    assert found["weights_sha256"] == summary["weights_sha256"]
    assert fault["file"] == "none.png"
    assert "not there" in fault["refused"]
    assert len(read["digits"]) == 2
    for digit in read["digits"]:
        assert digit["answer"] == int(np.argmax(digit["outputs"]))
        assert digit["verdict"] == (str(digit["answer"]) if digit["accepted"] else "rejected")
    result = lenet1989("classify", run, *files, "csv", folder=tmp_path)
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [row["number"] for row in rows] == ["1", "2", ""]
    for row, digit in zip(rows, read["digits"], strict=False):
        assert [float(row[f"output_{number}"]) for number in range(10)] == digit["outputs"]
        assert row["verdict"] == digit["verdict"]
    assert rows[2]["verdict"] == "refused"


def test_labelled_digits_of_ones_own_are_tried(
    trained: Path, usps: DataSet, tmp_path: Path
) -> None:
    banks = read_run(trained / "runs/short").banks()
    for number in range(12):
        image = usps.test.images[number].repeat(4, axis=0).repeat(4, axis=1)
        gray = np.uint8(127.5 - 127.5 * np.pad(image, 9, constant_values=-1))
        label = int(usps.test.labels[number])
        folder = tmp_path / "own" / (str(label) if number % 2 else "")
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{number}th.png" if number % 2 else f"{label}-{number}.png"
        Image.fromarray(gray).save(folder / name)
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(tmp_path / "own" / "3.png")
    run = str(trained / "runs/short")
    result = lenet1989("evaluate", run, "--images", "own", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "refused: own/3.png shows nothing but paper" in result.stderr
    outputs = committee(outputs_of(banks, usps.test.images[:12]))
    wrong = int((answers(outputs)[:, 0] != usps.test.labels[:12]).sum())
    counts = dict(re.findall(r"^ ?(\S.*?) {2,}(\d+)", result.stdout, re.MULTILINE))
    assert counts["images"] == "13"
    assert counts["read"] == "12"
    assert abs(int(counts["wrong, committee"]) - wrong) <= 1  # enlarged, so not quite the same
    (tmp_path / "own" / "x.png").write_bytes(b"")
    result = lenet1989("evaluate", run, "--images", "own", folder=tmp_path)
    assert "x.png does not say which digit it shows" in refused(result)


def test_names_of_files_are_never_read_as_markup(trained: Path, tmp_path: Path) -> None:
    stroke = np.full((40, 30), 255, np.uint8)
    stroke[5:35, 12:18] = 0
    Image.fromarray(stroke).save(tmp_path / "[red]x.png")
    run = str(trained / "runs/short")
    result = lenet1989("classify", run, "[red]x.png", "[/b].png", folder=tmp_path)
    assert result.stdout.startswith("[red]x.png: ")
    assert "[/b].png" in refused(result)
