"""The printed digits: a stand-in for 3349 digits that were never released.

The paper (NIPS 1989, p. 397) adds to the handwritten digits 3349 printed ones of 35 fonts, and
names neither the fonts nor the scanner. These here are 35 free faces - 33 that look like the
LaserWriter Plus set of 1986, which had 35 with Symbol and Zapf Dingbats, and two of Hershey's of
1967 - drawn by a model of a scanner and brought to 16 x 16 as the paper says. That 35 equals the
LaserWriter's number makes them a good proxy, and no more than that.

The paper tests on other fonts than it trains on (p. 397), and so does this stand-in: a pool holds
every class in every face ten times, and a choice of seven faces for the test, or eight, settles
which of the pool are the 2549 training digits and the 700 test digits. `TEST_FACES` is the choice
of all recipes that make no other. The paper's two parts are 100 short of its 3349; the hundred are
the spare ones. The pool was rendered once (`data_prep.printed_render`) and is kept beside this
module, so that nobody needs fonts.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep import files
from data_prep.digits import PRINTED, Digits
from data_prep.errors import GET_IT_ANEW, InputError, fault
from data_prep.normalize import slants
from data_prep.printed_faces import FACES, TEST_FACES, Face, test_faces

FILE = Path(__file__).with_name("printed.npz")
SEED = 1989

COUNTS = {"train": 2549, "spare": 100, "test": 700}
"""How many there are of each part."""

ROUND = 350
"""Digits of a round of the pool: every class in every face once."""

COPIES = 10
"""Rounds of the pool."""

SHA256 = {
    "deslanted": "b5591454c8c600ea622ed6705186b5c4d01adcbefc7607217fcfd20eef17ce29",
    "plain": "4e8c76d6f48a7c0e324623bb9c3e6ff4ffea5a301f152e0d2e2350a20eedb93b",
    "scans": "17cdfc141c497f8c80a3174910597528edf55b9f86efdd0043d101b0b4203c74",
    "scan_shapes": "85927c75a94c0bda51f523845c118e7e77ecfa603d3111002cb7d54ce014432b",
}
"""Of the arrays of the file, little-endian, row by row."""

Arrays = dict[str, np.ndarray]
"""``deslanted`` and ``plain`` (3500, 16, 16), int16 thousandths, in the order of the pool
(`place`); ``scans``, uint8, the bits of the first 350 scans one after the other, row by row;
``scan_shapes`` (350, 2), uint8, rows and columns."""


# ---- The order --------------------------------------------------------------------------------


def place(labels: np.ndarray, faces: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Return where digits stand in the pool, counted from 0 (int64).

    Round after round, in each one face after the other in the order of `FACES`, in each the digits
    0 to 9: 350 copy + 10 face + class.
    """
    return ROUND * copies + 10 * faces + labels


@dataclass(frozen=True)
class Part:
    """Digits of the pool that belong to a part, in their order.

    Attributes
    ----------
    labels, faces : ndarray, uint8, shape (n,)
        Class and face, as an index into `FACES`.
    numbers : ndarray, int64, shape (n,)
        Where they stand in the pool.
    """

    labels: np.ndarray
    faces: np.ndarray
    numbers: np.ndarray


def round_of(faces: Iterable[int], first: int, beyond: int) -> Part:
    """Return digits number `first` to `beyond` - 1 of the endless order of some faces.

    Of f faces, digit i of a round of 10 f has class i mod 10 and the face at place
    (i + i div lcm(10, f)) mod f; so a round shows every class in every face once, any ten digits in
    a row every class, and the faces differ by one digit at most, however many are taken.
    """
    faces = np.array(list(faces))
    number = np.arange(first, beyond)
    copy, i = np.divmod(number, 10 * len(faces))
    face = faces[(i + i // math.lcm(10, len(faces))) % len(faces)]
    labels = i % 10
    return Part(labels.astype(np.uint8), face.astype(np.uint8), place(labels, face, copy))


def plan(names: Iterable[str] = TEST_FACES) -> dict[str, Part]:
    """Return which digits of the pool are "train", "spare" and "test".

    Parameters
    ----------
    names : iterable of str
        The faces of the test digits. All others are learned from, so that no face is in both parts
        (NIPS 1989, p. 397).

    Raises
    ------
    InputError
        As `test_faces`.
    """
    tested = test_faces(names)
    of_test = [number for number, face in enumerate(FACES) if face.name in tested]
    of_training = [number for number in range(len(FACES)) if number not in of_test]
    trained = COUNTS["train"]
    return {
        "train": round_of(of_training, 0, trained),
        "spare": round_of(of_training, trained, trained + COUNTS["spare"]),
        "test": round_of(of_test, 0, COUNTS["test"]),
    }


# ---- Loading ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Printed:
    """The printed digits.

    Attributes
    ----------
    train, test, spare : Digits
        2549, 700 and 100 digits; classes and faces alternate (`plan`).
    train_faces, test_faces, spare_faces : ndarray, uint8, shape (n,)
        The face of each digit, as an index into `faces`. None is both learned from and tested on.
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

    def faces_in(self, part: str) -> list[Face]:
        """Return the faces of "train", "test" or "spare", in the order of `faces`."""
        return [self.faces[number] for number in np.unique(getattr(self, f"{part}_faces"))]

    def __repr__(self) -> str:
        variant = "deslanted" if self.deslanted else "plain"
        counts = f"{len(self.train)} + {len(self.test)} + {len(self.spare)}"
        return f"<{counts} printed digits of {len(self.faces)} faces, {variant}>"


def load(
    deslanted: bool = True,
    test_faces: Iterable[str] = TEST_FACES,
    file: str | os.PathLike[str] = FILE,
) -> Printed:
    """Return the printed digits, checked.

    Parameters
    ----------
    deslanted : bool
        Whether to return the images without slant, as the released handwritten ones are, or the
        plain ones.
    test_faces : iterable of str
        The faces that are tested on, and not learned from.
    file : path
        The file that keeps them.

    Returns
    -------
    Printed
        Images float32 from -1 to 1 in steps of a thousandth, labels uint8, origin "printed".

    Raises
    ------
    InputError
        If the file is not there or is spoiled, or the faces are not seven or eight of ours.
    """
    variant = "deslanted" if deslanted else "plain"
    parts = plan(test_faces)
    arrays = read(file, (variant,))
    images = arrays[variant] / np.float32(1000)  # one rounding, so the nearest
    digits = {
        name: Digits(images[part.numbers], part.labels, np.full(len(part.labels), PRINTED))
        for name, part in parts.items()
    }
    return Printed(
        train=digits["train"],
        test=digits["test"],
        spare=digits["spare"],
        train_faces=parts["train"].faces,
        test_faces=parts["test"].faces,
        spare_faces=parts["spare"].faces,
        faces=FACES,
        deslanted=deslanted,
        sha256={name: SHA256[name] for name in arrays},
    )


def scans(file: str | os.PathLike[str] = FILE) -> list[np.ndarray]:
    """Return the scans of the first round of the pool: every class in every face once.

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


def specimen(deslanted: bool = True, file: str | os.PathLike[str] = FILE) -> Digits:
    """Return the first round of the pool, every class in every face once, face after face.

    They are those that `scans` shows, in the same order.

    Raises
    ------
    InputError
        If the file is not there or is spoiled.
    """
    variant = "deslanted" if deslanted else "plain"
    images = read(file, (variant,))[variant][:ROUND] / np.float32(1000)
    labels = (np.arange(ROUND) % 10).astype(np.uint8)
    return Digits(images, labels, np.full(ROUND, PRINTED))


def described(printed: Printed) -> list[str]:
    """Return lines for the reader: how many of each class, the faces of either part, the hashes."""
    lines = [f"{'set':8}{'all':>5}   {''.join(f'{digit:5}' for digit in range(10))}"]
    for name, part in (("train", printed.train), ("test", printed.test), ("spare", printed.spare)):
        lines.append(f"{name:8}{len(part):5}   {''.join(f'{n:5}' for n in part.counts)}")
    tested = printed.faces_in("test")
    lines += [f"{len(tested)} faces are tested on, and none of them is learned from:"]
    lines += [f"  {face.name}" for face in tested]
    for licence in dict.fromkeys(face.licence for face in printed.faces):
        faces = [face for face in printed.faces if face.licence == licence]
        lines.append(f"{len(faces)} faces, {licence}:")
        lines += [f"  {face.name:31}{face.family}" for face in faces]
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


@dataclass(frozen=True, eq=False)
class Measures:
    """What digits can be compared by.

    Attributes
    ----------
    mean_gray : float
        Mean gray level, from -1 (paper) to 1 (ink).
    stroke_width, stroke_width_sd : float
        Median and standard deviation of the widths of their strokes, in pixels.
    grays : ndarray, float64, shape (10,)
        Share of pixels in equal bins of gray levels, in percent.
    slant_sd : float
        Standard deviation of their slants, in columns a row.
    """

    mean_gray: float
    stroke_width: float
    stroke_width_sd: float
    grays: np.ndarray
    slant_sd: float

    def grays_off(self, other: Measures) -> float:
        """Return by how many points the shares of gray levels differ at most."""
        return float(np.abs(self.grays - other.grays).max())


def measures(digits: Digits) -> Measures:
    """Return the ink, strokes, gray levels and slant of digits."""
    widths = stroke_widths(digits)
    return Measures(
        mean_gray=mean_ink(digits),
        stroke_width=float(np.median(widths)),
        stroke_width_sd=float(widths.std()),
        grays=gray_histogram(digits),
        slant_sd=float(slants(digits.images).std()),
    )
