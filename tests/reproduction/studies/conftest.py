"""Made digits in the place of the real ones, and studies that run in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reproduction import studies
from reproduction.studies import Study
from tests.reproduction.made import (
    here,
    know_made_digits,
    made_folder,
)

Run = Callable[..., dict]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of made digits, which are taken for the real ones."""
    know_made_digits(monkeypatch.setattr)
    return made_folder(tmp_path / "digits")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "banks"


@pytest.fixture
def run(folder: Path, kept: Path) -> Run:
    """Return what runs a study in this process, one bank after another."""

    def run(study: Study, spread: studies.Spread = here, kept: Path = kept) -> dict:
        return studies.run(study, spread, folder=folder, kept=kept)

    return run
