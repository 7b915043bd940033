"""A run's folder: complete, comes back, goes on after any interruption, refuses what it is not."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import filelock
import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction import Bank, evaluate, runs
from reproduction.learning import Adam, Rule, Running, Sampled, SecondOrder
from reproduction.learning.training import HISTORY, Progress
from reproduction.runs.folder import LOCK_FILE
from reproduction.runs.summary import _median_seed
from tests.reproduction.made import PLAIN_STAGE, SMALL, TEST, TRAIN, made_digits, recipe

SETS = {"train": TRAIN, "test_handwritten": TEST}


def plan(passes: int = 3, seeds: range = range(3), **changes: object) -> runs.Plan:
    stage = replace(PLAIN_STAGE, passes=passes, **changes)  # type: ignore[arg-type]
    return runs.plan_of(recipe(stage), SMALL, tuple(seeds), SETS)


class Killed(Exception):
    """Stands in for whatever ends a process."""


def killed_after(passes: int):  # type: ignore[no-untyped-def]
    def after_pass(progress: Progress) -> None:
        if progress.passes == passes:
            raise Killed

    return after_pass


def test_a_run_leaves_all_its_files(tmp_path: Path) -> None:
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    names = {path.name for path in run.folder.iterdir() if not path.name.startswith(".")}
    assert names == {
        "recipe.json",
        "history.csv",
        "checkpoint.npz",
        "weights.npz",
        "summary.json",
    }


def test_the_summary_has_the_promised_keys(tmp_path: Path) -> None:
    summary = runs.train_run(tmp_path / "made", plan(), SETS).summary
    assert summary["recipe"] == "made"
    assert summary["architecture"] == "SMALL"
    assert summary["networks"] == 3
    assert summary["passes"] == 3
    assert summary["seconds"] > 0
    assert len(summary["weights_sha256"]) == 64
    assert "test" not in summary
    for name, digits in SETS.items():
        assert summary[name]["patterns"] == len(digits)
        spreads = [summary[name][key] for key in ("error_percent", "mse")]
        rejected = summary[name]["rejected"]
        for spread in [*spreads, rejected["difference"], rejected["thresholds"]]:
            assert list(spread) == ["median", "min", "max", "each"]
            assert len(spread["each"]) == 3
            assert spread["min"] <= spread["median"] <= spread["max"]


def test_weights_come_back_as_they_were_trained(tmp_path: Path) -> None:
    run = runs.train_run(tmp_path / "made", plan(seeds=range(18)), SETS)
    banks = runs.read_run(run.folder).banks()
    assert [len(bank.seeds) for bank in banks] == [16, 2]
    parameters = np.hstack([bank.parameters for bank in banks])
    assert runs.weights_sha256(parameters) == run.summary["weights_sha256"]
    with np.load(run.folder / "weights.npz", allow_pickle=False) as kept:
        assert kept["H1.weights"].shape == (2, 6, 6, 18)
        assert kept["seeds"].tolist() == list(range(18))


def test_the_history_is_a_table_that_comes_back(tmp_path: Path) -> None:
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    with (run.folder / "history.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0]) == HISTORY.names
    assert len(lines) == 3 * 2 * 3
    assert [float(line["mse"]) for line in lines] == run.history["mse"].tolist()
    last_test = [
        line for line in lines if line["pass"] == "3" and line["part"] == "test_handwritten"
    ]
    percents = [100 * int(line["errors"]) / int(line["patterns"]) for line in last_test]
    assert percents == run.summary["test_handwritten"]["error_percent"]["each"]
    assert run.percent("test_handwritten")[-1].tolist() == percents
    assert run.median_percent("test_handwritten")[-1] == np.median(percents)
    counts = [int(line["errors"]) for line in last_test]
    assert run.errors("test_handwritten")[-1].tolist() == counts
    assert run.plan.seeds[run.median] == run.summary["median_network"]


def test_the_plan_comes_back(tmp_path: Path) -> None:
    asked = plan()
    assert runs.train_run(tmp_path / "made", asked, SETS).plan == asked


@pytest.mark.parametrize("passes", [1, 2, 3])
@pytest.mark.parametrize(
    "rule", [PLAIN_STAGE.rule, SecondOrder(0.05, Running(0.01, Sampled(9))), Adam(9)]
)
def test_an_interrupted_run_ends_in_the_same_bits(tmp_path: Path, passes: int, rule: Rule) -> None:
    asked = plan(rule=rule, seeds=range(18))
    whole = runs.train_run(tmp_path / "whole", asked, SETS)
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "broken", asked, SETS, after_pass=killed_after(passes))
    seen: list[int] = []
    resumed = runs.train_run(
        tmp_path / "broken", asked, SETS, after_pass=lambda progress: seen.append(progress.passes)
    )
    assert seen == list(range(passes, 4))
    assert resumed.summary | {"seconds": 0} == whole.summary | {"seconds": 0}
    assert resumed.history.tolist() == whole.history.tolist()


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    first = runs.train_run(tmp_path / "made", plan(), SETS)
    second = runs.train_run(tmp_path / "made", plan(), SETS, after_pass=killed_after(1))
    assert first.summary == second.summary


def test_again_trains_anew(tmp_path: Path) -> None:
    runs.train_run(tmp_path / "made", plan(), SETS)
    seen: list[int] = []
    runs.train_run(
        tmp_path / "made", plan(4), SETS, again=True, after_pass=lambda p: seen.append(p.passes)
    )
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (plan(4), "another recipe"),
        (plan(seeds=range(1, 4)), "other seeds"),
        (replace(plan(), digits={"train": "0" * 64}), "other digits"),
        (replace(plan(), made_by={"lenet1989": "0.0.1"}), "another version"),
        (replace(plan(), architecture=replace(SMALL, name="OTHER")), "another architecture"),
    ],
)
def test_another_plan_is_refused_and_nothing_lost(
    tmp_path: Path, other: runs.Plan, what: str
) -> None:
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    before = {path: path.read_bytes() for path in run.folder.iterdir()}
    with pytest.raises(InputError, match=f"{what}.*; choose another --run, or train it --again"):
        runs.train_run(run.folder, other, SETS)
    assert {path: path.read_bytes() for path in run.folder.iterdir()} == before


def test_a_second_process_in_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    with (
        filelock.FileLock(folder / LOCK_FILE),
        pytest.raises(InputError, match="Another process is at work"),
    ):
        runs.train_run(folder, plan(), SETS)


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_a_flipped_bit_in_the_checkpoint_is_noticed(tmp_path: Path, position: float) -> None:
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "made", plan(), SETS, after_pass=killed_after(2))
    path = tmp_path / "made" / "checkpoint.npz"
    contents = bytearray(path.read_bytes())
    contents[int(position * len(contents))] ^= 1
    path.write_bytes(contents)
    with pytest.raises(
        InputError, match=r"checkpoint\.npz cannot be read \(it is spoiled.*--again"
    ):
        runs.train_run(tmp_path / "made", plan(), SETS)


def test_no_flipped_bit_in_a_checkpoint_leads_astray(tmp_path: Path) -> None:
    """Every 97th bit in turn: it is noticed and named, or changes nothing that is used."""
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "made", plan(1), SETS, after_pass=killed_after(1))
    path = tmp_path / "made" / "checkpoint.npz"
    sound = path.read_bytes()
    whole = runs.train_run(tmp_path / "whole", plan(1), SETS).summary["weights_sha256"]
    for bit in range(0, 8 * len(sound), 8 * len(sound) // 97):
        contents = bytearray(sound)
        contents[bit // 8] ^= 1 << bit % 8
        path.write_bytes(contents)
        said = ""
        try:
            summary = runs.train_run(tmp_path / "made", plan(1), SETS).summary
        except InputError as problem:
            said = str(problem)
        assert (
            "spoiled" in said or "carries no SHA-256" in said or summary["weights_sha256"] == whole
        )
        (tmp_path / "made" / "summary.json").unlink(missing_ok=True)


def test_a_history_that_lags_behind_the_checkpoint_is_brought_up_to_date(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "made", plan(), SETS, after_pass=killed_after(3))
    (tmp_path / "made" / "history.csv").unlink()
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    assert run.history["pass"].max() == 3


def test_starting_anew_removes_only_what_a_run_leaves(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    runs.train_run(folder, plan(), SETS)
    (folder / "thesis.txt").write_text("mine")
    runs.train_run(folder, plan(1), SETS, again=True)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_files_without_their_recipe_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    runs.train_run(folder, plan(), SETS)
    (folder / "recipe.json").unlink()
    with pytest.raises(InputError, match=r"summary\.json without recipe\.json"):
        runs.train_run(folder, plan(2), SETS)


def test_the_median_network_does_not_depend_on_the_order_of_seeds() -> None:
    counts = np.array([5, 5, 5, 9])
    assert _median_seed(counts, (7, 3, 5, 1)) == 5
    assert _median_seed(counts[[2, 0, 1, 3]], (5, 7, 3, 1)) == 5


@pytest.mark.parametrize("contents", [b"", b"PK\x03\x04", b"not an archive"])
def test_a_cut_checkpoint_is_noticed(tmp_path: Path, contents: bytes) -> None:
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "made", plan(), SETS, after_pass=killed_after(2))
    (tmp_path / "made" / "checkpoint.npz").write_bytes(contents)
    with pytest.raises(InputError, match="it is spoiled"):
        runs.train_run(tmp_path / "made", plan(), SETS)


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("recipe.json", b"{"),
        ("recipe.json", b"{}"),
        ("recipe.json", b'{"plan": {"recipe": 3}}'),
        ("recipe.json", b"[]"),
        ("recipe.json", b'{"plan": 3}'),
        ("summary.json", b""),
        ("summary.json", b"{}"),
        ("summary.json", b"null"),
        ("history.csv", b""),
        ("history.csv", b"pass,stage\n1"),
    ],
)
def test_a_spoiled_file_is_named(tmp_path: Path, name: str, contents: bytes) -> None:
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    (run.folder / name).write_bytes(contents)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        runs.read_run(run.folder)


def test_other_weights_than_the_summary_says_are_refused(tmp_path: Path) -> None:
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    other = runs.train_run(tmp_path / "other", plan(seeds=range(4, 7)), SETS)
    (run.folder / "weights.npz").write_bytes((other.folder / "weights.npz").read_bytes())
    with pytest.raises(InputError, match=r"weights\.npz holds other weights"):
        runs.read_run(run.folder).banks()
    (run.folder / "weights.npz").write_bytes(b"")
    with pytest.raises(InputError, match=r"weights\.npz cannot be read"):
        runs.read_run(run.folder).banks()


def test_no_run_and_an_unfinished_run_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no run"):
        runs.read_run(tmp_path / "nothing")
    with pytest.raises(Killed):
        runs.train_run(tmp_path / "made", plan(), SETS, after_pass=killed_after(1))
    with pytest.raises(InputError, match="not finished"):
        runs.read_run(tmp_path / "made")


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("")
    with pytest.raises(InputError, match="made cannot be written"):
        runs.train_run(tmp_path / "made", plan(), SETS)


def test_a_summary_tells_the_two_origins_of_test_digits_apart() -> None:
    mixed = made_digits(10)
    mixed.origin[:3] = "printed"
    summary = runs.summarize(plan(), [Bank(SMALL, range(3))], {"train": TRAIN, "test": mixed}, 1.0)
    parts = {"train": 60, "test": 10, "test_handwritten": 7, "test_printed": 3}
    assert {name: summary[name]["patterns"] for name in parts} == parts
    assert list(summary["committee"]) == list(parts)
    printed = mixed.select(mixed.origin == "printed")
    assert evaluate(Bank(SMALL, range(3)), printed) == summary["test_printed"]


def test_a_summary_of_an_earlier_version_is_one_sentence(tmp_path: Path) -> None:
    """It had rejection apart from the sets, and called handwritten test digits "test"."""
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    summary = run.summary
    earlier = {**summary, "test": summary["test_handwritten"]}
    earlier["reject_percent_for_1_percent_error"] = {
        name: {**earlier.pop(name)}.pop("rejected") for name in ("train", "test_handwritten")
    }
    for name in ("train", "test"):
        earlier[name] = {key: summary["train"][key] for key in ("error_percent", "mse")}
    runs.write_json(run.folder / "summary.json", earlier)
    with pytest.raises(InputError, match=r"no summary of a run as this version.*--again"):
        runs.read_run(run.folder)
    (run.folder / "summary.json").write_text(json.dumps(earlier))
    with pytest.raises(InputError, match=r"an earlier version wrote it\); train .*--again"):
        runs.read_run(run.folder)


def test_recipe_json_is_plain_to_read(tmp_path: Path) -> None:
    run = runs.train_run(tmp_path / "made", plan(), SETS)
    data = json.loads((run.folder / "recipe.json").read_text())
    assert data["plan"]["recipe"]["stages"][0]["rule"]["mu"] == 0.05
    assert data["plan"]["architecture"]["layers"][0]["kind"] == "Convolution"
    assert set(data["versions"]) >= {"python", "numpy", "numba"}
