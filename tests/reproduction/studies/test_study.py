"""A study trains each bank once, and goes on wherever it was killed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import studies
from reproduction.learning import Part
from reproduction.studies import Arm, Job, Measures, Study
from tests.reproduction.made import (
    MADE,
    PLAIN_STAGE,
    SMALL,
    here,
    made_study,
    untimed,
    with_eta,
)

Run = Callable[..., dict]


class Counted:
    """Runs jobs here, and remembers which."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def __call__(self, jobs: list[Job]) -> Iterator[tuple[Job, Measures]]:
        """Run them."""
        for job, figures in here(jobs):
            self.jobs.append(job)
            yield job, figures


class Killed(Exception):
    """Stands in for whatever ends a process."""


def killed_after(banks: int) -> studies.Spread:
    def spread(jobs: list[Job]) -> Iterator[tuple[Job, Measures]]:
        yield from here(jobs[:banks])
        raise Killed

    return spread


# --- which banks -----------------------------------------------------------------------------


def test_every_bank_of_every_arm_is_trained_once(run: Run) -> None:
    counted = Counted()
    record = run(made_study(arms=3), counted)
    asked = [(job.plan.recipe, job.plan.seeds) for job in counted.jobs]
    seeds = [tuple(range(16)), (16, 17)]
    assert asked == [(with_eta(n / 1000), these) for n in (1, 2, 3) for these in seeds]
    found = [(bank["arm"], tuple(bank["seeds"])) for bank in record["banks"]]
    assert found == [(f"eta {n / 1000:g}", these) for n in (1, 2, 3) for these in seeds]


@given(st.integers(1, 100))
def test_banks_hold_sixteen_seeds_and_the_last_one_the_rest(count: int) -> None:
    study = made_study(seeds=range(5, 5 + count))
    assert [seed for bank in study.banks for seed in bank] == list(study.seeds)
    assert [len(bank) for bank in study.banks[:-1]] == [16] * ((count - 1) // 16)
    assert 1 <= len(study.banks[-1]) <= 16


def test_equal_trainings_under_other_names_share_a_bank(run: Run, kept: Path) -> None:
    named = replace(MADE, name="other", about="other words", architecture="OTHER")
    arms = (Arm("one", MADE, SMALL), Arm("other", named, replace(SMALL, name="OTHER")))
    counted = Counted()
    record = run(Study("made", "?", arms, (0, 1)), counted)
    assert len(counted.jobs) == len(list(kept.iterdir())) == 1
    one, other = record["banks"]
    assert {**one, "arm": "other"} == other


def test_studies_share_the_banks_that_they_have_in_common(run: Run) -> None:
    counted = Counted()
    run(made_study(arms=2))
    run(replace(made_study(arms=3), name="another", question="What else?"), counted)
    assert {job.plan.recipe for job in counted.jobs} == {with_eta(3e-3)}


def test_a_finished_study_trains_nothing_and_has_the_same_record(run: Run) -> None:
    first, counted = run(made_study()), Counted()
    assert run(made_study(), counted) == first
    assert not counted.jobs


@pytest.mark.parametrize(
    ("arms", "seeds", "fault"),
    [
        ((), (0,), "has no arms"),
        ((Arm("a", MADE, SMALL), Arm("a", with_eta(1), SMALL)), (0,), "two arms of one name"),
        ((Arm("a", MADE, SMALL),), (), "no seeds"),
        ((Arm("a", MADE, SMALL),), (3, 3), "Seed 3 is given twice"),
        ((Arm("a", MADE, SMALL),), (-1,), "negative"),
    ],
)
def test_a_study_that_makes_no_sense_is_refused(
    arms: tuple[Arm, ...], seeds: tuple[int, ...], fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        Study("made", "?", arms, seeds)


def test_a_recipe_that_asks_for_what_is_not_there_is_refused_before_anything_is_trained(
    run: Run, kept: Path
) -> None:
    absent = replace(MADE, stages=(replace(PLAIN_STAGE, part=Part("printed")),))
    arms = (Arm("there", MADE, SMALL), Arm("not there", absent, SMALL))
    with pytest.raises(InputError, match="no digit belongs to its part"):
        run(Study("made", "?", arms, (0,)))
    assert not kept.exists()


# --- killed, and gone on with ----------------------------------------------------------------


@pytest.mark.parametrize("banks", [0, 1, 3, 4])
def test_a_killed_study_goes_on_to_the_same_record(run: Run, tmp_path: Path, banks: int) -> None:
    study = made_study(follow=True)
    undisturbed = run(study, kept=tmp_path / "undisturbed")
    with pytest.raises(Killed):
        run(study, killed_after(banks))
    counted = Counted()
    assert untimed(run(study, counted)) == untimed(undisturbed)
    assert len(counted.jobs) == 4 - banks


@pytest.mark.parametrize(
    "spoil",
    [
        lambda contents: b"",
        lambda contents: contents[: len(contents) // 2],
        lambda contents: b"\xff" + contents,
        lambda contents: b"null",
        lambda contents: b"[]",
        lambda contents: b"{}",
    ],
    ids=["empty", "cut", "no text", "nothing", "a list", "no figures"],
)
def test_a_spoiled_bank_is_trained_again(
    run: Run, kept: Path, spoil: Callable[[bytes], bytes]
) -> None:
    sound = run(made_study())
    file = sorted(kept.iterdir())[1]
    file.write_bytes(spoil(file.read_bytes()))
    counted = Counted()
    assert untimed(run(made_study(), counted)) == untimed(sound)
    assert [f"{each.key}.json" for each in counted.jobs] == [file.name]


def test_unfinished_are_just_the_banks_that_are_not_kept(
    run: Run, folder: Path, kept: Path
) -> None:
    jobs = list(studies.jobs_of(made_study(), folder).values())
    assert studies.unfinished(jobs * 2, kept) == jobs
    with pytest.raises(Killed):
        run(made_study(), killed_after(3))
    assert studies.unfinished(jobs, kept) == jobs[3:]


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(
    run: Run, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda file: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(InputError, match="cannot be written"):
            run(made_study())
    assert not list(kept.iterdir())
    assert len(run(made_study())["banks"]) == 4
