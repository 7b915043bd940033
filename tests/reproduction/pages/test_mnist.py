"""The chapter on MNIST is built with its digits and, saying so, without them."""

from __future__ import annotations

import numpy as np
import pytest

from data_prep.digits import DataSet
from data_prep.errors import InputError
from reproduction.network import Bank
from reproduction.pages import mnist
from tests.reproduction.made import SMALL, made_digits

CACHED = (mnist.digits_in, mnist.as_filed, mnist._answers, mnist.readings)


@pytest.fixture(autouse=True)
def forgotten():
    """Have nothing kept from the real digits, nor the made ones kept for others."""
    for each in CACHED:
        each.cache_clear()
    yield
    for each in CACHED:
        each.cache_clear()


@pytest.fixture
def without_digits(monkeypatch):
    """Have no MNIST digits."""

    def load(*args, **kwargs):
        raise InputError("The MNIST digits cannot be had: <no> network.")

    monkeypatch.setattr(mnist, "load_whole", load)


def test_without_digits_a_sentence_stands_for_each_picture(without_digits):
    for html in (
        mnist.forms("Forms", "All", "Look."),
        mnist.misread((1, 7), "Misread", "All", "Look."),
    ):
        assert "A picture is missing here. The MNIST digits cannot be had" in html.text
        assert "&lt;no&gt;" in html.text
        assert "<figure" not in html.text


def test_without_digits_what_needs_them_is_no_number(without_digits):
    found = mnist.readings()
    assert not found.are_known
    for values in (found.upright, found.as_they_are, found.plane, found.errors, found.ones):
        assert np.isnan(values).all()


@pytest.fixture
def made(monkeypatch):
    """Have made digits for those of MNIST and of the USPS, and an untrained bank for the run."""
    upright, leaning = made_digits(60, 1), made_digits(60, 2)
    bank = Bank(SMALL, range(3))
    forms = {mnist.UPRIGHT: upright, mnist.AS_THEY_ARE: leaning}
    monkeypatch.setattr(mnist, "load_whole", lambda form, **quietly: (None, forms[form]))
    monkeypatch.setattr(mnist, "as_filed", lambda: SMALL.planes(leaning.images))
    monkeypatch.setattr(mnist.material, "usps", lambda: DataSet(upright, upright, "", None, {}))
    run = type("Run", (), {"banks": lambda self: [bank]})()
    monkeypatch.setattr(mnist.material, "run", lambda recipe: run)
    return bank, forms


def test_readings_are_what_the_networks_answer(made):
    bank, forms = made
    found = mnist.readings()
    assert found.are_known
    rates = {}
    for form, digits in forms.items():
        answers = bank.outputs(SMALL.planes(digits.images)).argmax(axis=1)
        rates[form] = answers != digits.labels[:, np.newaxis]
        if form == mnist.AS_THEY_ARE:
            of_ones = answers[digits.labels == 1].ravel()
    upright, leaning = rates[mnist.UPRIGHT], rates[mnist.AS_THEY_ARE]
    for digit in range(10):
        belongs = forms[mnist.UPRIGHT].labels == digit
        assert found.upright[digit] == pytest.approx(100 * upright[belongs].mean())
        assert found.as_they_are[digit] == pytest.approx(100 * leaning[belongs].mean())
    assert found.errors.tolist() == upright.sum(axis=0).tolist()
    np.testing.assert_allclose(found.plane, 100 * leaning.mean(axis=0))
    wrong = of_ones[of_ones != 1]
    wanted = [100 * np.mean(wrong == digit) for digit in range(10)]
    np.testing.assert_allclose(found.ones, wanted)


def test_with_digits_pictures_are_shown(made):
    shown = mnist.forms("Forms", "The first of each class", "Look at the rows.")
    assert "<figure" in shown.text
    assert "Look at the rows." in shown.text
    assert "<figure" in mnist.misread(tuple(range(10)), "Misread", "By all", "All.").text
