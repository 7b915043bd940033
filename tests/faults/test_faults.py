"""A few faults of every kind; `make faults` makes thousands."""

from __future__ import annotations

import os

import pytest

from tests.faults.outcomes import Row, fault_of, table
from tests.faults.tasks import Task, done, name_of, tasks

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks and limits as POSIX has them")


@pytest.mark.parametrize(
    "task",
    tasks(ended=12, spoilt=90, odd=60, full=6, at_once=3),
    ids=name_of,
)
def test_nothing_is_lost_or_silently_wrong(task: Task) -> None:
    for row in done(task):
        assert row.cases
        assert not row.faults, row.examples


def test_faults_are_counted() -> None:
    row = Row("made")
    for fault in ("", "lost", "silently_wrong", fault_of(KeyError("errors")), "hang", "hang"):
        row.count(fault, "a case")
    assert row.as_json() == {
        **{"kind": "made", "cases": 6, "lost": 1, "silently_wrong": 1, "traceback": 1, "hang": 2}
    }
    assert (row.faults, len(row.examples)) == (5, 5)
    assert table([row]).splitlines()[1].split() == ["made", "6", "1", "1", "1", "2"]
