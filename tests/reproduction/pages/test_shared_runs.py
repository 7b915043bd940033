"""The runs that the chapters share are trained before the book is built, side by side, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reproduction.learning import RECIPES, Handwritten
from reproduction.network import ARCHITECTURES
from reproduction.pages import __main__ as command
from reproduction.pages import material
from tests.reproduction.made import PLAIN_STAGE, SMALL, know_made_digits, made_folder, recipe

NAMES = ("first", "second", "third")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Three small recipes in the place of the book's, on made digits."""
    know_made_digits(monkeypatch.setattr)
    monkeypatch.setenv("LENET1989_DIGITS", str(made_folder(tmp_path / "digits")))
    monkeypatch.setattr(material, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(material, "SHARED", NAMES)
    monkeypatch.setitem(ARCHITECTURES, "SMALL", SMALL)
    for number, name in enumerate(NAMES, start=2):
        made = recipe(replace(PLAIN_STAGE, passes=number))
        known = replace(made, name=name, architecture="SMALL", digits=Handwritten())
        monkeypatch.setitem(RECIPES, name, known)
    forget_digits()
    yield tmp_path / "runs"
    forget_digits()


def forget_digits() -> None:
    for kept in (material.usps, material.sets, material.run):
        kept.cache_clear()


def test_each_is_trained_to_its_end_with_a_line_a_pass_and_only_once(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main()
    said = capsys.readouterr().err.splitlines()
    for name, passes in zip(NAMES, (2, 3, 4), strict=True):
        assert len([line for line in said if line.startswith(name)]) == passes
        assert material.is_trained(name)
    command.main()
    assert not capsys.readouterr().err


def test_a_fault_in_one_stops_the_others_and_they_go_on_later(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(progress: object) -> None:
        raise OSError("no room")

    train = material.trained
    with monkeypatch.context() as faulty:
        faulty.setattr(
            material,
            "trained",
            lambda name, after: train(name, spoiled if name == "first" else after),
        )
        with pytest.raises(OSError, match="no room"):
            command.main()
    command.main()
    assert all(map(material.is_trained, NAMES))
