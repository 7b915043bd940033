"""Patterns for the tests of the engine, and the command line in a folder of its own."""

from pathlib import Path

import numpy as np
import pytest

from reproduction import __main__ as command_line
from tests.reproduction.made import Lenet1989, know_made_digits, made_folder


@pytest.fixture(scope="session")
def make_patterns():
    """Return a function that makes planes and labels for an architecture, the same each time."""

    def patterns(architecture, count, seed=0):
        rng = np.random.default_rng(seed)
        ink = rng.uniform(-1, 1, (count, 16, 16))
        labels = rng.integers(0, architecture.outputs, count)
        return architecture.planes(ink), labels

    return patterns


@pytest.fixture
def lenet1989(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Lenet1989:
    """Return what runs the command in a folder of its own, with made digits in digits/."""
    know_made_digits(monkeypatch.setattr)
    made_folder(tmp_path / "digits")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            command_line.main(arguments)
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err  # type: ignore[return-value]

    return run
