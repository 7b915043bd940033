"""Image files of every kind that people have, as gray levels of a moderate size.

The formats are an explicit list, so that no file starts another program; what else people try
(PDF, SVG, PostScript, HEIC) is named, with what to do instead. A large image is made smaller as it
is read: JPEG by its own decoder, the others strip by strip, so that no second copy is ever held.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from data_prep.errors import InputError

FORMATS = (
    *("PNG", "JPEG", "MPO", "TIFF", "GIF", "BMP", "DIB", "WEBP", "AVIF", "JPEG2000", "PPM", "PCX"),
    "HEIF",  # where pillow-heif is installed
)
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".mpo", ".tif", ".tiff", ".gif", ".bmp", ".dib", ".webp"),
    *(".avif", ".jp2", ".j2k", ".jpx", ".pbm", ".pgm", ".ppm", ".pnm", ".pcx", ".heic", ".heif"),
)
"""What the names of such files end in; it matters only where a folder is searched."""

LONGEST = 2100  # pixels on the longer side, at most; 40 of them are enough for a digit
STRIP = 2**21  # pixels that are turned into gray levels at a time
FAINT = 20  # gray levels of 255: less contrast than this on white is white ink

HEIC = (
    "is a HEIC photograph, which needs another package: install it (pip install pillow-heif), "
    "or save the photograph as JPEG"
)
OTHERS = (
    (b"%PDF", "is a PDF document, not an image; save its page as a PNG file"),
    (b"%!PS", "is PostScript, which is a program; save what it draws as a PNG file"),
    (b"\xc5\xd0\xd3\xc6", "is PostScript, which is a program; save what it draws as a PNG file"),
    (b"8BPS", "is a Photoshop document; save it as a PNG file"),
    (b"\x1f\x8b", "is packed by gzip, not an image; unpack it"),
    (b"PK\x03\x04", "is a packed archive, not an image; unpack it"),
)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


@dataclass(frozen=True, eq=False)
class Picture:
    """What an image file shows.

    Attributes
    ----------
    levels : ndarray, uint8, uint16, int32 or real, shape (rows, columns)
        Gray levels as the file has them: 0 is black.
    white : float
        The level of white on the file's scale: 255, or 65535 in files of 16 bits.
    shrunk : int
        How many pixels of the file, each way, became one.
    pages : int
        How many pages or frames the file has; the first is shown.
    """

    levels: np.ndarray
    white: float
    shrunk: int = 1
    pages: int = 1


def read_picture(path: str | PathLike[str]) -> Picture:
    """Read an image file, upright as its camera held it, at most 2100 pixels long or wide.

    Colours become their luma; transparent parts show white paper, or black where the ink is white;
    an animation or a document of many pages shows the first.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    Picture

    Raises
    ------
    InputError
        No such file, a folder, not an image, of no listed format, spoiled or cut off, without
        pixels or with too many for Pillow's guard (`PIL.Image.MAX_IMAGE_PIXELS`).
    """
    _refuse_what_is_no_file(path)
    _know_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow can mend, it may
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_known_formats()) as image:
                picture = _picture_of(image)
    except UnidentifiedImageError:
        raise InputError(f"{path} {_what_it_is(Path(path))}") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise InputError(
            f"{path} has more than {Image.MAX_IMAGE_PIXELS} pixels; make it smaller"
        ) from None
    except Exception as error:  # Pillow's readers meet a spoiled file with errors of any type
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path} cannot be read ({why}); save the image anew") from error
    if picture.levels.size == 0:
        raise InputError(f"{path} has no pixels; give an image of one digit")
    return picture


def images_in(folder: str | PathLike[str]) -> list[str]:
    """Paths of the image files in a folder and in those below it, by their names, sorted.

    Raises
    ------
    InputError
        If there are none.
    """
    paths = (path for path in Path(folder).rglob("*") if path.suffix.lower() in SUFFIXES)
    found = sorted(str(path) for path in paths if path.name[0] != "." and path.is_file())
    if not found:
        raise InputError(f"{folder} holds no image files; give a folder that does")
    return found


def _refuse_what_is_no_file(path: str | PathLike[str]) -> None:
    try:
        is_file, is_folder, is_there = (
            getattr(Path(path), what)() for what in ("is_file", "is_dir", "exists")
        )
    except OSError as error:
        raise InputError(
            f"{path} is out of reach ({error.strerror}); give the path of an image file"
        ) from error
    except ValueError:
        raise InputError("a path holds a null byte; give the path of an image file") from None
    if not is_file:
        what = "is a folder" if is_folder else "is no file" if is_there else "is not there"
        raise InputError(f"{path} {what}; give the path of an image file")


def _know_heif() -> None:
    """Let Pillow read HEIC photographs, if pillow-heif is installed."""
    with suppress(ImportError):
        from pillow_heif import register_heif_opener

        register_heif_opener()


def _known_formats() -> list[str]:
    Image.init()
    return [name for name in FORMATS if name in Image.OPEN]


def _what_it_is(path: Path) -> str:
    """Say what a file is that is no image, and what to do."""
    with path.open("rb") as file:
        start = file.read(1024)
    if not start:
        return "is empty, so not an image; give a PNG, JPEG or TIFF file"
    if start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS:
        return HEIC
    for mark, sentence in OTHERS:
        if start.startswith(mark):
            return sentence
    if b"<svg" in start.lower():
        return "is a drawing of lines (SVG), not an image of pixels; export it as a PNG file"
    return "is not an image; give a PNG, JPEG or TIFF file"


def _picture_of(image: Image.Image) -> Picture:
    """Gray levels of an opened image, made smaller on the way if it is large."""
    pages = getattr(image, "n_frames", 1)
    whole = max(image.size)
    if whole > LONGEST:  # the decoder gives from this to less than twice as much
        width, height = (side * LONGEST // (2 * whole) for side in image.size)
        image.draft("L", (width, height))
    image.load()
    factor = -(-max(image.size) // LONGEST) or 1
    levels = _gray(image, factor, "white")
    white = _white(levels)
    if image.has_transparency_data and levels.size and levels.min() > white * (1 - FAINT / 255):
        levels = _gray(image, factor, "black")
    turned = _upright(levels, image.getexif().get(0x0112, 1))
    shrunk = max(1, round(whole / max(1, *levels.shape)))
    return Picture(turned, white, shrunk, pages)


def _white(levels: np.ndarray) -> float:
    """Level of white: of a file of 8 or 16 bits, otherwise the least scale that holds all."""
    if levels.dtype.kind == "u":
        return float(np.iinfo(levels.dtype).max)
    highest = float(levels.max(initial=1))
    return next((scale for scale in (1.0, 255.0, 65535.0) if highest <= scale), highest)


def _gray(image: Image.Image, factor: int, ground: str) -> np.ndarray:
    """Gray levels, each the mean of factor x factor pixels, strip by strip."""
    if factor == 1:
        return gray_levels(image, ground)
    width, height = (side - side % factor or side for side in image.size)
    rows = factor * max(1, STRIP // (image.width * factor))
    strips = []
    for top in range(0, height, rows):
        strip = gray_levels(image.crop((0, top, width, min(top + rows, height))), ground)
        exact = strip if strip.dtype == np.uint8 else strip.astype(np.float32)
        mean = np.asarray(Image.fromarray(exact).reduce(factor))
        strips.append((mean if strip.dtype.kind == "f" else np.rint(mean)).astype(strip.dtype))
    return np.concatenate(strips)


def gray_levels(image: Image.Image, ground: str = "white") -> np.ndarray:
    """Gray levels of an image in any of Pillow's modes, on a ground where it is transparent.

    Returns
    -------
    ndarray, shape (rows, columns)
        uint8, but uint16, int32 or float32 in modes of more bits.
    """
    if image.mode.startswith(("I", "F")):  # 16 or 32 bits, which "L" would cut off
        levels = np.asarray(image)
        return levels.astype(levels.dtype.newbyteorder("="), copy=False)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            image = Image.alpha_composite(Image.new("RGBA", image.size, ground), image)
    return np.asarray(image.convert("RGB").convert("L"))


def _upright(levels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn gray levels as the camera was held, by Exif's orientations 1 to 8."""
    if orientation in (5, 6, 7, 8):  # rows and columns change places
        levels = levels.T
    if orientation in (3, 4, 7, 8):
        levels = levels[::-1]
    if orientation in (2, 3, 6, 7):
        levels = levels[:, ::-1]
    return np.ascontiguousarray(levels)
