"""The studies' records that the book reads are whole, of the studies as they stand, and right."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from data_prep.errors import InputError
from reproduction import sealed, studies
from reproduction.learning import MNIST, recipes
from reproduction.learning.sets import TRAIN, load_whole, wholes_of
from reproduction.studies import STUDIES, Job
from reproduction.studies.record import fault_of
from tests.paper.test_figures_reached import WEIGHTS_SHA256

RECORDS = Path(__file__).parents[2] / "book" / "records"

every_study = pytest.mark.parametrize("name", STUDIES)


@cache
def record_of(name: str) -> dict:
    """Read a study's record, or say how to make it."""
    path = RECORDS / f"{name}.json"
    assert path.exists(), f"{path} is missing: lenet1989 study {name} --record {path} makes it."
    return studies.read_record(path)


@cache
def without_mnist() -> str:
    """Say why there are no MNIST digits here, or nothing."""
    try:
        load_whole(MNIST())
    except InputError as problem:
        return str(problem)
    return ""


def asks_for_mnist(name: str) -> bool:
    """Tell whether a study learns from MNIST digits, or tries networks on them."""
    wholes = {each for arm in STUDIES[name].arms for each in wholes_of(arm.recipe.digits)}
    return any(isinstance(each, MNIST) for each in wholes)


@cache
def jobs_of(name: str) -> list[Job]:
    """Return the jobs of a study in the order of its record's banks, on the real digits."""
    if asks_for_mnist(name) and without_mnist():
        pytest.skip(without_mnist())
    return list(studies.jobs_of(STUDIES[name]).values())


@every_study
def test_a_record_is_of_the_study_as_it_stands(name: str) -> None:
    assert studies.study_of(record_of(name)) == STUDIES[name]


@every_study
def test_a_record_has_every_network_of_every_arm_once(name: str) -> None:
    study = STUDIES[name]
    found = [(bank["arm"], tuple(bank["seeds"])) for bank in record_of(name)["banks"]]
    assert found == [(arm.name, seeds) for arm in study.arms for seeds in study.banks]


@every_study
def test_a_record_is_of_these_digits(name: str) -> None:
    found = [bank["digits"] for bank in record_of(name)["banks"]]
    assert found == [job.plan.digits for job in jobs_of(name)]


@every_study
def test_a_record_is_written_as_it_is_compared(name: str) -> None:
    path = RECORDS / f"{name}.json"
    assert sealed.as_text(record_of(name)) == path.read_text(encoding="utf-8")


@every_study
def test_what_is_misread_adds_up_to_the_errors(name: str) -> None:
    for bank in record_of(name)["banks"]:
        sets = bank["sets"]
        if by_hand := sets.get("test_handwritten"):  # a choice of mu and eta does not read them
            misread = studies.unpacked(bank["misread"], by_hand["patterns"])
            assert misread.sum(axis=0).tolist() == by_hand["errors"]
        if "test" in sets:
            printed, written = (sets[f"test_{o}"]["errors"] for o in ("printed", "handwritten"))
            assert sets["test"]["errors"] == [a + b for a, b in zip(printed, written, strict=True)]
        for figures in sets.values():
            assert len(figures["errors"]) == len(figures["mse"]) == len(bank["seeds"])


@every_study
def test_what_was_followed_ends_where_the_figures_are(name: str) -> None:
    study = STUDIES[name]
    passes = {arm.name: arm.recipe.passes for arm in study.arms}
    for bank in record_of(name)["banks"]:
        assert ("history" in bank) is study.follow
        for part, networks in bank.get("history", {}).items():
            there = part if part in bank["sets"] else f"{part}_handwritten"
            assert [errors[-1] for errors in networks] == bank["sets"][there]["errors"]
            assert {len(errors) for errors in networks} == {passes[bank["arm"]]}


OWN = {"arm", "history", "committee"}
"""What a bank has of its study, and not of its training."""


def test_equal_trainings_have_equal_banks_in_all_records() -> None:
    """Choices, of which fewer measures are kept, come last in `STUDIES`."""
    by_key: dict[str, dict] = {}
    shared = 0
    for name in STUDIES:
        if asks_for_mnist(name) and without_mnist():
            continue
        for job, bank in zip(jobs_of(name), record_of(name)["banks"], strict=True):
            alone = {key: each for key, each in bank.items() if key not in OWN}
            key = Job(job.plan).key
            shared += key in by_key
            assert fault_of(alone, by_key.setdefault(key, alone)) == ""
    assert shared


@pytest.mark.parametrize(
    "recipe", [recipes.PAPER, recipes.HANDWRITTEN], ids=lambda recipe: recipe.name
)
def test_the_first_sixteen_of_the_hundred_are_those_of_the_readme(recipe) -> None:  # type: ignore[no-untyped-def]
    record = record_of("hundred")
    hashes = {
        job.plan.recipe.name: bank["weights_sha256"]
        for job, bank in zip(jobs_of("hundred"), record["banks"], strict=True)
        if bank["seeds"][0] == 0
    }
    assert hashes[recipe.name] == WEIGHTS_SHA256[recipe.name]


FIRST_PASSES: dict[str, str] = {}
"""By the key of a job: several studies begin with the same bank."""


def first_pass(job: Job) -> str:
    key = Job(job.plan).key
    if key not in FIRST_PASSES:
        sets = studies.digits_of(job.plan.recipe.digits)
        FIRST_PASSES[key] = studies.after_first_pass(job.plan, {TRAIN: sets[TRAIN]})
    return FIRST_PASSES[key]


LONG = 20_000
"""Digits: a pass over more is left to `make records-check`."""


@every_study
@pytest.mark.parametrize("which", ["first", "last"])
def test_the_first_pass_run_again_ends_in_the_recorded_bits(name: str, which: str) -> None:
    """Of the first bank of the first arm, and of the last."""
    study = STUDIES[name]
    number = 0 if which == "first" else (len(study.arms) - 1) * len(study.banks)
    recorded = record_of(name)["banks"][number]["after_first_pass"]
    if recorded is None:
        pytest.skip("the first choices were recorded before hashes were kept")
    job = jobs_of(name)[number]
    if len(studies.digits_of(job.plan.recipe.digits)[TRAIN]) > LONG:
        pytest.skip("a pass of MNIST takes six seconds; make records-check runs it again")
    assert first_pass(job) == recorded


def test_every_record_of_a_study_belongs_to_one_that_has_a_name() -> None:
    found = set()
    for path in RECORDS.glob("*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        if {"arms", "banks", "seeds"} <= data.keys():
            found.add(path.stem)
            assert data["study"] == path.stem
    assert found <= set(STUDIES)
