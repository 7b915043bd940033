"""A record says what ran and what came of it, and comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import runs, sealed, studies
from reproduction.learning import MNIST
from reproduction.learning.sets import wholes_of
from reproduction.studies import STUDIES, Job, Measures, Study
from reproduction.studies.record import read_bank
from tests.reproduction.made import (
    made_sets,
    made_study,
    untimed,
)

Run = Callable[..., dict]


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


def unsealed(text: str) -> dict:
    """Return the data of sealed JSON."""
    data = json.loads(text)
    del data["sha256"]
    return data


def test_a_record_is_json_equal_to_its_data(run: Run, tmp_path: Path) -> None:
    record = run(made_study(follow=True))
    studies.write_record(tmp_path / "made.json", record)
    assert unsealed((tmp_path / "made.json").read_text()) == record
    assert studies.read_record(tmp_path / "made.json") == record


def test_lists_of_plain_values_stand_on_a_line_of_their_own(run: Run) -> None:
    lines = sealed.as_text(run(made_study())).splitlines()
    assert f'   "seeds": {json.dumps(list(range(16)))},' in lines
    assert max(map(len, lines)) < 400


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text('ab1,:é"\\\n', max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("ab", max_size=3), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.text("ab", max_size=3), values, max_size=4))
@settings(deadline=None)
def test_any_plain_data_come_back_from_the_text(data: dict) -> None:
    assert unsealed(sealed.as_text(data)) == data


@pytest.mark.parametrize("words", ["[ a ]", "[a  b]", "one [two  three] four"])
def test_brackets_in_a_text_are_left_as_they_are(words: str) -> None:
    assert unsealed(sealed.as_text({"about": words})) == {"about": words}


def untrained(jobs: list[Job]) -> Iterator[tuple[Job, Measures]]:
    for each in jobs:
        seeds = list(each.plan.seeds)
        nothing = {"patterns": 1, "errors": [0] * len(seeds), "mse": [0.0] * len(seeds)}
        sets: Measures = {"train": nothing, "test_handwritten": nothing}
        hashes = {"after_first_pass": "", "weights_sha256": ""}
        yield each, {"seeds": seeds, **hashes, "sets": sets, "misread": "", "cpu_seconds": 0.0}


def reads_mnist(study: Study) -> bool:
    wholes = (each for arm in study.arms for each in wholes_of(arm.recipe.digits))
    return any(isinstance(each, MNIST) for each in wholes)


@pytest.mark.parametrize("name", [name for name in STUDIES if not reads_mnist(STUDIES[name])])
def test_every_named_study_comes_back_from_its_record(run: Run, name: str) -> None:
    """But for those of MNIST, whose digits cannot be made up; tests/paper reads their records."""
    study = STUDIES[name]
    record = run(study, untrained)
    assert studies.study_of(unsealed(sealed.as_text(record))) == study


def test_a_study_comes_back_from_its_record(run: Run) -> None:
    study = made_study(follow=True)
    assert studies.study_of(unsealed(sealed.as_text(run(study)))) == study


def test_a_record_of_another_study_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "curvature.json"
    studies.write_record(file, run(made_study()))
    assert studies.read_record(file, "made")["study"] == "made"
    fault = r"curvature\.json is the record of the study made, not of curvature; make it anew by"
    with pytest.raises(InputError, match=fault):
        studies.read_record(file, "curvature")


def test_no_record_and_what_is_none_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no record .*none\.json; make one by lenet1989 study"):
        studies.read_record(tmp_path / "none.json")
    for contents, fault in (
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"arms": {}}', "cannot be read"),
        (sealed.as_text({"arms": {}}), "is no record of a study"),
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


@given(st.integers(1, 70), st.integers(1, 16), st.integers(0, 2**32))
@settings(deadline=None)
def test_what_is_packed_comes_back(patterns: int, networks: int, seed: int) -> None:
    misread = np.random.default_rng(seed).random((patterns, networks)) < 0.1
    text = studies.packed(misread)
    assert text.isascii()
    back = studies.unpacked(text, patterns)
    assert back.dtype == bool
    np.testing.assert_array_equal(back, misread)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda record: without(record, 1), r"seeds 16 to 17: it is missing"),
        (lambda record: {**record, "banks": []}, r"seeds 0 to 15: it is missing"),
        (
            lambda record: {**record, "banks": [*record["banks"], record["banks"][0]]},
            r"seeds 0 to 15: it is there 2 times",
        ),
        (lambda record: changed(record, 1, seeds=[3, 4]), r"it is missing"),
    ],
)
def test_a_record_has_every_bank_of_every_arm_once(
    run: Run, tmp_path: Path, spoil: Callable[[dict], dict], fault: str
) -> None:
    record = run(made_study())
    studies.write_record(tmp_path / "made.json", spoil(record))
    with pytest.raises(InputError, match=rf"made\.json is not whole \(.*{fault}\); make it anew"):
        studies.read_record(tmp_path / "made.json")
    assert studies.differences(record, spoil(record))
    assert studies.differences(spoil(record), record)


@pytest.mark.parametrize("key", ["seeds", "sets", "digits", "arm", "weights_sha256"])
def test_a_record_of_a_bank_without_a_key_is_refused(run: Run, tmp_path: Path, key: str) -> None:
    record = run(made_study(arms=1, seeds=range(2)))
    del record["banks"][0][key]
    studies.write_record(tmp_path / "made.json", record)
    with pytest.raises(InputError, match=r"made\.json is no record of a study"):
        studies.read_record(tmp_path / "made.json")


def test_a_record_of_other_digits_differs(run: Run) -> None:
    record = run(made_study(arms=1, seeds=range(2)))
    digits = {**record["banks"][0]["digits"], "train": "0" * 64}
    (said,) = studies.differences(record, changed(record, 0, digits=digits))
    assert said == "eta 0.001, seeds 0 to 1: other digits"


def test_a_kept_bank_that_was_changed_is_trained_anew(run: Run, kept: Path) -> None:
    record = run(made_study(arms=1, seeds=range(2)))
    (file,) = kept.iterdir()
    sound = file.read_text()
    for spoilt in (
        sound.replace('"patterns": 60', '"patterns": 61'),
        sound.replace("sha256", "sha257"),
        sound[: len(sound) // 2],
        "",
    ):
        assert spoilt != sound
        file.write_text(spoilt)
        assert untimed(run(made_study(arms=1, seeds=range(2)))) == untimed(record)
    other = file.with_name("0" * 64 + ".json")
    other.write_text(file.read_text())
    assert read_bank(file) is not None
    assert read_bank(other) is None
