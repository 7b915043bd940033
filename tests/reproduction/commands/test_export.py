"""`lenet1989 export`: files that read every test digit as the run does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from data_prep.digits import DataSet
from reproduction import __main__ as command_line
from reproduction.evaluation import Thresholds, answers, committee
from reproduction.learning.sets import sets_of
from reproduction.runs import outputs_of, read_run


@pytest.fixture
def export(trained: Path, tmp_path: Path, monkeypatch, capsys):  # type: ignore[no-untyped-def]
    """Return a function that exports the run to an empty folder, and returns what it says."""
    monkeypatch.chdir(tmp_path)

    def exported(*options: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            command_line.main(["export", str(trained / "runs/short"), *options])
        said = capsys.readouterr()
        assert ended.value.code == status, said.err
        if status:
            assert not said.out
            assert said.err.startswith("lenet1989: ")
            assert said.err.count("\n") == 1
        return str(said.err if status else said.out)

    return exported


@pytest.mark.parametrize("network", [None, "1"])
def test_onnx_gives_the_verdict_of_the_run_on_every_test_digit(
    export, trained: Path, usps: DataSet, tmp_path: Path, network: str | None
) -> None:
    pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    export("--format", "onnx", *(["--network", network] if network else []))
    (file,) = tmp_path.iterdir()
    run = read_run(trained / "runs/short")
    images = sets_of(run.plan.recipe.digits)["test"].images
    each = outputs_of(run.banks(), images)
    together = committee(each if network is None else each[:, :, [int(network)]])
    session = onnxruntime.InferenceSession(file)
    outputs, answered = session.run(["outputs", "answers"], {"images": images})
    np.testing.assert_allclose(outputs, together[:, :, 0], atol=1e-5, rtol=0)
    np.testing.assert_array_equal(answered, answers(together)[:, 0])
    if network is None:
        limits = Thresholds.from_json(run.summary["committee"]["test"]["thresholds"])
        (accepted,) = session.run(["accepted"], {"images": images})
        np.testing.assert_array_equal(accepted, limits.accept(together)[:, 0])
        assert 0 < accepted.sum() < len(images)


def test_nothing_is_written_over(export, tmp_path: Path) -> None:
    export()
    before = (tmp_path / "short.npz").read_bytes()
    assert "short.npz is there already" in export(status=2)
    said = export("--network", "2", "--output", "two.npz")
    assert said.startswith("two.npz: 1 network of LENET1, ")
    with np.load(tmp_path / "two.npz") as kept:
        assert json.loads(str(kept["about"]))["seeds"] == [2]
    assert (tmp_path / "short.npz").read_bytes() == before


def test_the_median_network_is_the_runs_own(export, trained: Path, tmp_path: Path) -> None:
    seed = read_run(trained / "runs/short").summary["median_network"]
    export("--format", "json", "--network", "median")
    assert json.loads((tmp_path / f"short-{seed}.json").read_text())["seeds"] == [seed]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--network", "9"], "has no network of seed 9; its 3 seeds lie between 0 and 2"),
        (["--network", "first"], "--network first is no seed"),
        (["--network", "9" * 5000], "is no seed"),
        (["--format", "pickle"], "pickle"),
        (["--output", "/dev/null/where.npz"], "/dev/null/where.npz cannot be written"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_exported_is_refused(
    export, tmp_path: Path, options: list[str], words: str
) -> None:
    assert words in export(*options, status=2)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(("form", "package"), [("onnx", "onnx"), ("torch", "torch")])
def test_a_library_that_is_not_there_is_named(
    export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # an import fails, as if it were not there
    assert f"pip install {package}" in export("--format", form, status=2)
    assert not any(tmp_path.iterdir())
