"""What every network misreads is counted over all records, each network once."""

from __future__ import annotations

import json

import numpy as np
import pytest

from reproduction.learning import MNIST, Across, Handwritten, HeldOut, Material, Mixed, Resplit
from reproduction.pages.material import RECORDS
from reproduction.studies import packed, read_record, study_of
from reproduction.studies.everywhere import is_tried_on_released, missed
from reproduction.studies.modern import SPLIT
from tests.reproduction.studies.modern_records import SPLITS_ERR, made


@pytest.mark.parametrize(
    ("material", "is_so"),
    [
        (Handwritten(), True),
        (Mixed("printed first"), True),
        (Across((MNIST(),), Handwritten()), True),
        (Across((Handwritten(),), MNIST()), False),
        (Resplit(7291), True),
        (Resplit(2007), False),
        (Resplit(7291, seed=0), False),
        (HeldOut(1), False),
        (MNIST(), False),
    ],
)
def test_the_released_digits_are_known_from_the_recipe(material: Material, is_so: bool) -> None:
    assert is_tried_on_released(material) is is_so


def test_networks_of_other_splits_do_not_count_and_a_bank_counts_once() -> None:
    record = made(SPLIT, SPLITS_ERR)
    found = missed([record, record])
    assert found.networks == 2 * 16  # two recipes on the released split
    twelve = np.arange(12)  # which all made-up networks misread
    assert set(twelve) <= set(found.by_all)
    assert found.by.max() == found.networks
    assert np.sum(found.by) == sum(
        sum(bank["sets"]["test_handwritten"]["errors"])
        for bank in record["banks"]
        if "as released" in bank["arm"]
    )


def test_networks_that_diverged_do_not_count() -> None:
    record = json.loads(json.dumps(made(SPLIT, SPLITS_ERR)))
    bank = record["banks"][0]
    bank["sets"]["train"]["errors"][3] = 7000
    wrong = np.zeros((2007, 16), bool)
    wrong[5, :3] = wrong[6] = wrong[7, 3] = True
    bank["misread"] = packed(wrong)
    first = {bank["arm"]: record["arms"][bank["arm"]]}
    alone = missed([{**record, "arms": first, "banks": [bank]}])
    assert alone.networks == 15
    assert (alone.by[5], alone.by[6], alone.by[7]) == (3, 15, 0)


@pytest.mark.parametrize("name", ["mnist-across", "sister-gap"])
def test_the_hashes_of_a_record_know_the_released_digits_alike(name: str) -> None:
    record = read_record(RECORDS / f"{name}.json")
    materials = {arm.name: arm.recipe.digits for arm in study_of(record).arms}
    hashes: dict[bool, set[str]] = {True: set(), False: set()}
    for bank in record["banks"]:
        is_so = is_tried_on_released(materials[bank["arm"]])
        hashes[is_so].add(bank["digits"]["test_handwritten"])
    assert len(hashes[True]) == 1
    assert not hashes[True] & hashes[False]
