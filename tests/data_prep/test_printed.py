"""What is committed of the printed digits, and what it is compared by; no fonts are needed."""

import zipfile
from collections import Counter

import numpy as np
import pytest

from data_prep import InputError, printed
from data_prep.digits import Digits
from data_prep.normalize import SIDE, normalize, slant_of
from data_prep.printed_render import thousandths
from reproduction.__main__ import main

VARIANTS = {"deslanted": True, "plain": False}


@pytest.fixture(scope="module", params=VARIANTS)
def found(request) -> printed.Printed:
    return printed.load(VARIANTS[request.param])


@pytest.fixture(scope="module")
def deslanted() -> printed.Printed:
    return printed.load()


def pairs(digits: Digits, faces: np.ndarray) -> Counter:
    return Counter(zip(digits.labels.tolist(), faces.tolist(), strict=True))


def nearest(patterns: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return squared distances (patterns, known), less what is the same for all known ones."""
    a, b = patterns.reshape(-1, SIDE * SIDE), known.reshape(-1, SIDE * SIDE)
    return (b * b).sum(axis=1) - 2 * a @ b.T


# ---- Counts and order -------------------------------------------------------------------------


def test_the_papers_numbers(found):
    assert (len(found.train), len(found.test), len(found.spare)) == (2549, 700, 100)
    assert len(found.train) + len(found.test) + len(found.spare) == 3349
    assert {*found.train.origin, *found.test.origin, *found.spare.origin} == {"printed"}
    assert len(found.faces) == 35


def test_two_test_digits_a_class_and_face(deslanted):
    assert set(pairs(deslanted.test, deslanted.test_faces).values()) == {2}
    assert len(pairs(deslanted.test, deslanted.test_faces)) == 350


def test_the_rest_is_spread_as_evenly_as_it_can_be(deslanted):
    train = pairs(deslanted.train, deslanted.train_faces)
    spare = pairs(deslanted.spare, deslanted.spare_faces)
    assert Counter(train.values()) == {7: 350 - 99, 8: 99}
    assert Counter((train + spare).values()) == {7: 350 - 199, 8: 199}
    assert set(spare.values()) == {1}
    assert sorted(deslanted.train.counts.tolist()) == [254] + 9 * [255]
    assert deslanted.spare.counts.tolist() == 10 * [10]
    assert Counter(np.bincount(deslanted.train_faces).tolist()).keys() <= {72, 73, 74}


@pytest.mark.parametrize("part", ["train", "test", "spare"])
def test_classes_and_faces_are_mixed_in_every_stretch(deslanted, part):
    labels, faces = getattr(deslanted, part).labels, getattr(deslanted, f"{part}_faces")
    assert (np.sort(np.lib.stride_tricks.sliding_window_view(labels, 10)) == np.arange(10)).all()
    stretches = np.sort(np.lib.stride_tricks.sliding_window_view(faces, 35))
    assert ((np.diff(stretches) > 0).sum(axis=1) + 1).min() >= 31


def test_the_file_says_by_itself_what_it_holds():
    with np.load(printed.FILE, allow_pickle=False) as archive:
        labels, faces = printed.plan()
        np.testing.assert_array_equal(archive["labels"], labels)
        np.testing.assert_array_equal(archive["faces"], faces)
        assert archive["face_names"].tolist() == [face.name for face in printed.FACES]
        assert archive["face_licences"].tolist() == [face.licence for face in printed.FACES]
        assert archive["seed"] == printed.SEED
        arrays = {name: archive[name] for name in printed.SHA256}
    assert printed.hashes(arrays) == printed.SHA256
    assert arrays["deslanted"].dtype == arrays["plain"].dtype == np.int16
    assert printed.FILE.stat().st_size < 1_300_000


def test_the_faces_have_names_and_licences_of_their_own():
    assert len({face.name for face in printed.FACES}) == len({face.file for face in printed.FACES})
    assert len({face.file for face in printed.FACES}) == 35
    assert Counter("GUST" in face.licence for face in printed.FACES) == {True: 33, False: 2}
    assert all("Hershey" in face.licence for face in printed.FACES[33:])


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


def test_a_face_draws_its_ten_digits_differently(found):
    """Some fonts draw one picture for everything that they lack, and would poison the labels."""
    for face in range(35):
        of_face = found.train.select(found.train_faces == face)
        means = np.stack([of_face.images[of_face.labels == digit].mean(0) for digit in range(10)])
        apart = np.sqrt(((means[:, None] - means) ** 2).sum(axis=(2, 3)))
        assert apart[~np.eye(10, dtype=bool)].min() > 5


def test_the_nearest_training_digit_tells_every_test_digit(found):
    answers = found.train.labels[nearest(found.test.images, found.train.images).argmin(axis=1)]
    assert (answers == found.test.labels).all()


def test_the_nearest_digit_of_another_face_is_nearly_always_of_the_class(found):
    every = found.train.join(found.test, found.spare)
    faces = np.concatenate([found.train_faces, found.test_faces, found.spare_faces])
    distances = nearest(every.images, every.images)
    distances[faces[:, None] == faces] = np.inf
    errors = (every.labels[distances.argmin(axis=1)] != every.labels).sum()
    assert errors <= 12  # 4 when deslanted; 12 otherwise, mostly threes with a flat top


# ---- The scans --------------------------------------------------------------------------------


def test_the_scans_normalise_to_the_images(deslanted):
    plain = printed.load(deslanted=False)
    for number, scan in enumerate(printed.scans()):
        for variant in (deslanted, plain):
            image = thousandths(normalize(scan, variant.deslanted)) / np.float32(1000)
            np.testing.assert_array_equal(image, variant.train.images[number])


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


def test_printed_digits_are_like_the_handwritten_ones(found, digits):
    every = found.train.join(found.test, found.spare)
    written = digits.train.join(digits.test)
    assert printed.mean_ink(every) == pytest.approx(-0.461, abs=0.001)
    assert printed.mean_ink(written) == pytest.approx(-0.485, abs=0.001)
    assert np.median(printed.stroke_widths(every)) == pytest.approx(1.86, abs=0.01)
    assert np.median(printed.stroke_widths(written)) == pytest.approx(1.96, abs=0.01)
    apart = np.abs(printed.gray_histogram(every) - printed.gray_histogram(written))
    assert printed.gray_histogram(every).sum() == pytest.approx(100)
    assert apart[1:].max() < 0.6  # percentage points, in ten bins
    assert apart[0] < 2.0  # paper


# ---- Spoiled files ----------------------------------------------------------------------------


def cut_short(path):
    path.write_bytes(printed.FILE.read_bytes()[:100_000])


def of_another_kind(path):
    path.write_bytes(b"no archive")


def empty(path):
    path.write_bytes(b"")


def without_an_array(path):
    with zipfile.ZipFile(printed.FILE) as good, zipfile.ZipFile(path, "w") as bad:
        for name in set(good.namelist()) - {"labels.npy", "scans.npy"}:
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


def test_another_label_is_found_and_named(tmp_path):
    path = tmp_path / "printed.npz"
    with np.load(printed.FILE) as archive:
        arrays = dict(archive)
    arrays["labels"][0] = 1
    np.savez(path, allow_pickle=False, **arrays)
    with pytest.raises(InputError, match=r'spoiled \(its array "labels" has SHA-256 .*, not 7ba9'):
        printed.load(file=path)


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
    for face in printed.FACES:
        assert face.name in said
        assert face.licence in said
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
