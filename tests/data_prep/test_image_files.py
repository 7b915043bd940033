"""The laws of reading image files: every mode and orientation, any size, and what is refused."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from data_prep.errors import InputError
from data_prep.image_files import LONGEST, images_in, read_picture

INK = np.full((40, 60), 255, np.uint8)  # a page with a seven
INK[10:14, 20:40] = INK[10:30, 34:38] = 0


def saved(path: Path, image: Image.Image, **how) -> np.ndarray:
    image.save(path, **how)
    return read_picture(path).levels


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA"])
def test_every_mode_of_png_shows_the_same_page(mode, tmp_path):
    assert np.array_equal(saved(tmp_path / "a.png", Image.fromarray(INK).convert(mode)), INK)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "F", "I"])
def test_every_mode_of_tiff_shows_the_same_page(mode, tmp_path):
    levels = saved(tmp_path / "a.tif", Image.fromarray(INK).convert(mode))
    assert np.abs(levels - INK).max() <= 1


def test_sixteen_bits_are_kept(tmp_path):
    fine = INK.astype(np.uint16) * 257
    assert np.array_equal(saved(tmp_path / "a.png", Image.fromarray(fine)), fine)


def test_what_is_transparent_is_white_paper(tmp_path):
    black = np.zeros_like(INK)
    page = Image.merge("LA", [Image.fromarray(black), Image.fromarray(255 - INK)])
    assert np.array_equal(saved(tmp_path / "la.png", page), INK)
    indexed = Image.fromarray(INK // 255).convert("P")
    indexed.putpalette([0, 0, 0, 0, 0, 0])
    assert np.array_equal(saved(tmp_path / "p.gif", indexed, transparency=1), INK)


def test_the_camera_is_held_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise to stand upright
    turned = Image.fromarray(np.rot90(INK).copy())
    assert np.array_equal(saved(tmp_path / "a.png", turned, exif=exif), INK)


def test_an_animation_shows_its_first_frame(tmp_path):
    frames = [Image.fromarray(page) for page in (INK, 255 - INK)]
    levels = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert np.array_equal(levels, INK)


def spoiled(folder: Path, kind: str) -> Path:
    path = folder / "scan.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (50, 50), np.uint8)).save(path)
    content = path.read_bytes()
    if kind == "missing":
        return folder / "nothing.png"
    if kind == "too long a name":
        return folder / ("x" * 300)
    if kind == "below a file":
        return path / "scan.png"
    if kind == "folder":
        return folder
    written = {
        "text": b"three",
        "empty": b"",
        "cut off": content[:1500],
        "cut off in its head": content[:20],
        "bits flipped": content[:200] + bytes(200) + content[400:],
        "no pixels": b"P5 0 5 255\n",
    }
    path.write_bytes(written[kind])
    return path


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("missing", "is not there"),
        ("below a file", "is not there"),
        ("too long a name", "is out of reach|is not there"),
        ("folder", "is a folder"),
        ("text", "is not an image"),
        ("empty", "is empty, so not an image"),
        ("cut off", "cannot be read"),
        ("cut off in its head", "is not an image|cannot be read"),
        ("bits flipped", "cannot be read"),
        ("no pixels", "no pixels|is not an image|cannot be read"),
    ],
)
def test_a_file_that_shows_nothing_is_refused_by_name(kind, why, tmp_path):
    path = spoiled(tmp_path, kind)
    with pytest.raises(InputError, match=why) as refusal:
        read_picture(str(path))
    assert str(refusal.value).startswith(str(path))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("limit", [1500, 1000])  # Pillow warns above its limit, and stops at twice
def test_a_decompression_bomb_is_refused(limit, tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    Image.fromarray(INK).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with pytest.raises(InputError, match="more than"):
        read_picture(path)


OTHERS = {
    "a.heic": (
        b"\0\0\0\x18ftypheic" + bytes(20),
        r"is a HEIC photograph.*\(pip install pillow-heif\)",
    ),
    "a.pdf": (b"%PDF-1.7\n", "is a PDF document"),
    "a.svg": (b'<?xml version="1.0"?>\n<svg xmlns="">', r"is a drawing of lines \(SVG\)"),
    "a.eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is PostScript"),
    "b.eps": (b"\xc5\xd0\xd3\xc6" + bytes(28), "is PostScript"),
    "a.png.gz": (b"\x1f\x8b\x08", "is packed by gzip"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_people_try_is_named_and_never_run(name, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    contents, why = OTHERS[name]
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(InputError, match=why):
        read_picture(tmp_path / name)


def test_heic_is_read_where_a_package_reads_it(tmp_path, monkeypatch):
    """Stand in for pillow-heif: its opener is registered, and Pillow then knows the format."""

    def register() -> None:
        Image.register_open("HEIF", Image.OPEN["PNG"][0], lambda start: start[4:8] == b"ftyp")

    Image.init()
    monkeypatch.setattr(Image, "ID", list(Image.ID))
    monkeypatch.setattr(Image, "OPEN", dict(Image.OPEN))
    module = types.ModuleType("pillow_heif")
    module.register_heif_opener = register
    monkeypatch.setitem(sys.modules, "pillow_heif", module)
    (tmp_path / "a.heic").write_bytes(OTHERS["a.heic"][0])
    with pytest.raises(InputError, match=r"cannot be read|is a HEIC"):
        read_picture(tmp_path / "a.heic")
    assert "HEIF" in Image.OPEN


def test_white_ink_on_transparency_lies_on_black(tmp_path):
    white = Image.fromarray(np.full_like(INK, 255))
    page = Image.merge("LA", [white, Image.fromarray(255 - INK)])
    assert np.array_equal(saved(tmp_path / "a.png", page), 255 - INK)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_as_pillow_turns_it(orientation, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    levels = saved(tmp_path / "a.png", Image.fromarray(INK), exif=exif)
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(levels, np.asarray(ImageOps.exif_transpose(image)))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "I;16", "F"])
def test_a_large_image_is_the_mean_of_its_blocks(mode, tmp_path):
    factor, small = 3, np.random.default_rng(2).integers(0, 2, (60, 2000), np.uint8) * 255
    large = small.repeat(factor, axis=0).repeat(factor, axis=1)
    image = Image.fromarray(large.astype(np.uint16 if mode == "I;16" else np.uint8))
    file = tmp_path / ("a.tif" if mode == "F" else "a.png")
    (image if mode == "I;16" else image.convert(mode)).save(file)
    picture = read_picture(file)
    assert picture.shrunk == factor
    assert np.array_equal(picture.levels, small)


def test_a_large_jpeg_is_made_smaller_by_its_decoder(tmp_path):
    Image.new("RGB", (6000, 3000), (200, 100, 50)).save(tmp_path / "a.jpg")
    picture = read_picture(tmp_path / "a.jpg")
    assert LONGEST / 2 <= max(picture.levels.shape) <= LONGEST
    assert np.ptp(picture.levels) <= 1


def test_a_folder_gives_its_images_by_name(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("2.PNG", "b/1.jpg", "10.heic", "notes.txt", ".hidden.png"):
        (tmp_path / name).write_bytes(b"")
    found = [Path(path).relative_to(tmp_path).as_posix() for path in images_in(tmp_path)]
    assert found == ["10.heic", "2.PNG", "b/1.jpg"]
    (tmp_path / "c").mkdir()
    with pytest.raises(InputError, match="holds no image files"):
        images_in(tmp_path / "c")
