"""What is committed of the printed digits, and what it is compared by; no fonts are needed."""

import zipfile
from typing import NamedTuple

import numpy as np
import pytest

from data_prep import InputError, printed
from data_prep.digits import Digits
from data_prep.normalize import SIDE, normalize, slant_of, thousandths
from data_prep.printed_faces import FACES, TEST_FACES
from reproduction.__main__ import main

VARIANTS = {"deslanted": True, "plain": False}


@pytest.fixture(scope="module", params=VARIANTS)
def found(request) -> printed.Printed:
    return printed.load(VARIANTS[request.param])


@pytest.fixture(scope="module")
def deslanted() -> printed.Printed:
    return printed.load()


class Pool(NamedTuple):
    """All digits of the pool, in its order."""

    images: np.ndarray
    labels: np.ndarray
    faces: np.ndarray


@pytest.fixture(scope="module")
def pool(found) -> Pool:
    variant = "deslanted" if found.deslanted else "plain"
    images = printed.read(printed.FILE, (variant,))[variant] / np.float32(1000)
    copies, faces, labels = np.indices((printed.COPIES, len(FACES), 10)).reshape(3, -1)
    assert (printed.place(labels, faces, copies) == np.arange(len(images))).all()
    return Pool(images, labels, faces)


def nearest(patterns: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return squared distances (patterns, known), less what is the same for all known ones."""
    a, b = patterns.reshape(-1, SIDE * SIDE), known.reshape(-1, SIDE * SIDE)
    return (b * b).sum(axis=1) - 2 * a @ b.T


# ---- What there is ----------------------------------------------------------------------------


def test_the_papers_numbers(found):
    assert (len(found.train), len(found.test), len(found.spare)) == (2549, 700, 100)
    assert {*found.train.origin, *found.test.origin, *found.spare.origin} == {"printed"}
    assert found.faces == FACES
    assert repr(found).startswith("<2549 + 700 + 100 printed digits of 35 faces, ")


def test_what_is_loaded_is_what_the_plan_says(found):
    parts = printed.plan()
    kept = printed.read(printed.FILE, ("deslanted", "plain"))
    thousandths = kept["deslanted" if found.deslanted else "plain"]
    for name, part in parts.items():
        digits = getattr(found, name)
        np.testing.assert_array_equal(np.rint(digits.images * 1000.0), thousandths[part.numbers])
        np.testing.assert_array_equal(digits.labels, part.labels)
        np.testing.assert_array_equal(getattr(found, f"{name}_faces"), part.faces)


def test_the_file_says_by_itself_what_it_holds():
    with np.load(printed.FILE, allow_pickle=False) as archive:
        assert archive["face_names"].tolist() == [face.name for face in FACES]
        assert archive["face_licences"].tolist() == [face.licence for face in FACES]
        assert archive["seed"] == printed.SEED
        arrays = {name: archive[name] for name in printed.SHA256}
    assert printed.hashes(arrays) == printed.SHA256
    assert arrays["deslanted"].dtype == arrays["plain"].dtype == np.int16
    assert arrays["deslanted"].shape == arrays["plain"].shape == (3500, SIDE, SIDE)
    assert printed.FILE.stat().st_size < 1_300_000


def test_the_specimen_is_the_first_digit_of_every_face_and_class_face_after_face(found):
    specimen = printed.specimen(found.deslanted)
    assert len(specimen) == 350
    for number, (image, label) in enumerate(zip(specimen.images, specimen.labels, strict=True)):
        face, digit = divmod(number, 10)
        assert label == digit
        tested = found.faces[face].name in TEST_FACES
        part, faces = (found.test, found.test_faces) if tested else (found.train, found.train_faces)
        first = np.flatnonzero((faces == face) & (part.labels == digit))[0]
        np.testing.assert_array_equal(image, part.images[first])


# ---- The images -------------------------------------------------------------------------------


def test_images_are_whole_thousandths_and_fill_the_square(found):
    for part in (found.train, found.test, found.spare):
        assert part.images.dtype == np.float32
        assert part.images.min() == -1
        assert (part.images.max(axis=(1, 2)) == 1).all()
        np.testing.assert_array_equal(np.rint(part.images * 1000.0) / np.float32(1000), part.images)
        ink = part.images > -1
        height, width = (ink.any(axis=axis).sum(axis=1) for axis in (2, 1))
        assert (np.maximum(height, width) == SIDE).all()


def test_deslanted_means_no_slant_and_plain_keeps_that_of_italics():
    slants = {
        name: np.array([slant_of((1 + image.astype(float)) / 2) for image in part.train.images])
        for name, part in ((name, printed.load(which)) for name, which in VARIANTS.items())
    }
    assert np.abs(slants["deslanted"]).max() < 2e-4  # the thousandths' rounding
    assert slants["plain"].std() > 0.05


def test_a_face_draws_its_ten_digits_differently(pool):
    """Some fonts draw one picture for everything that they lack, and would poison the labels."""
    images, labels, faces = pool
    for face in range(35):
        means = np.stack(
            [images[(faces == face) & (labels == digit)].mean(axis=0) for digit in range(10)]
        )
        apart = np.sqrt(((means[:, None] - means) ** 2).sum(axis=(2, 3)))
        assert apart[~np.eye(10, dtype=bool)].min() > 5


def test_the_nearest_training_digit_tells_every_test_digit_though_of_another_face(found):
    answers = found.train.labels[nearest(found.test.images, found.train.images).argmin(axis=1)]
    assert (answers == found.test.labels).all()


def errors_without(pool: Pool, kept_out: np.ndarray) -> int:
    """Count wrong labels among the nearest digits, those kept out by (digit, digit) left aside."""
    images, labels, _ = pool
    distances = nearest(images, images)
    distances[kept_out] = np.inf
    return int((labels[distances.argmin(axis=1)] != labels).sum())


def test_the_nearest_digit_of_another_face_or_family_is_nearly_always_of_the_class(found, pool):
    """Of 3500, Helvetica Narrow being a Helvetica: Hershey's flat threes, Chancery's fives, ..."""
    faces = pool.faces
    names = [face.family.removesuffix(" Narrow") for face in FACES]
    families = np.unique(names, return_inverse=True)[1][faces]
    errors = (
        errors_without(pool, faces[:, None] == faces),
        errors_without(pool, families[:, None] == families),
    )
    assert errors == ((4, 24) if found.deslanted else (11, 35))


# ---- The scans --------------------------------------------------------------------------------


def test_the_scans_are_those_of_the_first_round(found):
    specimen = printed.specimen(found.deslanted)
    for scan, image in zip(printed.scans(), specimen.images, strict=True):
        again = thousandths(normalize(scan, found.deslanted)) / np.float32(1000)
        np.testing.assert_array_equal(again, image)


def test_the_scans_are_binary_and_about_40_by_60():
    scans = printed.scans()
    assert len(scans) == 350
    assert {scan.dtype for scan in scans} == {np.dtype(bool)}
    heights = np.array([scan.any(axis=1).sum() for scan in scans])
    widths = np.array([scan.any(axis=0).sum() for scan in scans])
    assert heights.mean() == pytest.approx(56, abs=1.5)
    assert widths.mean() == pytest.approx(38, abs=1.5)
    assert not any(
        scan[0].any() or scan[-1].any() or scan[:, 0].any() or scan[:, -1].any() for scan in scans
    )


# ---- Beside the handwritten ones ----------------------------------------------------------------


def bar(width: int, gray: float = 1.0) -> Digits:
    images = np.full((1, SIDE, SIDE), -1.0, np.float32)
    images[:, :, 5 : 5 + width] = gray
    return Digits(images, np.zeros(1, np.uint8), np.array(["made"]))


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_the_stroke_of_a_bar(width):
    """The edges are 16 + 16 and 2 x width long, but for a corner where both steps are in one."""
    edges = 2 * SIDE + 2 * width - 2 + 2**0.5
    assert printed.stroke_widths(bar(width)) == pytest.approx(2 * SIDE * width / edges)


def test_the_stroke_does_not_depend_on_how_dark_it_is():
    assert printed.stroke_widths(bar(3, gray=0.0)) == pytest.approx(printed.stroke_widths(bar(3)))


def test_mean_ink_and_histogram_of_a_bar():
    assert printed.mean_ink(bar(4)) == pytest.approx(-0.5)
    np.testing.assert_allclose(printed.gray_histogram(bar(4), bins=4), [75, 0, 0, 25])
    assert printed.gray_histogram(bar(4, gray=0.1), bins=20)[11] == 25


def test_measures_of_a_bar():
    found = printed.measures(bar(4))
    assert found.grays.tolist() == [75, *[0] * 8, 25]
    assert found.mean_gray == printed.mean_ink(bar(4))
    assert found.stroke_width == printed.stroke_widths(bar(4))[0]
    assert found.stroke_width_sd == found.slant_sd == 0
    assert found.grays_off(printed.measures(bar(6))) == 12.5


def test_printed_digits_are_like_the_handwritten_ones(found, digits):
    every = found.train.join(found.test, found.spare)
    written = digits.train.join(digits.test)
    assert printed.mean_ink(every) == pytest.approx(-0.461, abs=0.001)
    assert printed.mean_ink(written) == pytest.approx(-0.485, abs=0.001)
    assert np.median(printed.stroke_widths(every)) == pytest.approx(1.867, abs=0.01)
    assert np.median(printed.stroke_widths(written)) == pytest.approx(1.96, abs=0.01)
    apart = np.abs(printed.gray_histogram(every) - printed.gray_histogram(written))
    assert printed.gray_histogram(every).sum() == pytest.approx(100)
    assert apart[1:].max() < 0.6  # percentage points, in ten bins
    assert apart[0] < 2.0  # paper


def test_printed_test_digits_are_darker_than_those_for_training(found):
    """Five of the seven faces of the test are bold, and eleven of the others."""
    bold = [face.name for face in FACES if " Bold" in face.name]
    of_test = sum(name in bold for name in TEST_FACES)
    assert (of_test, len(bold) - of_test) == (5, 11)
    assert printed.mean_ink(found.test) == pytest.approx(-0.389, abs=0.001)
    assert printed.mean_ink(found.train) == pytest.approx(-0.480, abs=0.001)


# ---- Spoiled files ----------------------------------------------------------------------------


def cut_short(path):
    path.write_bytes(printed.FILE.read_bytes()[:100_000])


def of_another_kind(path):
    path.write_bytes(b"no archive")


def empty(path):
    path.write_bytes(b"")


def without_an_array(path):
    with zipfile.ZipFile(printed.FILE) as good, zipfile.ZipFile(path, "w") as bad:
        for name in set(good.namelist()) - {"deslanted.npy", "scans.npy"}:
            bad.writestr(name, good.read(name))


def a_byte_turned(path):
    spoiled = bytearray(printed.FILE.read_bytes())
    spoiled[len(spoiled) // 4] ^= 1
    path.write_bytes(spoiled)


@pytest.mark.parametrize("spoil", [cut_short, of_another_kind, empty, without_an_array])
@pytest.mark.parametrize("read", [printed.scans, lambda file: printed.load(file=file)])
def test_a_spoiled_file_is_refused(tmp_path, spoil, read):
    path = tmp_path / "printed.npz"
    spoil(path)
    with pytest.raises(InputError, match=r"is spoiled \(its bytes are damaged\); get the file"):
        read(path)


def test_a_turned_bit_is_found(tmp_path):
    path = tmp_path / "printed.npz"
    a_byte_turned(path)
    with pytest.raises(InputError, match="is spoiled"):
        printed.load(file=path)


def test_another_gray_level_is_found_and_its_array_named(tmp_path):
    path = tmp_path / "printed.npz"
    with np.load(printed.FILE) as archive:
        arrays = dict(archive)
    arrays["deslanted"][0, 0, 0] += 1
    np.savez(path, allow_pickle=False, **arrays)
    known = printed.SHA256["deslanted"][:12]
    with pytest.raises(InputError, match=rf'spoiled \(its array "deslanted" .*, not {known}'):
        printed.load(file=path)
    assert len(printed.load(deslanted=False, file=path).train) == 2549


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="is not there; get the file anew"):
        printed.load(file=tmp_path / "printed.npz")
    with pytest.raises(InputError, match="is spoiled"):
        printed.load(file=tmp_path)


# ---- The command line -------------------------------------------------------------------------


def run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(["printed", *arguments])
    return ended.value.code


def test_the_command_shows_what_there_is(tmp_path, capsys):
    sheet = tmp_path / "sheet.png"
    assert run("--sheet", str(sheet)) == 0
    said = capsys.readouterr().out
    for face in FACES:
        assert face.name in said
        assert face.licence in said
    _, after = said.split("7 faces are tested on, and none of them is learned from:\n")
    assert tuple(line.strip() for line in after.splitlines()[:7]) == TEST_FACES
    assert all(value in said for value in printed.SHA256.values())
    assert "2549" in said
    assert sheet.stat().st_size > 20_000


def test_the_command_says_whether_rendering_gives_the_same(tmp_path, capsys, monkeypatch):
    from data_prep import printed_render

    arrays = printed.read(printed.FILE, tuple(printed.SHA256))
    monkeypatch.setattr(printed_render, "render_all", lambda: arrays)
    options = ("--render", "--sheet", str(tmp_path / "sheet.png"))
    assert run(*options) == 0
    assert "Rendered again: the same bytes." in capsys.readouterr().out
    arrays["plain"][0, 0, 0] += 1
    assert run(*options) == 2
    assert 'others (its array "plain" has SHA-256' in capsys.readouterr().err
