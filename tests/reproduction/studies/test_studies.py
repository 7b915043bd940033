"""A study trains each bank once, as any training would, and goes on wherever it was killed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import Bank, evaluation, runs, studies, train
from reproduction.learning import FirstOrder, HeldOut, Mixed, Part, Recipe, Shuffled, Stage
from reproduction.network import Initial
from reproduction.network.relatives import TUTORIAL
from reproduction.studies import STUDIES, Arm, Job, Measures, Study
from tests.reproduction.made import (
    MADE,
    PLAIN_STAGE,
    SMALL,
    here,
    know_made_digits,
    made_folder,
    made_sets,
    made_study,
    untimed,
    with_eta,
)

Run = Callable[..., dict]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of made digits, which are taken for the real ones."""
    know_made_digits(monkeypatch.setattr)
    return made_folder(tmp_path / "digits")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "banks"


@pytest.fixture
def run(folder: Path, kept: Path) -> Run:
    """Return what runs a study in this process, one bank after another."""

    def run(study: Study, spread: studies.Spread = here, kept: Path = kept) -> dict:
        return studies.run(study, spread, folder=folder, kept=kept)

    return run


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


# --- the key of a bank -----------------------------------------------------------------------


def job(recipe: Recipe = MADE, follow: bool = False, folder: Path | None = None, **of_plan) -> Job:  # type: ignore[no-untyped-def]
    plan = runs.plan_of(recipe, SMALL, (0, 1, 2), made_sets())
    return Job(replace(plan, **of_plan), follow, folder)


def staged(**changes: object) -> Recipe:
    return replace(MADE, stages=(replace(PLAIN_STAGE, **changes),))  # type: ignore[arg-type]


PLAN = job().plan

OTHER_JOBS = {
    "eta": job(with_eta(1.1e-3)),
    "passes": job(staged(passes=3)),
    "rule": job(staged(rule=FirstOrder())),
    "part": job(staged(part=Part(first=50))),
    "order": job(staged(order=Shuffled())),
    "seed of the order": job(staged(order=Shuffled(1))),
    "layers that learn": job(staged(layers=("output",))),
    "two stages": job(replace(MADE, stages=(replace(PLAIN_STAGE, passes=1),) * 2)),
    "material": job(replace(MADE, digits=Mixed())),
    "another material": job(replace(MADE, digits=Mixed("printed first"))),
    "first weights": job(replace(MADE, initial=Initial(square_root=True))),
    "layers": job(architecture=replace(SMALL, layers=SMALL.layers[1:])),
    "squashing": job(architecture=replace(SMALL, squashing=TUTORIAL.squashing)),
    "seeds": job(seeds=(0, 1, 3)),
    "order of the seeds": job(seeds=(0, 2, 1)),
    "fewer seeds": job(seeds=(0, 1)),
    "digits to learn": job(digits={**PLAN.digits, "train": "0" * 64}),
    "digits to try": job(digits={**PLAN.digits, "test_handwritten": "0" * 64}),
    "engine": job(made_by={**PLAN.made_by, "engine": "0" * 64}),
    "version": job(made_by={**PLAN.made_by, "lenet1989": "0.0.1"}),
    "followed": job(follow=True),
}


def test_the_key_changes_with_everything_that_the_result_depends_on() -> None:
    keys = {what: other.key for what, other in OTHER_JOBS.items()} | {"nothing": job().key}
    assert len(set(keys.values())) == len(keys)


@pytest.mark.parametrize(
    "same",
    [
        job(),
        job(replace(MADE, name="other")),
        job(replace(MADE, about="other words")),
        job(replace(MADE, architecture="OTHER")),
        job(architecture=replace(SMALL, name="OTHER")),
        job(folder=Path("elsewhere")),
        job(made_by=dict(reversed(PLAN.made_by.items()))),
        job(staged(name="other")),
    ],
)
def test_the_key_depends_on_no_name_and_no_place(same: Job) -> None:
    assert same.key == job().key


# --- what a bank did -------------------------------------------------------------------------


def hash_of(bank: Bank) -> str:
    """Hash weights network after network, as the docstring of a run's hash says."""
    return hashlib.sha256(
        b"".join(bank.parameters[:, n].astype("<f4").tobytes() for n in range(len(bank.seeds)))
    ).hexdigest()


def trained_plainly(recipe: Recipe, seeds: tuple[int, ...]) -> tuple[Bank, np.ndarray]:
    """Train a bank by the package's plain function, and return it with its history."""
    bank, sets = Bank(SMALL, seeds, recipe.initial), made_sets()
    return bank, train(bank, recipe, sets["train"], sets["test_handwritten"])


def test_the_weights_are_those_of_an_ordinary_training(run: Run) -> None:
    for bank in run(made_study())["banks"]:
        recipe = with_eta(float(bank["arm"].removeprefix("eta ")))
        plain, _ = trained_plainly(recipe, tuple(bank["seeds"]))
        assert bank["weights_sha256"] == hash_of(plain)
        once, _ = trained_plainly(recipe.with_passes(1), tuple(bank["seeds"]))
        assert bank["after_first_pass"] == hash_of(once)


def test_first_weights_are_those_that_the_recipe_asks_for(run: Run) -> None:
    wide = replace(MADE, initial=Initial(square_root=True))
    (bank,) = run(Study("made", "?", (Arm("wide", wide, SMALL),), (4,)))["banks"]
    assert bank["weights_sha256"] == hash_of(trained_plainly(wide, (4,))[0])
    assert bank["weights_sha256"] != hash_of(trained_plainly(MADE, (4,))[0])


def test_a_bank_can_be_checked_by_its_first_pass(folder: Path, run: Run) -> None:
    study = made_study()
    for bank, made in zip(
        run(study)["banks"], studies.jobs_of(study, folder).values(), strict=True
    ):
        assert studies.after_first_pass(made.plan, made_sets()) == bank["after_first_pass"]


def test_a_network_does_not_depend_on_the_others_of_its_bank(run: Run, tmp_path: Path) -> None:
    (whole,) = run(made_study(arms=1, seeds=range(4)))["banks"]
    (alone,) = run(made_study(arms=1, seeds=[2]), kept=tmp_path / "alone")["banks"]
    for name, figures in whole["sets"].items():
        for key in ("errors", "mse"):
            assert alone["sets"][name][key] == [figures[key][2]]


def test_the_figures_are_those_of_the_outputs(run: Run) -> None:
    (record,) = run(made_study(arms=1, seeds=range(3)))["banks"]
    plain, _ = trained_plainly(with_eta(1e-3), (0, 1, 2))
    sets = made_sets()
    assert list(record["sets"]) == ["train", "test_handwritten"]
    for name, figures in record["sets"].items():
        digits = sets[name]
        outputs = plain.outputs(SMALL.planes(digits.images)).astype(np.float64)
        wrong = outputs.argmax(axis=1) != digits.labels[:, None]
        wanted = 2.0 * np.eye(10)[digits.labels] - 1
        squares = ((outputs - wanted[:, :, None]) ** 2).mean(axis=(0, 1)) / 2
        assert figures["patterns"] == len(digits)
        assert figures["errors"] == wrong.sum(axis=0).tolist()
        assert figures["mse"] == pytest.approx(squares.tolist(), abs=6e-9)
        if name == "train":
            assert "rejected" not in figures
        else:
            misread = studies.unpacked(record["misread"], len(digits))
            np.testing.assert_array_equal(misread, wrong)
            float32 = plain.outputs(SMALL.planes(digits.images))
            for rule, reject in (
                ("difference", evaluation.reject_by_difference),
                ("thresholds", evaluation.reject_by_thresholds),
            ):
                rejected = [each.rejected for each in reject(float32, digits.labels)]
                assert figures["rejected"][rule] == rejected


def test_probabilities_have_a_cross_entropy_too(run: Run) -> None:
    last = replace(SMALL.layers[-1], squashed=False)
    soft = replace(SMALL, layers=(SMALL.layers[0], last), energy="cross-entropy")
    (bank,) = run(Study("made", "?", (Arm("soft", MADE, soft),), (0, 1)))["banks"]
    plain, digits = Bank(soft, (0, 1)), made_sets()["test_handwritten"]
    train(plain, MADE, made_sets()["train"])
    outputs = plain.outputs(soft.planes(digits.images)).astype(np.float64)
    figures = bank["sets"]["test_handwritten"]
    own = outputs[np.arange(30), digits.labels]
    assert figures["cross_entropy"] == pytest.approx((-np.log(own)).mean(axis=0), abs=6e-9)
    squares = (outputs - np.eye(10)[digits.labels][:, :, None]) ** 2
    assert figures["mse"] == pytest.approx(squares.mean(axis=(0, 1)) / 2, abs=6e-9)


def test_a_diverged_network_has_no_mse_and_every_digit_wrong(run: Run) -> None:
    unsquashed = replace(
        SMALL, layers=tuple(replace(each, squashed=False) for each in SMALL.layers)
    )
    wild = replace(MADE, stages=(Stage("wild", 3, with_eta(1e6).stages[0].eta, FirstOrder()),))
    record = run(Study("made", "?", (Arm("wild", wild, unsquashed),), (0,)))
    figures = record["banks"][0]["sets"]["test_handwritten"]
    assert figures["mse"] == [None]
    assert figures["errors"] == [30]
    assert json.loads(studies.as_text(record)) == record


def test_printed_digits_are_tried_apart_and_both_together(run: Run) -> None:
    mixed = replace(staged(passes=1, part=Part(first=40)), digits=Mixed())
    (bank,) = run(Study("made", "?", (Arm("mixed", mixed, SMALL),), (0, 1)))["banks"]
    sets = bank["sets"]
    patterns = {name: figures["patterns"] for name, figures in sets.items()}
    assert patterns == {
        "train": 60 + 2549,
        "test": 730,
        "test_handwritten": 30,
        "test_printed": 700,
    }
    apart = zip(sets["test_handwritten"]["errors"], sets["test_printed"]["errors"], strict=True)
    assert sets["test"]["errors"] == [written + printed for written, printed in apart]
    assert {name for name in sets if "rejected" in sets[name]} == {"test", "test_handwritten"}
    misread = studies.unpacked(bank["misread"], 30)
    assert misread.sum(axis=0).tolist() == sets["test_handwritten"]["errors"]


def test_held_out_digits_are_tried_in_place_of_test_digits(run: Run) -> None:
    fold = replace(MADE, digits=HeldOut(3, 4))
    record = run(Study("made", "?", (Arm("fold", fold, SMALL),), (0, 1), follow=True))
    (bank,) = record["banks"]
    learned, held_out = HeldOut(3, 4).split(made_sets()["train"])
    plain = Bank(SMALL, (0, 1))
    train(plain, MADE, learned)
    assert set(bank["sets"]) == set(bank["history"]) == {"train", "held_out"}
    for name, digits in (("train", learned), ("held_out", held_out)):
        found, outputs = bank["sets"][name], plain.outputs(SMALL.planes(digits.images))
        assert found["patterns"] == len(digits)
        assert found["errors"] == evaluation.errors(outputs, digits.labels).tolist()
        assert found["mse"] == pytest.approx(
            evaluation.mean_squared_error(outputs, digits.labels), abs=1e-8
        )
        assert "rejected" not in found
    assert "misread" not in bank


def test_a_followed_study_has_the_errors_after_every_pass(run: Run) -> None:
    (bank,) = run(made_study(arms=1, seeds=(3, 1), follow=True))["banks"]
    _, history = trained_plainly(with_eta(1e-3), (3, 1))
    assert set(bank["history"]) == {"train", "test_handwritten"}
    for part, errors in bank["history"].items():
        for seed, each in zip((3, 1), errors, strict=True):
            lines = history[(history["part"] == part) & (history["network"] == seed)]
            assert each == lines["errors"].tolist()
    ends = [each[-1] for each in bank["history"]["train"]]
    assert ends == bank["sets"]["train"]["errors"]


def test_following_changes_no_bit(run: Run) -> None:
    (silent,) = run(made_study(arms=1, seeds=range(2)))["banks"]
    (followed,) = run(made_study(arms=1, seeds=range(2), follow=True))["banks"]
    assert "history" not in silent
    del followed["history"]
    assert untimed({"banks": [followed]}) == untimed({"banks": [silent]})


def test_digits_of_another_kind_are_refused(folder: Path) -> None:
    other = job(digits={**PLAN.digits, "test_handwritten": "0" * 64}, folder=folder)
    with pytest.raises(InputError, match="digits of this machine are not those of the study"):
        studies.trained(other)


@given(st.integers(1, 70), st.integers(1, 16), st.randoms(use_true_random=False))
def test_what_is_packed_comes_back(patterns: int, networks: int, random: object) -> None:
    bits = [random.random() < 0.1 for _ in range(patterns * networks)]  # type: ignore[attr-defined]
    misread = np.array(bits).reshape(patterns, networks)
    text = studies.packed(misread)
    assert text.isascii()
    back = studies.unpacked(text, patterns)
    assert back.dtype == bool
    np.testing.assert_array_equal(back, misread)


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


# --- records ---------------------------------------------------------------------------------


def test_a_record_says_what_ran_and_with_what(run: Run) -> None:
    record = run(made_study())
    assert record["study"] == "made"
    assert record["made by"] == "lenet1989 study made"
    assert record["seeds"] == list(range(18))
    assert set(record["versions"]) >= {"python", "numpy", "numba", "lenet1989", "engine"}
    for bank in record["banks"]:
        assert bank["digits"] == {
            name: runs.digits_sha256(digits) for name, digits in made_sets().items()
        }
        assert bank["cpu_seconds"] >= 0


def test_a_record_is_json_equal_to_its_data(run: Run, tmp_path: Path) -> None:
    record = run(made_study(follow=True))
    text = studies.as_text(record)
    assert json.loads(text) == record
    (tmp_path / "made.json").write_text(text)
    assert studies.read_record(tmp_path / "made.json") == record


def test_lists_of_plain_values_stand_on_a_line_of_their_own(run: Run) -> None:
    lines = studies.as_text(run(made_study())).splitlines()
    assert f'   "seeds": {json.dumps(list(range(16)))},' in lines
    assert max(map(len, lines)) < 400


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text('ab1,:é"\\\n', max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("ab", max_size=3), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.text("ab", max_size=3), values, max_size=4))
@settings(deadline=None)
def test_any_plain_data_come_back_from_the_text(data: dict) -> None:
    assert json.loads(studies.as_text(data)) == data


@pytest.mark.parametrize("words", ["[ a ]", "[a  b]", "one [two  three] four"])
def test_brackets_in_a_text_are_left_as_they_are(words: str) -> None:
    assert json.loads(studies.as_text({"about": words})) == {"about": words}


def untrained(jobs: list[Job]) -> Iterator[tuple[Job, Measures]]:
    for each in jobs:
        sets: Measures = {"train": {}, "test_handwritten": {}}
        hashes = {"after_first_pass": "", "weights_sha256": ""}
        seeds = list(each.plan.seeds)
        yield each, {"seeds": seeds, **hashes, "sets": sets, "misread": "", "cpu_seconds": 0.0}


@pytest.mark.parametrize("name", STUDIES)
def test_every_named_study_comes_back_from_its_record(run: Run, name: str) -> None:
    study = STUDIES[name]
    record = run(study, untrained)
    assert studies.study_of(json.loads(studies.as_text(record))) == study


def test_a_study_comes_back_from_its_record(run: Run) -> None:
    study = made_study(follow=True)
    assert studies.study_of(json.loads(studies.as_text(run(study)))) == study


def test_no_record_and_what_is_none_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no record .*none\.json; make one by lenet1989 study"):
        studies.read_record(tmp_path / "none.json")
    for contents, fault in (
        ("{", "cannot be read"),
        ("[]", "is no record of a study"),
        ('{"arms": {}}', "is no record of a study"),
    ):
        (tmp_path / "spoiled.json").write_text(contents)
        with pytest.raises(InputError, match=rf"spoiled\.json {fault}"):
            studies.read_record(tmp_path / "spoiled.json")


def without(record: dict, number: int) -> dict:
    return {**record, "banks": [b for n, b in enumerate(record["banks"]) if n != number]}


def changed(record: dict, number: int, **changes: object) -> dict:
    banks = [{**b, **changes} if n == number else b for n, b in enumerate(record["banks"])]
    return {**record, "banks": banks}


def test_equal_records_differ_in_nothing_but_the_time(run: Run) -> None:
    record = run(made_study())
    assert studies.differences(record, record) == []
    again = changed(record, 1, cpu_seconds=1e9)
    again["versions"] = {"python": "4.0"}
    assert studies.differences(record, again) == []


def test_a_difference_is_named_by_its_bank_and_kind(run: Run) -> None:
    record = run(made_study())
    figures = json.loads(json.dumps(record["banks"][2]["sets"]))
    figures["train"]["errors"][0] += 1
    other = "0" * 64
    for again, what in (
        (changed(record, 2, after_first_pass=other), "other weights after the first pass"),
        (
            changed(record, 2, after_first_pass=other, weights_sha256=other),
            "other weights after the first pass",
        ),
        (changed(record, 2, weights_sha256=other), "other weights at the end"),
        (changed(record, 2, sets=figures), "other measures from the same weights"),
        (without(record, 2), "it is missing"),
    ):
        assert studies.differences(record, again) == [f"eta 0.002, seeds 0 to 15: {what}"]


def test_all_differences_are_named(run: Run) -> None:
    record = run(made_study())
    again = changed(without(record, 0), 2, weights_sha256="0" * 64)
    assert studies.differences(record, again) == [
        "eta 0.001, seeds 0 to 15: it is missing",
        "eta 0.002, seeds 16 to 17: other weights at the end",
    ]
