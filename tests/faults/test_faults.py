"""A few faults of every kind; `make faults` makes thousands."""

from __future__ import annotations

import os

import pytest

from tests.faults.__main__ import rows
from tests.faults.outcomes import Row, fault_of, table

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks and limits as POSIX has them")


def test_nothing_is_lost_or_silently_wrong() -> None:
    found = list(rows(ended=8, spoilt=36, odd=60, full=4, at_once=3))
    assert sum(row.cases for row in found) > 100
    assert not any(row.faults for row in found), [row.examples for row in found]


def test_faults_are_counted() -> None:
    row = Row("made")
    for fault in ("", "lost", "silently_wrong", fault_of(KeyError("errors")), "hang", "hang"):
        row.count(fault, "a case")
    assert row.as_json() == {
        **{"kind": "made", "cases": 6, "lost": 1, "silently_wrong": 1, "traceback": 1, "hang": 2}
    }
    assert (row.faults, len(row.examples)) == (5, 5)
    assert table([row]).splitlines()[1].split() == ["made", "6", "1", "1", "1", "2"]
