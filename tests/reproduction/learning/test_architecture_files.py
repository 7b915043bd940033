"""An architecture written out as TOML comes back, trains, and every fault in one is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import runs
from reproduction.learning.toml_files import as_toml, read_architecture
from reproduction.network import (
    ARCHITECTURES,
    Architecture,
    Border,
    Connection,
    Convolution,
    Plane,
    Squashing,
    Subsampling,
)
from tests.reproduction.made import (
    MADE,
    SMALL,
    Lenet1989,
)

# --- out and back ------------------------------------------------------------------------------


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=lambda a: a.name)
def test_every_named_architecture_comes_back(architecture: Architecture, tmp_path: Path) -> None:
    assert read_architecture(written(tmp_path, as_toml(architecture))) == architecture


sides = st.integers(0, 3)
values = st.floats(-2, 2)
sizes = st.floats(0.1, 3)
windows = st.builds(
    lambda maps, bias, squashed, width, value: Convolution(
        "H1",
        maps,
        4,
        4,
        tuple((0,) for _ in range(maps)),
        bias,
        Border(width, 4 - width, 4 - width, width, value),
        squashed,
    ),
    st.integers(1, 5),
    st.sampled_from(["map", "unit"]),
    st.booleans(),
    sides,
    values,
)
averages = st.builds(Subsampling, st.just("H2"), *[st.booleans()] * 4)
architectures = st.builds(
    lambda name, plane, layers, units, squashing, soft: Architecture(
        name,
        plane,
        (*layers, Connection("output", units, squashed=not soft)),
        squashing,
        "cross-entropy" if soft else "squares",
    ),
    st.text(min_size=1, max_size=8).filter(lambda name: [name] == name.strip().splitlines()),
    st.builds(Plane, st.just(28), st.just(28), sides, sides, values),
    st.one_of(st.just(()), st.tuples(windows), st.tuples(windows, averages)),
    st.integers(1, 12),
    st.builds(Squashing, sizes, sizes),
    st.booleans(),
)


@given(architectures)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_architecture_comes_back(tmp_path: Path, architecture: Architecture) -> None:
    assert read_architecture(written(tmp_path, as_toml(architecture))) == architecture


SHORT = """
[plane]
height = 16
width = 16

[[layers]]
kind = "Convolution"
name = "H1"
maps = 2
kernel = 6
stride = 2

[[layers]]
kind = "Connection"
name = "output"
units = 10
"""


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    assert read_architecture(written(tmp_path, SHORT)) == replace(SMALL, name="mine")


# --- faults ------------------------------------------------------------------------------------

WHOLE = """name = "MINE"

[plane]
height = 16
width = 16

[[layers]]
kind = "Convolution"
name = "H1"
maps = 3
kernel = 5
border = { top = 2, bottom = 2, left = 2, right = 2, value = -1.0 }

[[layers]]
kind = "Subsampling"
name = "H2"

[[layers]]
kind = "Convolution"
name = "H3"
maps = 2
kernel = 5
table = [[0, 1], [1, 2]]

[[layers]]
kind = "Connection"
name = "output"
units = 10
"""


def refusal_of(path: Path) -> str:
    """Return the one sentence by which a file is refused."""
    with pytest.raises(InputError) as refusal:
        read_architecture(path)
    sentence = str(refusal.value)
    assert str(path) in sentence
    assert sentence.count("\n") == 0
    return sentence


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[1, 2]]", "[1, 3]]", "H3: map 1 reads (1, 3), but the maps below are 0 to 2"),
        ("[1, 2]]", "[1, -1]]", "H3: map 1 reads (1, -1), but the maps below are 0 to 2"),
        ("[1, 2]]", "[]]", "H3: map 1 has no input; name at least one map below"),
        ("[1, 2]]", "[1, 1]]", "H3: map 1 reads (1, 1); name each map below once"),
        ("[1, 2]]", "[1], [2]]", "H3: the table has 3 rows for 2 maps"),
        ("top = 2", "top = 1", "H2: maps of 15 x 16 cannot be halved"),
        ("maps = 3\nkernel = 5", "maps = 3\nkernel = 25", "H1: kernels of 25 at stride 1 do not"),
        ("kernel = 5\ntable", "kernel = 5\nstride = 2\ntable", "kernels of 5 at stride 2 do not"),
        ("maps = 3", "maps = 0", "H1: 0 maps; give at least 1"),
        ("kernel = 5\nborder", "kernel = 0\nborder", "H1: kernel 0, stride 1; both must be"),
        ("maps = 2", 'maps = 2\nbias = "none"', 'H3: bias "none" is unknown; use "map" or "unit"'),
        ("units = 10", "units = 0", "output: 0 units; give at least 1"),
        ('name = "H3"', 'name = "H1"', "two layers share a name"),
        ('kind = "Connection"', 'kind = "Subsampling"', None),
        ('name = "MINE"', 'energy = "heat"', 'energy "heat" is unknown; use "squares" or "cross-'),
        ('name = "MINE"', 'energy = "cross-entropy"', "give the last layer squashed = false"),
        ("height = 16", "height = 15", "a 16 x 16 image does not fit there"),
        ("top = 2", "top = -2", "a border cannot be narrower than 0"),
        ("[plane]", "[squashing]\nsteepness = 0.0\n[plane]", "steepness must be above 0"),
    ],
)
def test_what_makes_no_network_is_one_sentence_with_the_file(
    tmp_path: Path, old: str, new: str, fault: str | None
) -> None:
    assert old in WHOLE
    sentence = refusal_of(written(tmp_path, WHOLE.replace(old, new, 1)))
    assert (fault or '"units" is unknown') in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("old", "new"), [("[1, 2]]", "[1, 3]]"), ("units = 10", "units = 0"), ("top = 2", "top = 1")]
)
def test_of_what_only_the_whole_shows_no_wrong_line_is_named(
    tmp_path: Path, old: str, new: str
) -> None:
    assert "line 1:" not in refusal_of(written(tmp_path, WHOLE.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("maps = 3", "map = 3", '"map" is unknown; there are name, maps, kernel'),
        ("width = 16", "breadth = 16", '"breadth" is unknown; there are height, width'),
        ("kernel = 5", "kernel = 5.0", "5.0 is no whole number"),
        ("kernel = 5", 'kernel = "5"', "'5' is no whole number"),
        ("kernel = 5", "kernel = true", "True is no whole number"),
        ("units = 10", 'units = 10\nsquashed = "no"', "'no' is no true or false"),
        ('name = "MINE"', "name = 1989", "1989 is no text"),
        ('name = "MINE"', "depth = 5", '"depth" is unknown; there are name, plane, layers'),
        ("[1, 2]]", "[1, 2.5]]", "2.5 is no whole number"),
        ("table = [[0, 1], [1, 2]]", "table = 3", "table is not written as it is wanted"),
        ("table = [[0, 1], [1, 2]]", "table = [3, 4]", "table is not written as it is wanted"),
    ],
)
def test_a_fault_of_a_line_is_named_with_it(tmp_path: Path, old: str, new: str, fault: str) -> None:
    text = WHOLE.replace(old, new, 1)
    sentence = refusal_of(written(tmp_path, text))
    assert fault in sentence
    assert f"line {line_of(text, new.splitlines()[-1])}:" in sentence
    assert "see lenet1989 architectures LENET1" in sentence


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("layers = ", "is no TOML file"),
        (SHORT.replace("[plane]", "[plane"), "is no TOML file"),
        ("", '"plane" is missing'),
        ("layers = 3", "is missing"),
        (SHORT.replace('kind = "Connection"', 'kind = "Kink"'), 'there is no kind "Kink"'),
        (SHORT.replace('kind = "Connection"\n', ""), '"kind" is missing'),
        (SHORT.replace("units = 10", ""), '"units" is missing'),
        ("layers = []\n[plane]\nheight = 16\nwidth = 16", "the last layer must be a Connection"),
        (SHORT.partition('[[layers]]\nkind = "Connection"')[0], "must be a Connection"),
    ],
)
def test_what_is_no_architecture_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    assert fault in refusal_of(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in refusal_of(tmp_path / "none.toml")
    assert "is not a file" in refusal_of(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert "is no TOML file" in refusal_of(tmp_path / "bytes.toml")


# --- on the command line -----------------------------------------------------------------------


def train(lenet1989: Lenet1989, *arguments: str) -> tuple[int, str, str]:
    return lenet1989("train", "--digits", "digits", "--seeds", "0-1", *arguments)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_architecture_is_written_out_by_its_name(name: str, lenet1989: Lenet1989) -> None:
    status, out, err = lenet1989("architectures", name)
    assert (status, err) == (0, "")
    assert read_architecture(written(Path(), out)) == ARCHITECTURES[name]


def test_all_architectures_are_listed_with_their_sizes(lenet1989: Lenet1989) -> None:
    status, out, _ = lenet1989("architectures")
    assert status == 0
    assert [line.partition(":")[0] for line in out.splitlines()] == list(ARCHITECTURES)
    assert "NET1989: 1256 units, 64660 connections, 9760 free parameters" in out


def test_an_architecture_from_a_file_trains(lenet1989: Lenet1989, tmp_path: Path) -> None:
    written(tmp_path, as_toml(MADE), "recipe.toml")
    written(tmp_path, SHORT, "small.toml")
    status, out, err = train(
        lenet1989, "--recipe", "recipe.toml", "--architecture", "small.toml", "--run", "mine"
    )
    assert status == 0
    assert "2 networks, small: 338 units, 3394 connections, 804 free parameters" in err
    run = runs.read_run(tmp_path / "runs" / "mine")
    assert run.plan.architecture == replace(SMALL, name="small")
    assert [len(bank.parameters) for bank in run.banks()] == [804]
    assert run.summary["weights_sha256"] in out


@pytest.mark.parametrize("named", ["small.toml", "nets/small.toml"])
def test_a_recipe_names_an_architecture_file_beside_it(
    lenet1989: Lenet1989, tmp_path: Path, named: str
) -> None:
    (tmp_path / "mine" / "nets").mkdir(parents=True)
    written(tmp_path / "mine", as_toml(replace(MADE, architecture=named)), "recipe.toml")
    written(tmp_path / "mine", SHORT, named)
    status, _, err = train(lenet1989, "--recipe", "mine/recipe.toml", "--passes", "1")
    assert status == 0, err
    summary = json.loads((tmp_path / "runs/recipe/summary.json").read_text())
    assert summary["architecture"] == "small"


def test_an_architecture_that_is_given_goes_before_the_recipes(
    lenet1989: Lenet1989, tmp_path: Path
) -> None:
    written(tmp_path, as_toml(replace(MADE, architecture="none.toml")), "recipe.toml")
    status, _, err = train(lenet1989, "--recipe", "recipe.toml", "--architecture", "FC40")
    assert status == 0, err
    assert "2 networks, FC40: " in err


def refused(result: tuple[int, str, str]) -> str:
    """Return the one sentence of a refusal."""
    status, out, err = result
    assert (status, out) == (2, "")
    sentence = err.splitlines()[-1]
    assert sentence.startswith("lenet1989: ")
    assert sentence.endswith(".")
    assert "Traceback" not in err
    return sentence


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("architectures", "LENET9"), 'There is no architecture "LENET9"; there are LENET1, '),
        (("architectures", "none.toml"), "none.toml cannot be read"),
        (("architectures", "bad.toml"), "bad, H1: 0 maps; give at least 1"),
        (("train", "--architecture", "LENET9"), 'There is no architecture "LENET9"'),
        (("train", "--architecture", "none.toml"), "none.toml cannot be read"),
        (("train", "--architecture", "bad.toml"), "bad, H1: 0 maps; give at least 1"),
        (("train", "--architecture", "digits"), 'There is no architecture "digits"'),
        (("train", "--recipe", "absent.toml"), 'There is no architecture "LENET9"'),
    ],
)
def test_what_is_no_architecture_is_one_sentence_and_status_2(
    lenet1989: Lenet1989, tmp_path: Path, arguments: Sequence[str], words: str
) -> None:
    written(tmp_path, SHORT.replace("maps = 2", "maps = 0"), "bad.toml")
    written(tmp_path, as_toml(replace(MADE, architecture="LENET9")), "absent.toml")
    assert words in refused(lenet1989(*arguments))
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("units", [5, 12])
def test_outputs_for_other_than_ten_digits_are_refused_before_training(
    lenet1989: Lenet1989, tmp_path: Path, units: int
) -> None:
    written(tmp_path, SHORT.replace("units = 10", f"units = {units}"), "other.toml")
    written(tmp_path, as_toml(MADE), "recipe.toml")
    sentence = refused(train(lenet1989, "--recipe", "recipe.toml", "--architecture", "other.toml"))
    assert "10" in sentence
    assert not (tmp_path / "runs/recipe").exists()


def test_the_name_of_another_architecture_is_refused(tmp_path: Path) -> None:
    text = as_toml(replace(SMALL, name="NET1989"))
    assert "NET1989 is the name of another architecture" in refusal_of(written(tmp_path, text))


@pytest.mark.parametrize("name", ["", " ", "two\nlines"])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(InputError, match="needs a name of one line"):
        replace(SMALL, name=name)
