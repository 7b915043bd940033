"""The outlines of the 350 printed digits: where the faces are got, and how they are read.

The wheels are fetched by pip into a folder that is gone afterwards, each refused unless it has the
known hash. Nothing is installed, imported or run from them: the TeX Gyre wheels ask for a
typesetting program that nobody needs here, so they are only opened as the archives they are.
"""

from __future__ import annotations

import base64
import io
import tarfile
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np

from data_prep import files, packages
from data_prep.errors import InputError
from data_prep.printed_faces import FACES, Face

WHEELS = {
    "Hershey-Fonts==2.1.0": "e53ef56bdef231f10f0576a6570f49fcc8442e45115028bc52a7ade15d824581",
    "rinoh-typeface-texgyreadventor==0.1.1": (
        "22d275fcea08a9fa8724aa0e9487cc1501982a57ff14d3a85b86dc455ad867d2"
    ),
    "rinoh-typeface-texgyrebonum==0.1.1": (
        "a26d563cedc798ada87b8ae14208201b47b3fdb6958e1e3e5ca90480f9b7e731"
    ),
    "rinoh-typeface-texgyrechorus==0.1.1": (
        "512dd7252c5369a5554dc2370c3f09f13453dd8b4dd357683d9c3d047ddca00a"
    ),
    "rinoh-typeface-texgyrecursor==0.1.1": (
        "98080e6af2271e67cff1d69033cb6c3a6baa58de41a66dce1a1102b4dd41de72"
    ),
    "rinoh-typeface-texgyreheros==0.1.1": (
        "0c921a040a84b0af031e4a36d196d46b65fb18929d88df5ed26533b57100e6c9"
    ),
    "rinoh-typeface-texgyrepagella==0.1.1": (
        "0144e3b828a31b405ab9be1dec67f48be360d9f86d109578924fd1d7e0e1ded6"
    ),
    "rinoh-typeface-texgyreschola==0.1.1": (
        "f970d8ca53804e48fb24acbc0484a73a87621e14ca599556177e813ffb27bb41"
    ),
    "rinoh-typeface-texgyretermes==0.1.1": (
        "6261219c547b3bebd8ccb95b93cae83e86dc567c7a093d632f5ed6db8bb4fa84"
    ),
}
"""The wheels that carry the faces, and their SHA-256: 2.4 MB in all."""

CHORDS = 16  # of a curve: off by under a hundredth of a pixel of the scan
PEN = 1.25  # width of the round pen for Hershey's strokes, whose figures are 21 high, 1 apart
OF_THE_PEN = np.linspace(-1.0, 1.0, 9)[:-1]  # halves of it, as tan(angle / 4)

Outline = list[np.ndarray]
"""Closed polygons (k, 2): x to the right and y down; ink is where they wind round."""


# ---- Getting them -----------------------------------------------------------------------------


def outlines() -> list[list[Outline]]:
    """Fetch the faces and return their digits.

    Returns
    -------
    list of list of Outline
        ``outlines()[face][digit]``, in units of the face, in the order of `printed_faces.FACES`.

    Raises
    ------
    InputError
        If the wheels cannot be had.
    """
    with files.scratch_folder() as folder:
        fetch_wheels(folder)
        return [digits_of(face, folder) for face in FACES]


def fetch_wheels(folder: Path) -> None:
    """Have pip download the wheels into a folder, by pip's own settings, checking their hashes.

    Raises
    ------
    InputError
        If pip fails, is not there or takes too long.
    """
    if failure := packages.pip_download(
        folder, WHEELS, "font packages", ("--only-binary", ":all:")
    ):
        raise _not_had(failure)


def _not_had(why: str) -> InputError:
    return InputError(
        f"The faces cannot be had ({why}); try again where pip finds packages - the printed digits "
        "themselves are in the repository and need none of this."
    )


def digits_of(face: Face, folder: Path) -> list[Outline]:
    """Read the ten digits of a face from its wheel in a folder."""
    wheel = next(folder.glob(f"{face.package.replace('-', '_')}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        if face.file.endswith(".otf"):
            name = f"{face.package.replace('-', '_')}/{face.file}"
            return opentype_digits(archive.read(name))
        return hershey_digits(archive.read("HersheyFonts/HersheyFonts.py"), face.file)


# ---- Reading them -----------------------------------------------------------------------------


def opentype_digits(font: bytes) -> list[Outline]:
    """Return the digits that an OpenType font shows for the characters 0 to 9."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen  # only needed here
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font)) as opened:
        glyphs, names = opened.getGlyphSet(), opened.getBestCmap()
        digits = []
        for character in b"0123456789":
            pen = DecomposingRecordingPen(glyphs)
            glyphs[names[character]].draw(pen)
            digits.append(flattened(pen.value))
    return digits


def flattened(path: list[tuple[str, tuple]]) -> Outline:
    """Turn lines and cubic curves, y up, into polygons, y down.

    A curve of control points p0 to p3 becomes chords between its points at t = k / 16:
    (1 - t)^3 p0 + 3 (1 - t)^2 t p1 + 3 (1 - t) t^2 p2 + t^3 p3.
    """
    t = (np.arange(1, CHORDS + 1) / CHORDS)[:, np.newaxis]
    s = 1.0 - t
    polygons: Outline = []
    for step, arguments in path:
        points = np.array(arguments, dtype=np.float64).reshape(-1, 2)
        if step == "moveTo":
            pieces = [points]
        elif step == "lineTo":
            pieces.append(points)
        elif step == "curveTo" and len(points) == 3:
            p0, (p1, p2, p3) = pieces[-1][-1], points
            pieces.append(s * s * s * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t * t * t * p3)
        elif step == "closePath":
            polygons.append(np.concatenate(pieces) * (1.0, -1.0))
        else:
            raise ValueError(f'outlines of lines and cubic curves have no "{step}"')
    return polygons


def hershey_digits(source: bytes, name: str) -> list[Outline]:
    """Return the digits of a Hershey font, drawn with a round pen.

    The fonts are a tar archive in base64 within a Python file. A font is a line a character, from
    the blank on: five places for a number, three for a count, two for the margins, then strokes as
    pairs of letters - x and y, from the letter R, y down - with " R" between strokes.
    """
    packed = source.split(b"__compressed_fonts_base64 = B'''", 1)[1].split(b"'''", 1)[0]
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed))) as archive:
        text = archive.extractfile(name)
        assert text is not None  # as for a folder
        lines = [line for line in text.read().decode("ascii").splitlines() if line[0] != "#"]
    first = ord("0") - ord(" ")
    return [
        penned([np.array([*map(ord, stroke)]).reshape(-1, 2) - ord("R") for stroke in strokes])
        for strokes in (line[10:].split(" R") for line in lines[first : first + 10])
    ]


def penned(strokes: list[np.ndarray]) -> Outline:
    """Draw strokes with a round pen: a polygon a joint and a rectangle a line, all turning alike.

    The pen's edge is at (1 - t^2) / (1 + t^2), 2 t / (1 + t^2): points of the circle, by fractions.
    """
    t = OF_THE_PEN
    half = np.stack([(1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)], axis=1)
    pen = np.concatenate([half, -half]) * (PEN / 2)
    polygons = [joint + pen for stroke in strokes for joint in stroke]
    for stroke in strokes:
        for start, end in pairwise(stroke):
            along = (end - start) * (PEN / 2 / np.sqrt(((end - start) ** 2).sum()))
            aside = along[::-1] * (-1.0, 1.0)
            polygons.append(np.stack([start - aside, end - aside, end + aside, start + aside]))
    return polygons
