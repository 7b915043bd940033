"""The printed digits: a stand-in for 3349 digits that were never released.

The paper (NIPS 1989, p. 397) adds to the handwritten digits 3349 printed ones of 35 fonts, and
names neither the fonts nor the scanner. These here are 35 free faces - 33 that look like the
LaserWriter Plus set of 1986, which had 35 with Symbol and Zapf Dingbats, and two of Hershey's of
1967 - drawn by a model of a scanner and brought to 16 x 16 as the paper says. That 35 equals the
LaserWriter's number makes them a good proxy, and no more than that.

The paper trains on 2549 and tests on 700, which is 100 short of 3349; both numbers are kept, and
the hundred are the spare ones. All were rendered once (`data_prep.printed_render`) and are kept
beside this module, so that nobody needs fonts.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep import files
from data_prep.digits import PRINTED, Digits
from data_prep.errors import GET_IT_ANEW, InputError, fault

FILE = Path(__file__).with_name("printed.npz")
SEED = 1989

COUNTS = {"train": 2549, "spare": 100, "test": 700}
"""How many there are, in the order of the file."""

PARTS = (slice(2549), slice(2549, 2649), slice(2649, 3349))
"""Where they are."""

ROUND = 350
"""Digits of a round: every class in every face once."""

SHA256 = {
    "deslanted": "fe0f8d535b3444056dca26b5506b576a042ea3df1a421f1503af12b244445048",
    "plain": "6b09787fdf61831d9c0fd0a08d9873857b608550a903d5639031eeb514fc6e1d",
    "labels": "7ba9a051c579387dd8f74b6495ac8e3c833d15d886f3616546243b6f66fdb7d1",
    "faces": "0a3b1127605ffda197f8d092b5016ab9a38f97f0570a2f6843cd3bc5a11546bf",
    "scans": "4ad1a2c4203fb1b52e4c9323356e7bcc0740fe09327b0565be48859ad7c6e8e3",
    "scan_shapes": "4e8b4d25ec86743610c10c48fe47497e83f7306e690a897d6ff27e3ad37bf9fc",
}
"""Of the arrays of the file, little-endian, row by row."""

Arrays = dict[str, np.ndarray]
"""``deslanted`` and ``plain`` (3349, 16, 16), int16 thousandths; ``labels`` and ``faces`` (3349,),
uint8; ``scans``, uint8, the bits of 350 scans one after the other, row by row; ``scan_shapes``
(350, 2), uint8, rows and columns."""


# ---- The faces --------------------------------------------------------------------------------

GUST = "GUST Font License (LaTeX Project Public License 1.3c or later); TeX Gyre, GUST e-foundry"
HERSHEY = (
    "free with attribution; created by A. V. Hershey, U.S. National Bureau of Standards (1967), "
    "in the format of James Hurt, Cognition, Inc.; package by apshu, MIT License"
)


@dataclass(frozen=True)
class Face:
    """A printed face.

    Attributes
    ----------
    name : str
        What its makers call it.
    like : str
        The family of the LaserWriter Plus that it stands for, or nothing.
    package : str
        The package on the Python package index that carries it.
    file : str
        The file in the package, or the font's name in it.
    licence : str
        On what terms it may be used, and whose it is.
    """

    name: str
    like: str
    package: str
    file: str
    licence: str


FOUR = ("Regular", "Italic", "Bold", "Bold Italic")
FAMILIES = {
    "Adventor": ("ITC Avant Garde Gothic", FOUR),
    "Bonum": ("ITC Bookman", FOUR),
    "Chorus": ("ITC Zapf Chancery", ("Medium Italic",)),
    "Cursor": ("Courier", FOUR),
    "Heros": ("Helvetica", FOUR),
    "Heros Cn": ("Helvetica Narrow", FOUR),
    "Pagella": ("Palatino", FOUR),
    "Schola": ("New Century Schoolbook", FOUR),
    "Termes": ("Times", FOUR),
}
"""The TeX Gyre families, the LaserWriter Plus family that each stands for, and its styles."""


def tex_gyre(family: str, like: str, style: str) -> Face:
    """Return a TeX Gyre face: "Heros Cn" in "Bold Italic" is texgyreheroscn-bolditalic.otf."""
    package = f"rinoh-typeface-texgyre{family.split()[0].lower()}"
    file = f"texgyre{family}-{style}.otf".replace(" ", "").lower()
    return Face(f"TeX Gyre {family} {style}", like, package, file, GUST)


FACES = (
    *(tex_gyre(family, like, style) for family, (like, of) in FAMILIES.items() for style in of),
    Face("Hershey Futura M", "", "Hershey-Fonts", "futuram", HERSHEY),
    Face("Hershey Times R", "", "Hershey-Fonts", "timesr", HERSHEY),
)


# ---- The order --------------------------------------------------------------------------------


def plan() -> tuple[np.ndarray, np.ndarray]:
    """Return class and face of digit 0, 1, ... 3348, in the order of the file.

    A round goes through all 350 pairs: class i mod 10 and face (i + i div 70) mod 35 for i = 0 to
    349. So any ten digits in a row show every class, and any 35 in a row at least 31 faces.
    Training and spare digits are seven rounds and 199 digits of an eighth, of which the last
    hundred are spare; the test digits are two rounds.

    Returns
    -------
    labels, faces : ndarray, uint8, shape (3349,)
    """
    rest = COUNTS["train"] + COUNTS["spare"]
    place = np.concatenate([np.arange(rest), np.arange(COUNTS["test"])]) % ROUND
    faces = (place + place // (2 * len(FACES))) % len(FACES)
    return (place % 10).astype(np.uint8), faces.astype(np.uint8)


# ---- Loading ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Printed:
    """The printed digits.

    Attributes
    ----------
    train, test, spare : Digits
        2549, 700 and 100 digits; classes and faces alternate (`plan`).
    train_faces, test_faces, spare_faces : ndarray, uint8, shape (n,)
        The face of each digit, as an index into `faces`.
    faces : tuple of Face
        The 35 faces with their licences.
    deslanted : bool
        Whether the images were deslanted, as the released handwritten ones were.
    sha256 : dict
        The hashes that were compared, by array.
    """

    train: Digits
    test: Digits
    spare: Digits
    train_faces: np.ndarray
    test_faces: np.ndarray
    spare_faces: np.ndarray
    faces: tuple[Face, ...]
    deslanted: bool
    sha256: dict[str, str]

    def __repr__(self) -> str:
        variant = "deslanted" if self.deslanted else "plain"
        counts = f"{len(self.train)} + {len(self.test)} + {len(self.spare)}"
        return f"<{counts} printed digits of {len(self.faces)} faces, {variant}>"


def load(deslanted: bool = True, file: str | os.PathLike[str] = FILE) -> Printed:
    """Return the printed digits, checked.

    Parameters
    ----------
    deslanted : bool
        Whether to return the images without slant, as the released handwritten ones are, or the
        plain ones.
    file : path
        The file that keeps them.

    Returns
    -------
    Printed
        Images float32 from -1 to 1 in steps of a thousandth, labels uint8, origin "printed".

    Raises
    ------
    InputError
        If the file is not there or is spoiled.
    """
    variant = "deslanted" if deslanted else "plain"
    arrays = read(file, (variant, "labels", "faces"))
    digits = Digits(
        arrays[variant] / np.float32(1000),  # one rounding, so the nearest
        arrays["labels"],
        np.full(len(arrays["labels"]), PRINTED),
    )
    train, spare, test = (digits.select(part) for part in PARTS)
    train_faces, spare_faces, test_faces = (arrays["faces"][part] for part in PARTS)
    return Printed(
        train=train,
        test=test,
        spare=spare,
        train_faces=train_faces,
        test_faces=test_faces,
        spare_faces=spare_faces,
        faces=FACES,
        deslanted=deslanted,
        sha256={name: SHA256[name] for name in arrays},
    )


def scans(file: str | os.PathLike[str] = FILE) -> list[np.ndarray]:
    """Return the scans of the first 350 training digits: every class in every face once.

    Returns
    -------
    list of ndarray, bool, shape (rows, columns)
        True where there is ink; about 40 x 60 pixels with some paper around.

    Raises
    ------
    InputError
        If the file is not there or is spoiled.
    """
    arrays = read(file, ("scans", "scan_shapes"))
    shapes = arrays["scan_shapes"].astype(int)
    bits = np.unpackbits(arrays["scans"]).astype(bool)
    ends = np.cumsum(shapes.prod(axis=1))
    pieces = np.split(bits[: ends[-1]], ends[:-1])
    return [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]


def read(file: str | os.PathLike[str], names: tuple[str, ...]) -> Arrays:
    """Read arrays of the file and compare them with their hashes.

    Raises
    ------
    InputError
        If the file is not there or is spoiled.
    """
    try:
        with Path(file).open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in names}
        check(arrays)
    except FileNotFoundError:
        raise InputError(f"{file}, the printed digits, is not there; {GET_IT_ANEW}") from None
    except InputError as problem:
        raise InputError(
            f"{file}, the printed digits, is spoiled ({fault(problem)}); {GET_IT_ANEW}"
        ) from None
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        why = files.reason(problem) if isinstance(problem, OSError) else "its bytes are damaged"
        raise InputError(f"{file}, the printed digits, is spoiled ({why}); {GET_IT_ANEW}") from None
    return arrays


def check(arrays: Arrays) -> None:
    """Compare arrays with the known hashes.

    Raises
    ------
    InputError
        If one is another, naming it.
    """
    for name, found in hashes(arrays).items():
        if found != SHA256[name]:
            raise InputError(
                f'its array "{name}" has SHA-256 {found[:12]}..., not {SHA256[name][:12]}...'
            )


def check_rendered(arrays: Arrays) -> None:
    """Compare arrays rendered again with the known hashes.

    Raises
    ------
    InputError
        If one is another, saying how it can be.
    """
    try:
        check(arrays)
    except InputError as problem:
        raise InputError(
            f"The digits rendered again are others ({fault(problem)}); on Linux x86-64, with the "
            "versions in constraints.txt, they should be the same."
        ) from None


def hashes(arrays: Arrays) -> dict[str, str]:
    """Return the SHA-256 of each array, little-endian, row by row."""
    return {
        name: hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()
        for name, array in arrays.items()
    }


def specimen(printed: Printed) -> Digits:
    """Return the first 350 training digits face by face: a contact sheet of 35 columns.

    They are those that `scans` shows, in another order.
    """
    return printed.train.select(np.argsort(printed.train_faces[:ROUND], kind="stable"))


def described(printed: Printed) -> list[str]:
    """Return lines for the reader: how many of each class, the faces, their terms, the hashes."""
    lines = [f"{'set':8}{'all':>5}   {''.join(f'{digit:5}' for digit in range(10))}"]
    for name, part in (("train", printed.train), ("test", printed.test), ("spare", printed.spare)):
        lines.append(f"{name:8}{len(part):5}   {''.join(f'{n:5}' for n in part.counts)}")
    for licence in dict.fromkeys(face.licence for face in printed.faces):
        faces = [face for face in printed.faces if face.licence == licence]
        lines.append(f"{len(faces)} faces, {licence}:")
        lines += [f"  {face.name:31}{face.like and f'like {face.like}'}".rstrip() for face in faces]
    lines += [f"seed    {SEED}", "SHA-256"]
    return lines + [f"  {name:12}  {value}" for name, value in SHA256.items()]


# ---- What can be compared with the handwritten digits -------------------------------------------


def mean_ink(digits: Digits) -> float:
    """Return the mean gray level over all pixels and digits, from -1 (paper) to 1 (ink)."""
    return float(digits.images.mean(dtype=np.float64))


def stroke_widths(digits: Digits) -> np.ndarray:
    """Return the mean width of the strokes of each digit: 2 sum(ink) / sum(|grad ink|).

    Ink is (1 + gray) / 2. A stroke of width w and length l has area w l and, with its two edges,
    perimeter 2 l; for gray ink the sum of |grad ink| - its total variation - takes the place of the
    perimeter. |grad ink| is the root of the squares of the differences to the next pixel to the
    right and below, paper lying around the image.

    Returns
    -------
    ndarray, float64, shape (n,)
        In pixels of the 16 x 16 image.
    """
    ink = np.pad((1.0 + digits.images.astype(np.float64)) / 2.0, ((0, 0), (1, 1), (1, 1)))
    right = np.diff(ink, axis=2)[:, :-1, :]
    down = np.diff(ink, axis=1)[:, :, :-1]
    return 2.0 * ink.sum(axis=(1, 2)) / np.sqrt(right**2 + down**2).sum(axis=(1, 2))


def gray_histogram(digits: Digits, bins: int = 10) -> np.ndarray:
    """Return the share of pixels in equal bins from -1 to 1, in percent.

    Parameters
    ----------
    digits : Digits
    bins : int
        How many bins; the first holds -1, the last 1.

    Returns
    -------
    ndarray, float64, shape (bins,)
    """
    counts, _ = np.histogram(digits.images, bins=bins, range=(-1.0, 1.0))
    return 100.0 * counts / digits.images.size
