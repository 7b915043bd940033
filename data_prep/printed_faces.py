"""The 35 faces of the printed digits, and which of them are tested on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data_prep.errors import InputError

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
    family : str
        Its family: that of the LaserWriter Plus for which it stands, or Hershey's own.
    package : str
        The package on the Python package index that carries it.
    file : str
        The file in the package, or the font's name in it.
    licence : str
        On what terms it may be used, and whose it is.
    """

    name: str
    family: str
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


def tex_gyre(name: str, family: str, style: str) -> Face:
    """Return a TeX Gyre face: "Heros Cn" in "Bold Italic" is texgyreheroscn-bolditalic.otf."""
    package = f"rinoh-typeface-texgyre{name.split()[0].lower()}"
    file = f"texgyre{name}-{style}.otf".replace(" ", "").lower()
    return Face(f"TeX Gyre {name} {style}", family, package, file, GUST)


FACES = (
    *(
        tex_gyre(name, family, style)
        for name, (family, styles) in FAMILIES.items()
        for style in styles
    ),
    Face("Hershey Futura M", "Hershey Futura", "Hershey-Fonts", "futuram", HERSHEY),
    Face("Hershey Times R", "Hershey Times", "Hershey-Fonts", "timesr", HERSHEY),
)

TEST_FACES = tuple(face.name for face in FACES[2::5])
"""The faces of the test digits: the middle one of every five, in the order of the list.

The rule is ours, for the paper names no font. It was written down before any network had learned
from its digits, and it takes no two faces of one family, nor Helvetica beside Helvetica Narrow."""


def faces_of(*families: str) -> tuple[str, ...]:
    """Return the faces of whole families, by what the families' names begin with."""
    return tuple(face.name for face in FACES if face.family.startswith(families))


def test_faces(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of faces in the order of the list, checked to leave enough for both parts.

    A face has 100 digits in the pool, so seven faces or eight leave 700 to test on and 2649, the
    spare ones counted, to learn from.

    Raises
    ------
    InputError
        If a name is unknown or there twice, or if there are fewer or more of them.
    """
    names = tuple(names)
    known = [face.name for face in FACES]
    for name in names:
        if name not in known:
            raise InputError(
                f'there is no printed face "{name}"; `lenet1989 printed` lists those there are.'
            )
    in_order = tuple(name for name in known if name in names)
    if len(in_order) != len(names) or len(names) not in (7, 8):
        raise InputError(
            f"{len(in_order)} different faces of {len(names)} named; give seven or eight, each "
            f"once, so that there are digits enough to learn from and to test on."
        )
    return in_order
