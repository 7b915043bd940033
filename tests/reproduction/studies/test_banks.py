"""A bank is trained as any training would, and is known by all that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction import Bank, evaluation, runs, sealed, studies, train
from reproduction.learning import (
    Begin,
    FirstOrder,
    HeldOut,
    Mixed,
    Part,
    Prune,
    Recipe,
    Shuffled,
    Stage,
)
from reproduction.learning.converter import converter
from reproduction.network import Initial
from reproduction.network.relatives import TUTORIAL
from reproduction.studies import Arm, Job, Study
from tests.reproduction.made import (
    MADE,
    PLAIN_STAGE,
    SMALL,
    made_sets,
    made_study,
    untimed,
    with_eta,
)

Run = Callable[..., dict]


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
    "what is deleted": job(staged(prune=Prune(100))),
    "how it is chosen": job(staged(prune=Prune(100, "magnitude"))),
    "what it begins with": job(replace(MADE, begin=Begin(MADE, ("H1",)))),
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
    "committee": replace(job(), committee=True),
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


def test_banks_without_a_committee_keep_the_key_that_they_had_before_there_were_any() -> None:
    stages = tuple(replace(stage, name="any") for stage in MADE.stages)
    recipe = replace(MADE, name="any", about="", architecture="any", stages=stages)
    plan = replace(PLAN, recipe=recipe, architecture=replace(SMALL, name="any"))
    text = json.dumps([converter.unstructure(plan), False], sort_keys=True)
    assert job().key == hashlib.sha256(text.encode()).hexdigest()


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


def test_a_bank_of_a_record_is_checked_without_its_study(folder: Path, run: Run) -> None:
    record = run(made_study())
    for bank in record["banks"]:
        assert studies.first_pass_again(record, bank, folder) == bank["after_first_pass"]


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


def test_a_committee_is_tried_where_a_study_asks_for_it(run: Run) -> None:
    slow = with_eta(1e-5)
    silent = Study("made", "?", (Arm("slow", slow, SMALL),), (0, 1, 2))
    asking = replace(silent, committee=True)
    record = run(asking)
    (bank,) = record["banks"]
    plain, _ = trained_plainly(slow, (0, 1, 2))
    test = made_sets()["test_handwritten"]
    answers = (
        plain.outputs(SMALL.planes(test.images)).astype(np.float64).mean(axis=2).argmax(axis=1)
    )
    assert bank["committee"]["answers"] == "".join(map(str, answers))
    assert bank["committee"]["errors"] == (answers != test.labels).sum() > 0
    assert studies.study_of(json.loads(sealed.as_text(record))) == asking
    without = {"banks": [{key: bank[key] for key in bank if key != "committee"}]}
    assert untimed(without) == untimed({"banks": run(silent)["banks"]})


def test_a_committee_in_which_no_network_has_a_voice_has_no_answer(run: Run) -> None:
    unsquashed = replace(
        SMALL, layers=tuple(replace(each, squashed=False) for each in SMALL.layers)
    )
    wild = replace(MADE, stages=(Stage("wild", 3, with_eta(1e6).stages[0].eta, FirstOrder()),))
    record = run(Study("made", "?", (Arm("wild", wild, unsquashed),), (0,), committee=True))
    assert record["banks"][0]["committee"] == {"errors": 30, "answers": 30 * "-"}


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
    assert {**json.loads(sealed.as_text(record)), **record} == json.loads(sealed.as_text(record))


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
