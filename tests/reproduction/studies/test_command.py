"""`lenet1989 study` as a person meets it: what it trains, keeps, prints and refuses."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reproduction import sealed, studies
from reproduction.learning.toml_files import as_toml
from reproduction.network.relatives import FC40
from reproduction.studies import STUDIES, spreading
from tests.reproduction.made import (
    MADE,
    SMALL,
    Lenet1989,
    with_eta,
)


@pytest.fixture
def study(lenet1989: Lenet1989, tmp_path: Path) -> Lenet1989:
    """Return what runs a study in this process: slow.toml and fast.toml on small.toml."""
    (tmp_path / "slow.toml").write_text(as_toml(with_eta(1e-3, "slow")))
    (tmp_path / "fast.toml").write_text(as_toml(with_eta(2e-3, "fast")))
    (tmp_path / "small.toml").write_text(as_toml(replace(SMALL, name="small")))

    def run(*arguments: str) -> tuple[int, str, str]:
        workers = () if "--scheduler" in arguments else ("--workers", "1")
        return lenet1989("study", "--digits", str(tmp_path / "digits"), *workers, *arguments)

    return run


MINE = (
    *("mine", "--recipe", "slow.toml", "--recipe", "fast.toml"),
    *("--architecture", "small.toml", "--seeds", "0-16"),
)
"""A study of two arms of two banks."""

ON_DASK = ("order", "--scheduler", "tcp://127.0.0.1:1")


def refused(result: tuple[int, str, str]) -> str:
    """Return the one sentence of a refusal."""
    status, _, err = result
    assert status == 2
    assert "Traceback" not in err
    sentences = [line for line in err.splitlines() if line.startswith("lenet1989: ")]
    assert len(sentences) == 1
    assert err.endswith(sentences[0] + "\n")
    assert sentences[0].endswith(".")
    return sentences[0].removeprefix("lenet1989: ")


# --- a study of one's own ----------------------------------------------------------------------


def test_the_studies_are_listed_with_their_questions(lenet1989: Lenet1989) -> None:
    status, out, err = lenet1989("study")
    assert (status, err) == (0, "")
    for each in STUDIES.values():
        (line,) = (line for line in out.splitlines() if line.split()[:1] == [each.name])
        arms, networks = map(int, line.split()[1:3])
        assert (arms, networks) == (len(each.arms), len(each.arms) * len(each.seeds))
        assert " ".join(each.question.split()[:4]) in " ".join(out.split())


def test_a_study_prints_its_table_and_writes_its_record(study: Lenet1989) -> None:
    status, out, err = study(*MINE)
    assert status == 0, err
    assert "2 arms of 17 networks: 4 banks to train" in err
    lines = err.splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("bank")] == [
        f"bank {n} of 4" for n in range(1, 5)
    ]
    assert "The record is in runs/studies/mine.json" in out
    record = studies.read_record(Path("runs/studies/mine.json"))
    assert record["seeds"] == list(range(17))
    arms = {arm.name: arm for arm in studies.study_of(record).arms}
    assert list(arms) == ["slow on small", "fast on small"]
    assert arms["fast on small"].recipe == with_eta(2e-3, "fast")
    assert arms["fast on small"].architecture == replace(SMALL, name="small")


def test_the_table_has_medians_and_ranges_of_the_record(study: Lenet1989) -> None:
    _, out, _ = study(*MINE)
    record = studies.read_record(Path("runs/studies/mine.json"))
    for arm in record["arms"]:
        sets = [bank["sets"] for bank in record["banks"] if bank["arm"] == arm]
        train, test, rejected = (
            sorted(n for each in sets for n in of(each))
            for of in (
                lambda each: each["train"]["errors"],
                lambda each: each["test_handwritten"]["errors"],
                lambda each: each["test_handwritten"]["rejected"]["difference"],
            )
        )
        lines = [line for line in out.splitlines() if arm in line]
        (line,) = (line for line in lines if "diverged" not in line)
        for cell in (
            " 17 ",
            f" {100 * train[8] / 60:.2f} % ",
            f" {test[8]} of 30 ",
            f" {test[0]} - {test[-1]} ",
            f" {100 * rejected[8] / 30:.2f} %",
        ):
            assert cell in line


def test_recipes_and_architectures_make_a_grid(study: Lenet1989) -> None:
    status, _, err = study(*MINE[:-2], "--architecture", "FC40", "--seeds", "3")
    assert status == 0, err
    record = studies.read_record(Path("runs/studies/mine.json"))
    assert list(record["arms"]) == [
        *("slow on small", "slow on FC40", "fast on small", "fast on FC40")
    ]
    assert studies.study_of(record).arms[1].architecture == FC40


def test_without_seeds_a_study_of_ones_own_is_one_bank(study: Lenet1989) -> None:
    status, _, err = study("mine", "--recipe", "slow.toml", "--architecture", "small.toml")
    assert status == 0, err
    record = studies.read_record(Path("runs/studies/mine.json"))
    assert [bank["seeds"] for bank in record["banks"]] == [list(range(16))]


def test_a_record_may_go_anywhere(study: Lenet1989) -> None:
    status, out, err = study(*MINE, "--seeds", "0", "--record", "new/place/it.json")
    assert status == 0, err
    assert "The record is in new/place/it.json" in out
    assert json.loads(Path("new/place/it.json").read_text())["study"] == "mine"


def test_quiet_studies_print_results_alone(study: Lenet1989) -> None:
    status, out, err = study(*MINE, "--quiet")
    assert (status, err) == (0, "")
    assert "fast on small" in out


def test_what_is_finished_is_not_trained_again(study: Lenet1989) -> None:
    study(*MINE)
    before = Path("runs/studies/mine.json").read_bytes()
    _, _, err = study(*MINE)
    assert "0 banks to train" in err
    assert Path("runs/studies/mine.json").read_bytes() == before
    _, _, err = study(*MINE[:-1], "0-32")
    assert "4 banks to train" in err  # of the six, two are kept


def test_the_networks_of_a_named_study_may_be_fewer(
    study: Lenet1989, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(studies, "run", lambda study, *_, **__: asked.append(study) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        study("order", "--seeds", "3,5")
    assert asked == [replace(STUDIES["order"], seeds=(3, 5))]


# --- checked -----------------------------------------------------------------------------------


def test_a_record_that_is_right_is_confirmed_and_nothing_written(
    study: Lenet1989, tmp_path: Path
) -> None:
    study(*MINE)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    status, out, err = study("mine", "--check")
    assert (status, out) == (0, "runs/studies/mine.json: 4 banks, the same bits.\n")
    assert "4 banks to train" in err
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("after_first_pass", "other weights after the first pass"),
        ("weights_sha256", "other weights at the end"),
        ("sets", "other measures from the same weights"),
    ],
)
def test_a_record_that_is_wrong_is_named_by_its_bank_and_status_1(
    study: Lenet1989, key: str, said: str
) -> None:
    study(*MINE, "--record", "mine.json")
    record = studies.read_record(Path("mine.json"))
    if key == "sets":
        record["banks"][1]["sets"]["train"]["mse"][0] += 1e-8
    else:
        record["banks"][1][key] = "0" * 64
    studies.write_record(Path("mine.json"), record)
    status, out, err = study("mine", "--record", "mine.json", "--check", "--quiet")
    assert (status, out) == (1, "")
    assert err == f"lenet1989: mine.json: slow on small, seeds 16 to 16: {said}\n"


def test_a_part_of_a_record_may_be_checked(study: Lenet1989) -> None:
    study(*MINE)
    status, out, err = study("mine", "--check", "--seeds", "0-15", "--quiet")
    assert (status, err) == (0, "")
    assert "2 banks, the same bits" in out


def test_there_must_be_a_record_to_be_checked(study: Lenet1989) -> None:
    sentence = refused(study("order", "--check"))
    assert sentence == ("There is no record runs/studies/order.json; make one by lenet1989 study.")
    sealed.write_json(Path("spoiled.json"), {})
    sentence = refused(study("order", "--check", "--record", "spoiled.json"))
    assert sentence == (
        "spoiled.json is no record of a study as this version writes it; make it anew by "
        "lenet1989 study."
    )


# --- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), 'There is no study "nonsense"; there are hundred, relatives, '),
        (("nonsense",), 'There is no study "nonsense"'),
        ((*MINE, "--recipe", "nonsense"), 'There is no recipe "nonsense"'),
        ((*MINE, "--architecture", "nonsense"), 'There is no architecture "nonsense"'),
        ((*MINE, "--recipe", "slow.toml"), '"mine" has two arms of one name'),
        ((*MINE, "--seeds", "3-1"), "--seeds 3-1 runs backwards"),
        (("order", "--seeds", "0,0"), "Seed 0 is given twice"),
        ((*ON_DASK, "--workers", "2"), "--workers is for this machine"),
        (("order", "--workers", "0"), "--workers"),
        (("order", "--digits", "nowhere"), "nowhere"),
        ((*MINE, "--record", "digits/zip.test/mine.json"), "digits/zip.test"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_trained(
    study: Lenet1989, arguments: Sequence[str], words: str
) -> None:
    sentence = refused(study(*arguments))
    assert words in sentence
    assert not Path("runs/banks").exists()


def test_a_study_on_a_cluster_needs_its_scheduler(
    study: Lenet1989, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(spreading, "CONNECTING", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    sentence = refused(study(*MINE, "--scheduler", address))
    assert sentence == f"No Dask scheduler answers at {address}; start one, or correct --scheduler."
    assert not Path("runs/banks").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("order", "--architecture", "small.toml"),
        (*MINE, "--check"),
        ("mine", "--check", "--architecture", "small.toml"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    study: Lenet1989, arguments: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    study(*MINE)
    monkeypatch.setattr(studies, "run", lambda *given, **options: pytest.fail("it began"))
    refused(study(*arguments))


def test_a_recipe_may_name_an_architecture_file_beside_it(study: Lenet1989) -> None:
    Path("own").mkdir()
    Path("own/recipe.toml").write_text(as_toml(replace(MADE, architecture="net.toml")))
    Path("own/net.toml").write_text(as_toml(SMALL))
    status, _, err = study("mine", "--recipe", "own/recipe.toml", "--seeds", "0")
    assert status == 0, err
    record = studies.read_record(Path("runs/studies/mine.json"))
    assert [arm.architecture for arm in studies.study_of(record).arms] == [SMALL]


def test_each_recipe_has_the_architecture_file_beside_it(study: Lenet1989) -> None:
    for folder in ("a", "b"):
        Path(folder).mkdir()
        recipe = replace(MADE, name=folder, architecture="net.toml")
        Path(folder, "recipe.toml").write_text(as_toml(recipe))
        Path(folder, "net.toml").write_text(as_toml(replace(SMALL, name=f"NET {folder}")))
    recipes = ("--recipe", "a/recipe.toml", "--recipe", "b/recipe.toml")
    status, _, err = study("mine", *recipes, "--seeds", "0")
    assert status == 0, err
    record = studies.read_record(Path("runs/studies/mine.json"))
    assert list(record["arms"]) == ["a on NET a", "b on NET b"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("", "--recipe", "slow.toml"), "no name for a study"),
        (("../mine", "--recipe", "slow.toml"), "no name for a study"),
        (("order", "--recipe", "slow.toml"), "is a study of the book"),
        (("--recipe", "slow.toml"), "has no name"),
    ],
)
def test_a_study_of_ones_own_has_a_name_of_its_own(
    study: Lenet1989, arguments: Sequence[str], words: str
) -> None:
    assert words in refused(study(*arguments))
    assert not Path("runs").exists()


def test_a_recipe_of_an_architecture_that_is_not_there_is_refused(study: Lenet1989) -> None:
    Path("recipe.toml").write_text(as_toml(replace(MADE, architecture="LENET9")))
    sentence = refused(study("mine", "--recipe", "recipe.toml"))
    assert 'There is no architecture "LENET9"' in sentence


def test_a_record_that_cannot_be_written_is_one_sentence_and_the_banks_are_kept(
    study: Lenet1989,
) -> None:
    Path("taken.json").mkdir()
    sentence = refused(study(*MINE, "--record", "taken.json"))
    assert "taken.json cannot be written" in sentence
    assert "--record" in sentence
    _, _, err = study(*MINE)
    assert "0 banks to train" in err


def test_a_bank_that_cannot_be_kept_names_no_option_that_is_not_there(study: Lenet1989) -> None:
    study(*MINE)
    for bank in Path("runs/banks").iterdir():
        bank.unlink()
        bank.mkdir()
    sentence = refused(study(*MINE))
    assert "runs/banks" in sentence
    assert "--run" not in sentence.replace("--record", "")


def test_one_network_is_not_called_networks(study: Lenet1989) -> None:
    _, _, err = study(*MINE[:-1], "0")
    assert "2 arms of 1 network: 2 banks to train" in err
    assert "bank 1 of 2: 1 network in " in err
