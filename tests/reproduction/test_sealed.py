"""What is sealed comes back as it was, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import sealed

DATA = {"name": "made", "mse": [0.1, None, 2], "of": {"a": True}}
ARRAYS = {"weights": np.arange(12, dtype=np.float32).reshape(3, 4), "seeds": np.array([3, 1])}


def test_json_comes_back(tmp_path: Path) -> None:
    sealed.write_json(tmp_path / "new" / "kept.json", DATA)
    assert sealed.read_json(tmp_path / "new" / "kept.json") == DATA
    assert json.loads((tmp_path / "new" / "kept.json").read_text())["sha256"]


def test_arrays_come_back(tmp_path: Path) -> None:
    sealed.write_arrays(tmp_path / "kept.npz", **ARRAYS)
    found = sealed.read_arrays(tmp_path / "kept.npz")
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


@given(st.data())
def test_no_byte_of_json_can_be_another(data: st.DataObject) -> None:
    """It is noticed, or says the same in other letters."""
    path = _made("kept.json")
    contents = bytearray(sealed.as_text(DATA).encode())
    contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(contents)
    found, said = DATA, ""
    try:
        found = sealed.read_json(path)
    except InputError as problem:
        said = str(problem)
    assert found == DATA
    if said:
        assert said.startswith(f"{path} cannot be read (")
        assert said.endswith("; train the run again with --again.")


@pytest.mark.parametrize(
    ("contents", "fault"),
    [
        (json.dumps(DATA), "carries no SHA-256"),
        ("[1, 2]", "carries no SHA-256"),
        (json.dumps({**DATA, "sha256": "0" * 64}), "does not hold what its SHA-256 says"),
        (json.dumps({**DATA, "mse": float("nan"), "sha256": ""}), "does not hold"),
        ("[" * 100_000, "cannot be read"),
        ('{"n": ' + "9" * 5000 + "}", "cannot be read"),
        ("\udcff", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_what_is_no_sealed_json_is_refused(tmp_path: Path, contents: str, fault: str) -> None:
    (tmp_path / "odd.json").write_text(contents, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError, match=r"odd\.json cannot be read \(.*; do this\.") as refused:
        sealed.read_json(tmp_path / "odd.json", "do this")
    assert fault in str(refused.value)


def test_arrays_of_another_type_or_shape_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    sealed.write_arrays(path, **ARRAYS)
    with np.load(path) as kept:
        seal = kept["sha256"]
    for other in (
        {**ARRAYS, "seeds": ARRAYS["seeds"].astype(np.int32)},
        {**ARRAYS, "weights": ARRAYS["weights"].T.copy()},
        {**ARRAYS, "weights": ARRAYS["weights"].reshape(-1)},
        {"weights": ARRAYS["weights"]},
    ):
        np.savez(path, sha256=seal, allow_pickle=False, **other)
        with pytest.raises(InputError, match="does not hold what its SHA-256 says"):
            sealed.read_arrays(path)
    np.savez(path, allow_pickle=False, **ARRAYS)
    with pytest.raises(InputError, match="carries no SHA-256"):
        sealed.read_arrays(path)


@pytest.fixture(scope="module", autouse=True)
def _folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    _FOLDER.append(tmp_path_factory.mktemp("sealed"))


_FOLDER: list[Path] = []


def _made(name: str) -> Path:
    return _FOLDER[-1] / name
