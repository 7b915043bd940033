"""Outputs of all networks for many images: in blocks of images, bank beside bank."""

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction.network import LENET1, Bank
from reproduction.runs import outputs_of, summary
from tests.reproduction.network.small import assert_same_bits


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 7])
def test_outputs_are_those_of_each_bank_whatever_the_blocks(count, monkeypatch):
    monkeypatch.setattr(summary, "BLOCK", 3)
    images = np.random.default_rng(count).uniform(-1, 1, (count, 16, 16)).astype(np.float32)
    banks = [Bank(LENET1, seeds) for seeds in ((0, 1), (2,), (3, 4, 5))]
    wanted = [bank.outputs(LENET1.planes(images)) for bank in banks]
    assert_same_bits(outputs_of(banks, images), np.concatenate(wanted, axis=2))


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2000, 28, 28)), r"shape \(2000, 28, 28\)"),
        (np.zeros((0, 16, 16)), r"\(0, 28, 28\)"),
        (np.float32(3), r"shape \(\)"),
    ],
)
def test_bad_images_are_named_whole(images, message):
    with pytest.raises(InputError, match=message):
        outputs_of([Bank(LENET1, [0])], images)


def test_levels_are_looked_at_before_anything_is_computed(monkeypatch):
    images = np.zeros((2000, 16, 16), np.float32)
    images[-1] = 7
    bank = Bank(LENET1, [0])
    monkeypatch.setattr(bank, "outputs", lambda planes: pytest.fail("computed"))
    with pytest.raises(InputError, match=r"0.* to 7"):
        outputs_of([bank], images)
