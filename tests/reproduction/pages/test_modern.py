"""What the chapter on what was learnt since shows follows from the records."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

from data_prep.digits import DataSet
from reproduction.learning import recipes
from reproduction.learning.modern import MODERN
from reproduction.pages import modern
from reproduction.studies import comparison
from reproduction.studies.modern import CHOICE, LADDER, SPLIT, SPLITS
from reproduction.studies.selection import choose
from tests.reproduction.made import made_digits
from tests.reproduction.studies.modern_records import LADDER_ERRS, SPLITS_ERR, made

FOUND = modern.Ladder(made(LADDER, LADDER_ERRS))
PARTED = modern.Splits(made(SPLIT, SPLITS_ERR))


def cells(table: modern.Html) -> list[list[str]]:
    """Return the rows of a table, its head first, without marks."""
    rows = re.findall(r"<tr>(.*?)</tr>", table.text)
    return [[html.unescape(each) for each in re.findall(r">([^<]*)</t[hd]>", row)] for row in rows]


def test_gains_are_points_saved_seed_by_seed() -> None:
    for (arm, gain), before in zip(FOUND.steps.items(), modern.SINCE, strict=False):
        saved = FOUND.error[before] - FOUND.error[arm]
        assert gain.mean == pytest.approx(saved.mean())
        assert gain.low < gain.mean < gain.high
    assert list(FOUND.steps) == list(modern.SINCE[1:])
    for step, gain in FOUND.alone.items():
        saved = FOUND.error["as in 1989"] - FOUND.error[f"{step} alone"]
        assert gain.mean == pytest.approx(saved.mean())


def test_a_committee_has_its_share_of_the_digits() -> None:
    for bank in FOUND.record["banks"]:
        share = FOUND.together[bank["arm"]]
        assert share.mean == pytest.approx(100 * bank["committee"]["errors"] / 2007)
        assert share.low < share.mean < share.high


def test_a_step_that_could_be_none_is_marked() -> None:
    head, *rows = cells(FOUND.each("steps"))
    assert head == ["points fewer", "alone", "on top of those before"]
    assert [row[0] for row in rows] == list(modern.ALONE)
    for row, alone in zip(rows, FOUND.alone.values(), strict=True):
        assert row[1].endswith("*") is not alone.excludes_zero


def test_the_picture_shows_every_step() -> None:
    shown = FOUND.picture("A ladder", "Notice it.").text
    assert "Notice it." in shown
    assert all(arm in shown for arm in modern.SINCE)


def test_tables_have_every_arm_candidate_and_split() -> None:
    assert [row[0] for row in cells(FOUND.reached("all"))[1:]] == list(FOUND.error)
    assert [row[0] for row in cells(PARTED.shown("splits"))[1:]] == list(SPLITS)
    chosen = choose(made(CHOICE, {"Adam, distorted, eta 0.006": 0.7}))
    rows = cells(modern.candidates(chosen, "candidates"))[1:]
    assert len(rows) == len(chosen.candidates)
    assert rows[0][0] == "Adam, distorted, η 0.006"
    held_out = [float(row[1]) for row in rows]
    assert held_out == sorted(held_out)
    assert {row[3] for row in rows} == {"yes", ""}


def test_medians_of_splits_are_of_one_kind() -> None:
    for kind, count in (("from", 4), ("shuffled", 3)):
        found = PARTED.medians("modern", kind)
        names = [name for name in SPLITS if name.startswith(kind)]
        assert len(names) == count
        errors = [
            comparison.values(PARTED.record, f"modern, {name}", modern.ERROR) for name in names
        ]
        np.testing.assert_array_equal(found, np.median(errors, axis=1))
    assert PARTED.released("1989") == np.median(PARTED.error("1989", "as released"))


def test_the_papers_own_training_takes_the_papers_own_days() -> None:
    assert modern.days(recipes.PAPER, 9840) == pytest.approx(3.0)
    assert modern.days(recipes.HANDWRITTEN, 7291) == pytest.approx(3 * 7291 / 9840, rel=0.02)
    assert modern.days(MODERN.with_passes(600), 7291) == pytest.approx(
        2 * modern.days(MODERN, 7291)
    )
    found = modern.work(FOUND.record, modern.SINCE)
    assert list(found.days) == list(modern.SINCE)
    rows = cells(found.shown(FOUND.error, "work"))[1:]
    assert [row[0] for row in rows] == list(modern.SINCE)


def test_the_hardest_digits_have_their_label_and_the_commonest_wrong_answer(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    digits = made_digits(2007)
    monkeypatch.setattr(modern.material, "usps", lambda: DataSet(digits, digits, "", None, {}))
    which = np.array([0, 1, int(np.flatnonzero(digits.labels == 3)[0])])
    shown = modern.hardest(FOUND, which, "Hard", "All say 3", "Look.").text
    wrong = FOUND.misread_together("as in 1989")  # whose committee always answers 3
    np.testing.assert_array_equal(wrong, digits.labels != 3)
    for n in which:
        label = int(digits.labels[n])
        assert f"{label} → {'–' if label == 3 else 3}" in shown
