import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import filelock
import numpy as np
import pytest

import data_prep
from data_prep import known, usps


@pytest.fixture
def kept(cache, arrays):
    """Fill the cache."""
    cache.parent.mkdir()
    np.savez(cache, allow_pickle=False, **arrays)
    return cache


def test_the_cache_is_asked_before_the_net(kept, heard, same_digits, nowhere):
    loaded = data_prep.load(announce=heard.append, cache=kept, site=nowhere)
    assert same_digits(loaded)
    assert loaded.cache == kept
    assert heard == [f"USPS digits: from the cache {kept}"]
    assert [path.name for path in kept.parent.iterdir()] == ["usps.npz"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG folders are Linux's")
def test_the_cache_is_in_the_platforms_folder(folder, serve, heard, tmp_path):
    loaded = data_prep.load(announce=heard.append, site=serve(folder).url, progress=False)
    assert loaded.cache == tmp_path / "xdg" / "lenet1989" / "usps.npz"
    assert loaded.cache.is_file()


def flipped(contents: bytes, place: int) -> bytes:
    return contents[:place] + bytes([contents[place] ^ 4]) + contents[place + 1 :]


def npz_of(path: Path, save: Callable[..., None] = np.savez, **arrays: np.ndarray) -> bytes:
    save(path, **arrays)
    return path.read_bytes()


def read(npz: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(npz)) as archive:
        return dict(archive)


CACHE_FAULTS = {
    "bit flip in an image": lambda kept, path: flipped(kept, 1_000_000),
    "bit flip in the zip directory": lambda kept, path: flipped(kept, kept.index(b"PK\1\2")),
    "bit flip in an array's header": lambda kept, path: flipped(kept, kept.index(b"NUMPY")),
    "cut short": lambda kept, path: kept[:-5000],
    "empty": lambda kept, path: b"",
    "text": lambda kept, path: b"not a cache",
    "another version": lambda kept, path: npz_of(path, images=np.zeros(3)),
    "a bit flip that its checksum follows": lambda kept, path: npz_of(
        path, **{name: array ^ (name == "test_labels") for name, array in read(kept).items()}
    ),
    "another shape": lambda kept, path: npz_of(
        path, **{name: array.reshape(len(array), -1) for name, array in read(kept).items()}
    ),
    "the same bytes of another type": lambda kept, path: npz_of(
        path, **{name: array.view(f"u{array.itemsize}") for name, array in read(kept).items()}
    ),
    "other digits": lambda kept, path: npz_of(
        path, **{name: array[:3] for name, array in read(kept).items()}
    ),
    "pickles": lambda kept, path: npz_of(
        path, **{name: np.array([{}], dtype=object) for name in usps.KNOWN.sha256}
    ),
    "a bomb": lambda kept, path: npz_of(
        path,
        np.savez_compressed,
        **(
            dict.fromkeys(usps.KNOWN.sha256, np.zeros(9))
            | {"test_labels": np.zeros(2**26 + 1, np.uint8)}
        ),
    ),
}


@pytest.mark.parametrize("fault", CACHE_FAULTS)
def test_a_spoiled_cache_is_named_set_aside_and_fetched_again(
    kept, arrays, heard, same_digits, tmp_path, monkeypatch, fault
):
    monkeypatch.setattr("data_prep.fetch.from_site", lambda *arguments: dict(arrays))
    spoiled = CACHE_FAULTS[fault](kept.read_bytes(), tmp_path / "other.npz")
    kept.write_bytes(spoiled)
    loaded = data_prep.load(announce=heard.append, cache=kept, progress=False)
    assert same_digits(loaded)
    assert heard[0].startswith(f"The cache {kept} is spoiled (")
    assert "it is set aside as usps.npz.spoiled" in heard[0]
    assert "\n" not in heard[0]
    assert (kept.parent / "usps.npz.spoiled").read_bytes() == spoiled
    heard.clear()
    assert same_digits(data_prep.load(announce=heard.append, cache=kept))
    assert heard == [f"USPS digits: from the cache {kept}"]


def test_a_cache_that_is_a_folder_is_set_aside_too(cache, folder, serve, heard, same_digits):
    cache.mkdir(parents=True)
    loaded = data_prep.load(
        announce=heard.append, cache=cache, site=serve(folder).url, progress=False
    )
    assert same_digits(loaded)
    assert cache.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: ENOTDIR")
def test_a_cache_place_that_cannot_be_written_is_a_warning(
    tmp_path, folder, serve, heard, same_digits
):
    (tmp_path / "file").touch()
    cache = tmp_path / "file" / "lenet1989" / "usps.npz"
    loaded = data_prep.load(
        announce=heard.append, cache=cache, site=serve(folder).url, progress=False
    )
    assert same_digits(loaded)
    assert loaded.cache is None
    warnings = [line for line in heard if line.startswith("Warning")]
    assert len(warnings) == 1
    assert f"the cache {cache} cannot be written (Not a directory)" in warnings[0]


def test_nothing_is_kept_of_a_write_that_fails(
    cache, folder, serve, heard, same_digits, monkeypatch
):
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    loaded = data_prep.load(
        announce=heard.append, cache=cache, site=serve(folder).url, progress=False
    )
    assert same_digits(loaded)
    assert loaded.cache is None
    assert f"the cache {cache} cannot be written (No space left on device)" in heard[-1]
    assert not list(cache.parent.glob("*.part"))
    assert not cache.exists()


LIMITED = """
import json, resource, sys
import data_prep
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from pathlib import Path
heard = []
try:
    loaded = data_prep.load(
        announce=heard.append, cache=Path(sys.argv[2]), site=sys.argv[3], progress=False
    )
    heard.append(f"{len(loaded.train)} digits, {loaded.cache}")
except data_prep.InputError as problem:
    heard.append(str(problem))
print(json.dumps(heard))
"""


def run(program: str, *arguments: object, **environment: object) -> list[str]:
    """Run Python in a process of its own; what it heard comes back."""
    command = [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning"]
    command += ["-c", program, *map(str, arguments)]
    finished = subprocess.run(
        command,
        env=os.environ | {key: str(value) for key, value in environment.items()},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(data_prep.__file__).parents[1],
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    return json.loads(finished.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: RLIMIT_FSIZE")
def test_a_disk_too_full_for_the_cache_is_a_warning(cache, folder, serve):
    heard = run(LIMITED, 4_000_000, cache, serve(folder).url)
    assert f"Warning: the cache {cache} cannot be written (File too large)" in heard[-2]
    assert heard[-1] == "7291 digits, None"
    assert {path.name for path in cache.parent.iterdir()} <= {"usps.npz.lock"}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: RLIMIT_FSIZE")
def test_a_disk_too_full_for_anything_is_said_and_left_clean(
    cache, folder, serve, tmp_path, pip_that
):
    pip_that("(temp / 'unpacked').write_bytes(bytes(200_000))")
    (tmp_path / "temp").mkdir()
    heard = run(LIMITED, 100_000, cache, serve(folder).url, TMPDIR=tmp_path / "temp")
    assert "File too large" in heard[-1]
    assert heard[-1].endswith("environment variable LENET1989_DIGITS.")
    assert not list((tmp_path / "temp").iterdir())
    assert {path.name for path in cache.parent.iterdir()} <= {"usps.npz.lock"}


# ---- Several at once --------------------------------------------------------------------------

LOADING = """
import json, sys
from pathlib import Path
import data_prep
heard = []
data_prep.load(announce=heard.append, cache=Path(sys.argv[1]), site=sys.argv[2], progress=False)
print(json.dumps(heard))
"""


@pytest.mark.parametrize("beginning", [None, b"spoiled"])
def test_processes_that_start_at_once_fetch_once(cache, folder, serve, beginning):
    if beginning:
        cache.parent.mkdir()
        cache.write_bytes(beginning)
    site = serve(folder)
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", LOADING, str(cache), site.url],
            stdout=subprocess.PIPE,
            cwd=Path(data_prep.__file__).parents[1],
        )
        for _ in range(3)
    ]
    heard = [json.loads(process.communicate()[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * 3
    assert sorted(site.requests) == ["/zip.test.gz", "/zip.train.gz"]
    assert sum("kept in the cache" in line for lines in heard for line in lines) == 1
    assert sum("set aside" in line for lines in heard for line in lines) == bool(beginning)
    assert usps.KNOWN.from_cache(cache) is not None


def test_whoever_waits_in_vain_goes_on_alone(cache, folder, serve, heard, same_digits, monkeypatch):
    monkeypatch.setattr(known, "SECONDS_FOR_ANOTHER", 0.1)
    cache.parent.mkdir()
    with filelock.FileLock(f"{cache}.lock"):
        loaded = data_prep.load(
            announce=heard.append, cache=cache, site=serve(folder).url, progress=False
        )
    assert same_digits(loaded)
    assert loaded.cache is None
    assert heard[0] == "USPS digits: another process is fetching them; waiting for it"
    assert heard[1].startswith("Warning: ")
