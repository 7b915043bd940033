"""Photographs of digits, made by drawing: ink, paper, light, lens, camera and file.

A photograph is light times reflectance: the light falls off over the page, ink takes a share of it
away. Then come the lens (a blur), the sensor (noise) and the file (8 bits, JPEG). Digits are
handwritten ones of 16 x 16, enlarged, or drawn here from strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

FINE = 4  # a stroke is drawn that many times larger, then averaged

STROKES = {  # strokes between bars, points between spaces: x, y in percent, y down
    0: "50,0 12,20 5,55 30,100 72,95 92,50 50,0",
    1: "50,0 50,50 48,100",
    2: "10,25 35,0 80,10 75,45 10,100 | 10,100 90,98",
    3: "10,10 50,0 80,20 40,47 | 40,47 90,70 50,100 5,88",
    4: "30,0 5,60 | 5,60 95,58 | 65,20 62,100",
    5: "25,0 20,42 | 20,42 70,42 85,75 50,100 5,92 | 25,0 85,2",
    6: "70,0 25,35 10,75 45,100 85,80 60,52 15,70",
    7: "5,5 90,2 | 90,2 55,50 35,100",
    8: "75,12 40,0 20,20 50,45 85,75 50,100 15,78 50,45 75,12",
    9: "85,20 50,0 15,25 45,48 83,20 | 83,20 80,60 60,100",
}


def strokes_of(label: int) -> list[np.ndarray]:
    """Return the strokes of a digit, each of points (x, y) from 0 to 1."""
    return [
        np.array([point.split(",") for point in stroke.split()], dtype=float) / 100
        for stroke in STROKES[label].split("|")
    ]


def smooth(points: np.ndarray, steps: int = 12) -> np.ndarray:
    """Draw a curve through points: Catmull and Rom's."""
    if len(points) < 3:
        return points
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, steps)[:, None]
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        curve.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.concatenate(curve)


def stroke_digit(rng: np.random.Generator, label: int, height: int) -> np.ndarray:
    """Draw a digit from strokes: ink 0 to 1, cropped.

    Its points are moved by 4 %, its width and slant are drawn; in a third of the fives the bar
    stands off.
    """
    width = height * rng.uniform(0.5, 0.75)
    slant = rng.uniform(-0.1, 0.3)
    pen = height * rng.uniform(0.06, 0.14)
    margin = int(height * 0.6)
    size = (int(width + 2 * margin) * FINE, int(height + 2 * margin) * FINE)
    image = Image.new("L", size)
    draw = ImageDraw.Draw(image)
    shift = rng.normal(0, 0.02, (20, 2))
    detached = label == 5 and rng.random() < 0.33
    for number, points in enumerate(strokes_of(label)):
        places = np.rint(100 * points @ (1, 2)).astype(int) % 20  # shared ends stay together
        points = smooth(points + shift[places])
        if detached and number == 2:
            points = points + np.array([0.1 + 1.2 * pen / width, -0.02])
        x = margin + points[:, 0] * width - slant * (points[:, 1] - 0.5) * height
        y = margin + points[:, 1] * height
        path = [(FINE * a, FINE * b) for a, b in zip(x, y, strict=True)]
        draw.line(path, fill=255, width=max(1, round(FINE * pen)), joint="curve")
        r = FINE * pen / 2
        for a, b in path:
            draw.ellipse((a - r, b - r, a + r, b + r), fill=255)
    return cropped(np.asarray(image.reduce(FINE), dtype=float) / 255)


def written_digit(rng: np.random.Generator, image: np.ndarray, height: int) -> np.ndarray:
    """Enlarge a handwritten digit of 16 x 16 to ink 0 to 1, slanted and turned a little."""
    ink = np.pad((1 + image.astype(float)) / 2, 6)
    slant, turn = rng.uniform(-0.1, 0.25), np.deg2rad(rng.normal(0, 3))
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[1, 0], [slant, 1]]) @ np.array([[cos, -sin], [sin, cos]])
    scale = 16 / height
    size = int(28 / scale)
    centre = np.array([13.5, 13.5])
    offset = centre - matrix @ np.array([size / 2, size / 2]) * scale
    large = ndimage.affine_transform(ink, matrix * scale, offset, (size, size), order=3)
    return cropped(np.clip((large - 0.12) / 0.6, 0, 1))


def cropped(ink: np.ndarray) -> np.ndarray:
    """Crop to what is above 5 %."""
    rows, columns = np.flatnonzero((ink > 0.05).any(1)), np.flatnonzero((ink > 0.05).any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@dataclass
class Page:
    """A page to be photographed; what stands in the fields may be changed before.

    Attributes
    ----------
    ink : ndarray, float64
        Share of the light that ink takes, 0 to 1 times `depth`.
    depth : float
        What the strongest ink takes.
    light : ndarray or float
        Over the page, 1 at its strongest.
    paper : float
        Gray level of lit paper, of 255.
    blur, noise : float
        In pixels, and in gray levels.
    quality : int or None
        Of JPEG; None is PNG.
    colour : tuple of float
        How much of red, green and blue light the ink takes, times depth.
    ground : ndarray or float
        Reflectance of what lies below the ink, 1 on paper and less on a desk.
    inverted : bool
        Whether black and white change places.
    """

    ink: np.ndarray
    rng: np.random.Generator
    depth: float = 0.8
    light: np.ndarray | float = 1.0
    paper: float = 225.0
    blur: float = 0.8
    noise: float = 2.0
    quality: int | None = 85
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)
    ground: np.ndarray | float = 1.0
    inverted: bool = False

    def save(self, file: Path) -> None:
        """Take the photograph, and save it."""
        how = {} if self.quality is None else {"quality": self.quality}
        self.photographed().save(file, **how)

    def photographed(self) -> Image.Image:
        """Take the photograph."""
        planes = []
        grain = self.rng.normal(0, self.noise, self.ink.shape)
        for share in self.colour:
            seen = self.paper * self.light * self.ground * (1 - self.depth * share * self.ink)
            seen = ndimage.gaussian_filter(seen, self.blur) if self.blur else seen
            seen = seen + grain + self.rng.normal(0, self.noise / 2, self.ink.shape)
            planes.append(255 - seen if self.inverted else seen)
        stack = np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255).astype(np.uint8)
        return Image.fromarray(stack)


def blank(shape: tuple[int, int]) -> np.ndarray:
    """Return a page without ink."""
    return np.zeros(shape)


def put(page: np.ndarray, ink: np.ndarray, top: int, left: int) -> None:
    """Put ink on a page, the stronger of the two where they meet."""
    there = page[top : top + ink.shape[0], left : left + ink.shape[1]]
    np.maximum(there, ink[: there.shape[0], : there.shape[1]], out=there)


def across(shape: tuple[int, int], angle: float) -> np.ndarray:
    """Return a ramp from 0 to 1 over a page, in a direction."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    along = x * np.cos(angle) + y * np.sin(angle)
    return (along - along.min()) / np.ptp(along)


def from_one_side(rng: np.random.Generator, shape: tuple[int, int], least: float) -> np.ndarray:
    """Return light that falls off along a straight line."""
    return 1 - (1 - least) * across(shape, rng.uniform(0, 2 * np.pi))


def from_a_lamp(rng: np.random.Generator, shape: tuple[int, int], least: float) -> np.ndarray:
    """Return the light of a lamp near by: it falls off with the distance from a spot."""
    y, x = np.mgrid[: shape[0], : shape[1]] / max(shape)
    spot = rng.uniform(-0.2, 1.2, 2)
    far = np.hypot(y - spot[0], x - spot[1])
    falls = 1 / (1 + far**2) ** 1.5
    falls = (falls - falls.min()) / np.ptp(falls)
    return least + (1 - least) * falls


def in_shade(
    rng: np.random.Generator, shape: tuple[int, int], least: float, soft: float
) -> np.ndarray:
    """Return light with a shadow over part of the page, its edge a share of the page wide."""
    ramp = across(shape, rng.uniform(0, 2 * np.pi)) - rng.uniform(0.3, 0.7)
    return 1 - (1 - least) / (1 + np.exp(-ramp / soft * 4))
