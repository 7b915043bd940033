"""The bibliography says what the sources say, and citations tell works apart."""

from __future__ import annotations

import re

import pytest

from reproduction.sources import SOURCES
from tests.book.conftest import ROOT

BIBLIOGRAPHY = ROOT / "book" / "references.bib"


def entries():
    """Read the bibliography: fields by key."""
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    found = {}
    for key, body in re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", text, flags=re.DOTALL | re.MULTILINE):
        fields = re.findall(r"^ +(\w+) = \{(.*)\},?$", body, flags=re.MULTILINE)
        found[key] = {name: re.sub(r"[{}\\]", "", value) for name, value in fields}
    return found


def test_the_bibliography_has_every_source_and_the_book_of_the_digits():
    assert set(entries()) == {*SOURCES, "hastie2009elements"}


@pytest.mark.parametrize("key", SOURCES)
def test_the_bibliography_says_what_the_source_says(key):
    source, entry = SOURCES[key], entries()[key]
    names = [name.split(", ") for name in entry["author"].split(" and ")]
    assert tuple(f"{first} {last}" for last, first in names) == source.authors
    assert entry["title"] == source.title
    assert entry.get("pages", "").replace("--", "-") == source.pages
    year = entry["year"].rstrip("ab")  # of print, where the venue has it
    assert year in f"{source.year} {source.venue}"
    venue = next(entry[kind] for kind in ("booktitle", "journal", "institution") if kind in entry)
    assert source.venue.startswith(venue)


def test_no_two_works_are_cited_alike() -> None:
    cited = [
        (re.split(", | and ", entry["author"])[0], entry["author"].count(" and "), entry["year"])
        for entry in entries().values()
    ]
    labels = [(name, others if others < 2 else "et al.", year) for name, others, year in cited]
    assert len(set(labels)) == len(labels)
