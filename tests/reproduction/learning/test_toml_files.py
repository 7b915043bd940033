"""A recipe written out as TOML comes back, and every fault in one is named with its line."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from data_prep.errors import InputError
from reproduction.learning import (
    RECIPES,
    Begin,
    Constant,
    Linear,
    Part,
    Recipe,
    Sampled,
    SecondOrder,
    Stage,
)
from reproduction.learning.toml_files import as_toml, read_recipe
from tests.reproduction.learning.made_recipes import any_recipe

RULE = SecondOrder(0.2, Sampled(500))
MADE = as_toml(
    Recipe(
        "made",
        "of every kind",
        (
            Stage("printed", 5, Constant(0.004), RULE, Part(origin="printed")),
            Stage("all", 25, Linear(0.004, 0.0001), RULE),
        ),
    )
)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize("name", RECIPES)
def test_every_named_recipe_comes_back(name: str, tmp_path: Path) -> None:
    assert read_recipe(written(tmp_path, as_toml(RECIPES[name]))) == RECIPES[name]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_a_file_is_written(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MADE, encoding=encoding)
    assert as_toml(read_recipe(path)).partition("\n")[2] == MADE.partition("\n")[2]
    path.write_text("# ü\n" + MADE, encoding="latin-1")
    with pytest.raises(InputError, match=r"mine\.toml is no TOML file \('utf-8' codec"):
        read_recipe(path)


@given(any_recipe)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_recipe_comes_back(tmp_path: Path, recipe: Recipe) -> None:
    assert read_recipe(written(tmp_path, as_toml(recipe))) == recipe


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    text = """
[[stages]]
name = "only"
passes = 3
eta = { kind = "Constant", eta = 0.001 }
rule = { kind = "SecondOrder", mu = 0.05 }
"""
    recipe = read_recipe(written(tmp_path, text))
    assert recipe.name == "mine"
    assert recipe.passes == 3


def test_a_fault_of_the_recipe_before_is_named_with_its_line(tmp_path: Path) -> None:
    before = RECIPES["staged"]
    text = as_toml(replace(RECIPES["handwritten"], begin=Begin(before, ("H1",))))
    *above, below = text.split("passes = ")  # of the last stage of the recipe before
    faulty = "passes = ".join([*above, "0" + below.lstrip("0123456789")])
    with pytest.raises(InputError) as refusal:
        read_recipe(written(tmp_path, faulty))
    line = len("passes = ".join(above).splitlines()) + 1
    assert f"line {line}: passes is 0" in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("passes = 25", "passes = -3", "passes is -3; give a number from 1 to 1e+06"),
        ("passes = 25", "passes = 2.5", "2.5 is no whole number"),
        ("passes = 25", 'passes = "25"', "'25' is no whole number"),
        ("passes = 25", "passes = true", "True is no whole number"),
        ("mu = 0.2", "momentum = 0.2", '"momentum" is unknown; there are mu, curvature'),
        ("mu = 0.2", "mu = nan", "mu is nan"),
        ("mu = 0.2", "mu = 0.0", "mu is 0"),
        ("mu = 0.2", 'mu = "0.2"', "'0.2' is no number"),
        ("first = 0.004", "first = -0.004", "first is -0.004"),
        ('origin = "printed"', 'origin = "drawn"', 'origin is "drawn"; give one of handwritten'),
        ('origin = "printed"', "first = 0", "first is 0"),
        ('origin = "printed"', "classes = [3, 11]", "classes is 11"),
        ('mixing = "interleaved"', 'mixing = "shaken"', 'mixing is "shaken"'),
        ("deslanted = true", 'deslanted = "false"', "'false' is no true or false"),
        ("patterns = 500", "patterns = 0", "patterns is 0"),
        ("patterns = 500", 'patterns = "7"', "'7' is no whole number"),
        ('kind = "FileOrder"', 'kind = "Shuffled"\nseed = -1', "seed is -1"),
        ('name = "all"', 'name = ""', "name has 0 letters"),
        ("passes = 25", 'passes = 25\nlayers = "H1"', '"H1" is no list; write ["H1"]'),
    ],
)
def test_a_fault_is_one_sentence_with_its_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    text = MADE.replace(old, new, 1)
    assert text != MADE
    with pytest.raises(InputError) as refusal:
        read_recipe(written(tmp_path, text))
    sentence = str(refusal.value)
    assert fault in sentence
    assert sentence.count("\n") == 0
    assert f"line {line_of(text, new.splitlines()[-1])}:" in sentence


@pytest.mark.parametrize(
    ("old", "new", "fault", "table"),
    [
        ('kind = "Linear"', 'kind = "Bent"', 'there is no kind "Bent"', "[stages.eta]"),
        ('kind = "Linear"', "kind = 3", 'there is no kind "3"', "[stages.eta]"),
        ("last = 0.0001\n", "", '"last" is missing', "[stages.eta]"),
    ],
)
def test_a_fault_of_a_whole_table_is_named_with_its_first_line(
    tmp_path: Path, old: str, new: str, fault: str, table: str
) -> None:
    text = MADE.replace(old, new, 1)
    assert text != MADE
    with pytest.raises(InputError) as refusal:
        read_recipe(written(tmp_path, text))
    assert fault in str(refusal.value)
    second = [n for n, line in enumerate(text.splitlines(), 1) if line == table][1]
    assert f"line {second}:" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("stages = ", "is no TOML file"),
        ("", '"stages" is missing'),
        ("stages = []", "stages is empty"),
        ("speed = 3\nstages = []", '"speed" is unknown'),
        ("stages = 3", "stages is not written as it is wanted"),
        ("stages = " + "[" * 20_000, "is nested too deep"),
        ("seed = " + "9" * 5_000, "is no TOML file"),
        ("#" * (2**20 + 1), "is larger than"),
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=r"mine\.toml") as refusal:
        read_recipe(written(tmp_path, text))
    assert fault in str(refusal.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is no TOML file"):
        read_recipe(tmp_path / "bytes.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX only: named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.toml")
    with pytest.raises(InputError, match=r"mine\.toml is not a file"):
        read_recipe(tmp_path / "mine.toml")
