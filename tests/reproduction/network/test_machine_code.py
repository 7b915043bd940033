"""The engine's kept machine code is the code that was written, or it is compiled again."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import filelock
import numba
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numba.core.codegen import JITCodeLibrary

from data_prep import InputError
from reproduction.network import LENET1, Bank, machine_code
from reproduction.network.kernels.compiling import code_folder, compiled, kernel
from reproduction.network.kernels.network import present

ROOT = Path(__file__).parents[3]


def tripled(numbers):
    """Stand in for the engine's entry point: it compiles in a moment."""
    for i in range(len(numbers)):
        numbers[i] *= 3


def started():
    """Call the function as at the start of a program; return what numba knows of its code."""
    function = compiled(tripled)
    numbers = np.arange(4.0)
    machine_code.call(function, numbers)
    assert numbers.tolist() == [0, 3, 6, 9]
    return function.stats


def kept_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")


@pytest.fixture
def base(tmp_path, monkeypatch):
    """Name an empty folder for machine code."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "code"))
    return tmp_path / "code"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Fill a folder with kept code; return it and what its files hold."""
    base = tmp_path_factory.mktemp("code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numba.config, "CACHE_DIR", str(base))
        assert started().cache_misses
        yield base, {path: path.read_bytes() for path in kept_files(base)}


def test_code_is_kept_and_found_at_the_next_start(base):
    assert started().cache_misses
    suffixes = [path.suffix for path in kept_files(base)]
    assert sorted(suffixes) == ["", ".nbc", ".nbi"]  # the sums, the code, its index
    again = started()
    assert again.cache_hits
    assert not again.cache_misses


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_code_with_a_fault_is_never_run_but_compiled_again(kept, data):
    base, contents = kept
    file = data.draw(st.sampled_from(sorted(contents)))
    place = data.draw(st.integers(0, len(contents[file]) - 1))
    bit = data.draw(st.integers(0, 7))
    spoiled = bytearray(contents[file])
    spoiled[place] ^= 1 << bit
    as_it_is = {"flipped": bytes(spoiled), "cut short": bytes(spoiled[:place]), "gone": None}
    for path, sound in contents.items():
        path.write_bytes(sound)
    if (fault := as_it_is[data.draw(st.sampled_from(sorted(as_it_is)))]) is None:
        file.unlink()
    else:
        file.write_bytes(fault)
    assert started().cache_misses
    assert {path.name for path in kept_files(base)} == {path.name for path in contents}
    assert all(machine_code._is_sound(path.parent) for path in contents)


def test_where_no_code_can_be_kept_none_is_taken_from_elsewhere(tmp_path, monkeypatch):
    """Numba by itself would keep it beside the source, keyed by that one file."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "code"))
    elsewhere = compiled(tripled).stats.cache_path
    assert elsewhere is not None
    before = set(Path(elsewhere).glob("test_machine_code.tripled*"))
    stats = started()
    assert not stats.cache_hits
    assert not stats.cache_misses  # a function without kept code has been compiled in its place
    assert set(Path(elsewhere).glob("test_machine_code.tripled*")) == before == set()


def test_a_full_disk_spoils_no_start(base, monkeypatch):
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert started().cache_misses
    assert started().cache_misses
    assert started().cache_hits


@pytest.mark.parametrize("searching", [True, False])
@pytest.mark.parametrize("sound", [True, False])
def test_cycles_are_not_looked_for_while_compiling_and_then_as_before(
    searching, sound, base, monkeypatch
):
    meanwhile = []
    compile_whole = type(present).compile

    def watched(function, types):
        meanwhile.append(gc.isenabled())
        if not sound:
            raise MemoryError
        return compile_whole(function, types)

    monkeypatch.setattr(type(present), "compile", watched)
    (gc.enable if searching else gc.disable)()
    try:
        if sound:
            assert started().cache_misses
        else:
            with pytest.raises(MemoryError):
                started()
        assert gc.isenabled() is searching
    finally:
        gc.enable()
    assert meanwhile
    assert not any(meanwhile)


def test_cycles_are_looked_for_while_another_process_compiles(base, monkeypatch):
    waiting = []

    def acquire(lock, **_):
        waiting.append(gc.isenabled())
        raise TimeoutError

    monkeypatch.setattr(filelock.FileLock, "acquire", acquire)
    started()
    assert waiting == [True]


def test_code_that_cannot_be_kept_is_there_all_the_same_before_it_runs(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "code"))
    function = machine_code._made_ready(compiled(tripled), (np.arange(4.0),))
    assert len(function.overloads) == 1


def test_the_engine_has_one_signature_and_its_code_is_at_hand():
    Bank(LENET1, [0]).outputs(LENET1.planes(np.zeros((1, 16, 16), np.float32)))
    assert len(machine_code.ready(present).overloads) == 1
    if present.stats.cache_path and code_folder() in Path(present.stats.cache_path).parents:
        assert machine_code.is_compiled()


def test_a_kernel_becomes_machine_code_only_as_a_part_of_what_calls_it(monkeypatch):
    made = []
    make = JITCodeLibrary._finalize_specific
    monkeypatch.setattr(
        JITCodeLibrary, "_finalize_specific", lambda code: [made.append(code.name), make(code)]
    )

    @kernel
    def doubled(number):
        return 2 * number

    @kernel
    def quadrupled(number):
        return doubled(doubled(number))

    @numba.njit
    def eightfold(number):
        return doubled(quadrupled(number))

    assert eightfold(3) == 24
    assert [name.rpartition(".")[2] for name in made] == ["eightfold"]


def test_compilation_that_is_forbidden_is_named_and_takes_no_code_away(kept, monkeypatch):
    _, contents = kept
    for path, sound in contents.items():
        path.write_bytes(sound)
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with pytest.raises(InputError, match=r"^The engine .* NUMBA_DISABLE_JIT .*; unset it\."):
        machine_code.call(compiled(tripled), np.zeros(1))
    with pytest.raises(InputError, match="NUMBA_DISABLE_JIT"):
        machine_code.is_compiled()
    assert {path: path.read_bytes() for path in contents} == contents


def test_the_command_says_so_in_one_sentence(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-m", "reproduction", "classify", "none.png"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
