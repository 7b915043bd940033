"""What chapters work with is what was asked for: records of some arms, digits written by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from data_prep.digits import HANDWRITTEN, PRINTED, DataSet, Digits
from reproduction import evaluate, pages, train
from reproduction.learning import RECIPES
from reproduction.network import LENET1, Bank
from reproduction.pages import material
from tests.reproduction.made import PLAIN_STAGE, made_digits, recipe


def test_a_record_has_the_arms_asked_for_in_their_order() -> None:
    whole, some = pages.record("relatives"), pages.record("relatives", "DENSE", "LENET1")
    assert list(some["arms"]) == ["DENSE", "LENET1"]
    assert [bank["arm"] for bank in some["banks"]] == ["DENSE"] * 2 + ["LENET1"] * 2
    assert some["seeds"] == whole["seeds"]
    with pytest.raises(KeyError, match="no arm 'SPARSE'"):
        pages.record("relatives", "SPARSE")


def test_what_is_no_study_is_read_as_it_was_written() -> None:
    text = (pages.RECORDS / "speed.json").read_text(encoding="utf-8")
    written = json.loads(text)
    del written["sha256"]
    assert pages.measurement("speed") == written


def test_the_errors_of_a_recipe_are_those_of_networks_trained_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train_digits, test = made_digits(40, 1), made_digits(30, 2)
    digits = DataSet(train_digits, test, "", None, {})
    monkeypatch.setattr(material, "usps", lambda: digits)
    made = recipe(replace(PLAIN_STAGE, passes=1))
    bank = Bank(LENET1, range(16))
    train(bank, made, train_digits)
    wanted = evaluate(bank, test)["error_percent"]["each"]
    assert pages.errors_of(made).tolist() == pytest.approx(wanted)


def test_handwritten_digits_have_their_own_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.zeros((4, 16, 16), np.float32)
    origin = np.array([PRINTED, HANDWRITTEN, PRINTED, HANDWRITTEN])
    test = Digits(images, np.arange(4), origin)
    monkeypatch.setattr(material, "sets", lambda recipe: {"train": test, "test": test})
    monkeypatch.setattr(material, "outputs", lambda recipe: np.arange(40).reshape(4, 10, 1))
    digits, outputs = pages.by_hand()
    assert digits.labels.tolist() == [1, 3]
    assert outputs[:, :, 0].tolist() == [list(range(10, 20)), list(range(30, 40))]


def test_what_is_chosen_stands_in_the_recipe() -> None:
    assert pages.choice("second-order").chosen.is_of(RECIPES["paper"])
    assert pages.choice("first-order").chosen.is_of(RECIPES["sgd"])
