import bz2
import contextlib
import gzip
import io
import lzma
import os
import random
import sys
import tempfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep import InputError, files, unpacking

TEXT = b"0 1 2 3\n" * 4000
NOISE = random.Random(1989).randbytes(3000)


def zipped(*members: bytes) -> bytes:
    contents = io.BytesIO()
    with zipfile.ZipFile(contents, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, member in enumerate(members):
            archive.writestr(f"digits/zip.train.{number}", member)
        archive.writestr("digits/", b"")
        archive.writestr("__MACOSX/digits/._zip.train", b"of no use")
    return contents.getvalue()


PACKERS = [gzip.compress, bz2.compress, lzma.compress, zipped]
SIGNS = [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK"]


@pytest.mark.parametrize("pack", [bytes, *PACKERS])
@pytest.mark.parametrize("name", ["zip.train", "zip.train.gz", "usps.bz2"])
def test_packing_is_recognised_by_content_not_by_name(tmp_path, pack, name):
    (tmp_path / name).write_bytes(pack(TEXT))
    assert files.read(tmp_path / name, name) == TEXT


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_a_file_that_is_packed_twice_is_unpacked_twice(tmp_path, outer, inner):
    (tmp_path / "zip.train.gz").write_bytes(outer(inner(TEXT)))
    assert files.read(tmp_path / "zip.train.gz", "it") == TEXT


def test_packing_without_end_is_refused(tmp_path):
    contents = TEXT
    for _ in range(unpacking.MOST_LAYERS):
        contents = gzip.compress(contents)
    (tmp_path / "packed").write_bytes(contents)
    assert files.read(tmp_path / "packed", "it") == TEXT
    (tmp_path / "packed").write_bytes(gzip.compress(contents))
    with pytest.raises(InputError, match=r"^it is packed more than 4 times over; unpack it"):
        files.read(tmp_path / "packed", "it")


def test_an_archive_that_does_not_say_what_to_take_is_refused(tmp_path):
    (tmp_path / "both").write_bytes(zipped(TEXT, TEXT))
    with pytest.raises(InputError, match=r"^it is a zip archive of 2 files; unpack it there\.$"):
        files.read(tmp_path / "both", "it")
    locked = bytearray(zipped(TEXT))
    locked[locked.index(b"PK\1\2") + 8] |= 1  # the flag that says: by a password
    (tmp_path / "locked").write_bytes(locked)
    with pytest.raises(InputError, match=r"^it is a zip archive that needs a password or another"):
        files.read(tmp_path / "locked", "it")


@given(noise=st.binary(max_size=300), sign=st.sampled_from(SIGNS))
def test_whatever_follows_a_packers_sign_it_is_bytes_or_one_sentence(noise, sign):
    with contextlib.suppress(InputError):
        unpacking.unpacked(sign + noise, "it", 1000)


def test_several_streams_in_one_file_are_one_text(tmp_path):
    (tmp_path / "zip.train.gz").write_bytes(gzip.compress(TEXT) + gzip.compress(TEXT))
    assert files.read(tmp_path / "zip.train.gz", "it") == 2 * TEXT


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("left", [8, 20, -1])
def test_a_truncated_file_is_said_to_be_cut_short(tmp_path, pack, left):
    (tmp_path / "packed").write_bytes(pack(NOISE)[:left])
    with pytest.raises(InputError, match=r"^zip\.train\.gz is cut short.*get the file anew\.$"):
        files.read(tmp_path / "packed", "zip.train.gz")


@pytest.mark.parametrize("pack", PACKERS)
def test_a_corrupt_file_is_said_to_be_damaged(tmp_path, pack):
    contents = bytearray(pack(NOISE))
    contents[1500:1600] = bytes(100)
    (tmp_path / "packed").write_bytes(contents)
    with pytest.raises(InputError, match=r"^zip\.train\.gz is damaged.*get the file anew\.$"):
        files.read(tmp_path / "packed", "zip.train.gz")


@pytest.mark.parametrize("pack", [bytes, *PACKERS])
def test_no_more_is_unpacked_than_a_digit_file_can_hold(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(files, "LONGEST", 10_000)
    (tmp_path / "bomb").write_bytes(pack(b"0" * 10_000))
    assert len(files.read(tmp_path / "bomb", "bomb")) == 10_000
    (tmp_path / "bomb").write_bytes(pack(b"0" * 5_000_000))
    with pytest.raises(InputError, match="bomb is larger than "):
        files.read(tmp_path / "bomb", "bomb")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: ENOTDIR")
def test_what_is_empty_missing_or_no_file_is_named(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match=r"^empty is empty; get the file anew\.$"):
        files.read(tmp_path / "empty", "empty")
    with pytest.raises(InputError, match=r"^x cannot be read \(No such file or directory\)"):
        files.read(tmp_path / "x", "x")
    with pytest.raises(InputError, match=r"^x cannot be read \(Not a directory\)"):
        files.read(tmp_path / "empty" / "x", "x")
    with pytest.raises(InputError, match=r"^folder is not a file"):
        files.read(tmp_path, "folder")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "zip.train")
    with pytest.raises(InputError, match="is not a file"):
        files.read(tmp_path / "zip.train", "zip.train")


def test_a_file_is_replaced_whole(tmp_path):
    files.write(tmp_path / "kept", b"old")
    files.write(tmp_path / "kept", b"new")
    assert (tmp_path / "kept").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch, failing):
    files.write(tmp_path / "kept", b"old")

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        files.write(tmp_path / "kept", b"new")
    assert (tmp_path / "kept").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_no_file_is_not_replaced(tmp_path):
    """Not a folder, and not a device either."""
    place = tmp_path / "place"
    if hasattr(os, "mkfifo"):
        os.mkfifo(place)
    else:
        place.mkdir()
    with pytest.raises(OSError, match="no file"):
        files.write(place, b"new")
    assert not place.is_file()
    assert len(list(tmp_path.iterdir())) == 1


posix_only = pytest.mark.skipif(os.name != "posix", reason="locks and links as POSIX has them")

STRAY = "kept.0123456789abcdef.part"


@posix_only
def test_what_a_killed_writer_left_is_cleared_away_and_a_living_one_left_alone(tmp_path):
    import fcntl

    stray, living = tmp_path / STRAY, tmp_path / STRAY.replace("0", "f")
    mine = tmp_path / "kept.mine.part"
    for path in (stray, living, mine, tmp_path / STRAY.replace("kept", "other")):
        path.touch()
    with living.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        files.write(tmp_path / "kept", b"new")
        assert not stray.exists()
        assert living.exists()
    files.write(tmp_path / "kept", b"newer")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"kept", mine.name, STRAY.replace("kept", "other")}
    files.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"kept", mine.name}


@posix_only
def test_a_part_is_never_written_through_a_link(tmp_path, monkeypatch):
    """Neither to a file that is there, nor to one that is not."""
    names = iter(["0" * 16, "1" * 16])
    monkeypatch.setattr(files.secrets, "token_hex", lambda count: next(names))
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / f"kept.{'0' * 16}.part").symlink_to(tmp_path / "theirs")
    (tmp_path / f"kept.{'1' * 16}.part").symlink_to(tmp_path / "nowhere")
    for _ in range(2):
        with pytest.raises(FileExistsError):
            files.write(tmp_path / "kept", b"mine")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert not (tmp_path / "nowhere").exists()


def test_a_long_name_is_written_too(tmp_path):
    files.write(tmp_path / ("n" * 255), b"long")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"long"]


@posix_only
def test_folders_for_a_while_are_cleared_away_after_their_owner_was_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{files.SCRATCH}left"
    left.mkdir()
    (left / ".lock").touch()
    (left / "half").write_bytes(b"a download")
    with files.scratch_folder() as living, files.scratch_folder() as other:
        assert not left.exists()
        assert living.exists()
        assert living != other
    assert list(tmp_path.iterdir()) == []
