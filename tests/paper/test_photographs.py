"""The photographs' bench in its short form; `python -m tests.faults.photographs` is the whole."""

from __future__ import annotations

import pytest

import data_prep
from reproduction import runs
from reproduction.runs.reader import Reader
from tests.faults.photographs import Inks, missed, tried

CASES = 5  # of which none may be wrong and accepted
TELLING = (
    "even light",
    "light from one side, to 30-60 %",
    "full stop",
    "underline",
    "desk on one side",
    "two digits",
    "blank, one side, no noise",
    "blank, sharp shadow",
    "blank, desk on one side",
)


@pytest.fixture(scope="module")
def reader(paper: runs.Run) -> Reader:
    return Reader(paper)


@pytest.mark.parametrize("name", TELLING)
def test_photographs_are_read_or_refused(name: str, reader: Reader) -> None:
    tally, told = tried(reader, name, CASES, Inks(data_prep.load().test))
    assert not missed(name, tally), told
