"""`lenet1989 report` and `evaluate`: what they say of a run is what its files say."""

from __future__ import annotations

import json
from pathlib import Path

from reproduction import runs
from tests.reproduction.commands.ran import lenet1989, lenet1989_begun, refused


def test_the_report_has_every_set_of_the_whole_experiment(trained: Path) -> None:
    printed = lenet1989("report", "short", folder=trained).stdout
    summary = json.loads((trained / "runs/short/summary.json").read_text())
    for name, patterns in (
        ("train", 9840),
        ("test", 2707),
        ("test_handwritten", 2007),
        ("test_printed", 700),
    ):
        assert summary[name]["patterns"] == patterns
        assert f"{summary[name]['error_percent']['median']:.2f} %" in printed
        assert f"{summary[name]['mse']['median']:.4f}" in printed
    for name in ("test", "test_handwritten"):
        for how in ("difference", "thresholds"):
            rejected = summary[name]["rejected"][how]["median"]
            assert f"{rejected:.2f} %" in printed
    assert "on a printed digit" in printed


def test_report_draws_the_figures_anew(trained: Path) -> None:
    pictures = sorted((trained / "runs/short").glob("*.svg"))
    before = [picture.read_bytes() for picture in pictures]
    pictures[0].unlink()
    result = lenet1989("report", "short", folder=trained)
    assert result.returncode == 0, result.stderr
    assert [picture.read_bytes() for picture in pictures] == before
    assert "paper" in result.stdout


def test_a_run_is_named_by_its_path_too(trained: Path, tmp_path: Path) -> None:
    result = lenet1989("report", str(trained / "runs/short"), folder=tmp_path)
    assert result.returncode == 0, result.stderr


def test_evaluate_confirms_the_summary(trained: Path) -> None:
    result = lenet1989("evaluate", "short", folder=trained)
    assert result.returncode == 0, result.stderr
    assert "The run's summary says the same." in result.stdout


def test_evaluate_notices_another_summary(trained: Path, tmp_path: Path) -> None:
    there = tmp_path / "runs" / "short"
    there.mkdir(parents=True)
    for path in (trained / "runs/short").glob("[!.]*"):
        (there / path.name).write_bytes(path.read_bytes())
    summary = json.loads((there / "summary.json").read_text())
    summary["test"]["error_percent"]["median"] += 0.01
    (there / "summary.json").write_text(json.dumps(summary))
    assert "it is spoiled" in refused(lenet1989("report", "short", folder=tmp_path))
    del summary["sha256"]
    runs.write_json(there / "summary.json", summary)
    assert "says something else" in refused(lenet1989("evaluate", "short", folder=tmp_path))


def test_no_color_and_pipes_get_plain_text(trained: Path) -> None:
    result = lenet1989_begun("report", "short", folder=trained, NO_COLOR="1", FORCE_COLOR="")
    assert "\x1b" not in result.stdout + result.stderr
