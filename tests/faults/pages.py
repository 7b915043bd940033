"""The photographs of the bench, kind by kind: how each is drawn, and what it must come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.faults import drawn
from tests.faults.drawn import Page, put

Draw = Callable[[np.random.Generator, np.ndarray], Page]


@dataclass(frozen=True)
class Kind:
    """A kind of photograph.

    Attributes
    ----------
    draw : callable
        Draws a page with one digit's ink, or without it; where it shows several, with a list.
    shows : int
        How many digits there are to see: with other than one, to accept a digit is wrong.
    least : float
        Percent that must be read right.
    several : bool
        Whether the reader is asked for several digits; then each of them is a case.
    """

    draw: Callable[..., Page]
    shows: int = 1
    least: float = 0.0
    several: bool = False


def on_page(rng: np.random.Generator, ink: np.ndarray, room: float = 0.9) -> np.ndarray:
    """Put a digit somewhere on a page with some room around."""
    side = int(max(ink.shape) * (1 + room))
    page = drawn.blank((side, side + int(rng.integers(0, 40))))
    low = int(0.06 * side) + 3
    top = int(rng.integers(low, side - ink.shape[0] - low + 1))
    left = int(rng.integers(low, page.shape[1] - ink.shape[1] - low + 1))
    put(page, ink, top, left)
    return page


def box(page: np.ndarray) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of the ink on a page."""
    rows, columns = np.flatnonzero(page.any(1)), np.flatnonzero(page.any(0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


def clean(rng: np.random.Generator, ink: np.ndarray) -> Page:
    return Page(on_page(rng, ink), rng, depth=1.0, paper=255, blur=0, noise=0, quality=None)


def clean_inverted(rng: np.random.Generator, ink: np.ndarray) -> Page:
    return Page(
        on_page(rng, ink), rng, 1.0, paper=255, blur=0, noise=0, quality=None, inverted=True
    )


def even(rng: np.random.Generator, ink: np.ndarray) -> Page:
    return Page(
        on_page(rng, ink, rng.uniform(0.4, 2)),
        rng,
        depth=rng.uniform(0.45, 0.9),
        paper=rng.uniform(150, 240),
        blur=rng.uniform(0.3, 1.8),
        noise=rng.uniform(0.3, 5),
        quality=int(rng.integers(50, 96)),
    )


def lossless(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    page.quality, page.noise = None, 0.0
    return page


def lit(
    light: Callable[[np.random.Generator, tuple[int, int], float], np.ndarray],
    low: float,
    high: float,
) -> Draw:
    """Draw a page under a light that falls off to some share between low and high."""

    def draw(rng: np.random.Generator, ink: np.ndarray) -> Page:
        page = even(rng, ink)
        page.light = light(rng, page.ink.shape, rng.uniform(low, high))
        return page

    return draw


def lit_smoothly(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = lit(drawn.from_one_side, 0.3, 0.8)(rng, ink)
    page.noise = 0.0
    return page


def soft_shadow(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    page.light = drawn.in_shade(rng, page.ink.shape, rng.uniform(0.4, 0.8), rng.uniform(0.2, 0.6))
    return page


def sharp_shadow(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    page.light = drawn.in_shade(rng, page.ink.shape, rng.uniform(0.4, 0.8), rng.uniform(0.01, 0.1))
    return page


def disc(radius: float) -> np.ndarray:
    size = int(2 * radius + 3)
    y, x = np.mgrid[:size, :size] - size / 2 + 0.5
    return np.clip(radius - np.hypot(y, x) + 0.5, 0, 1)


def wider(ink: np.ndarray, share: float) -> np.ndarray:
    """Add room to the right of a digit."""
    return np.pad(ink, ((0, 0), (0, int(ink.shape[0] * share))))


def full_stop(rng: np.random.Generator, ink: np.ndarray) -> Page:
    radius = ink.shape[0] * rng.uniform(0.04, 0.09)
    dot = disc(radius)
    together = wider(ink, 0.5)
    gap = int(ink.shape[0] * rng.uniform(0.08, 0.2))
    put(together, dot, ink.shape[0] - dot.shape[0], ink.shape[1] + gap)
    return even(rng, drawn.cropped(together))


def specks(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    near = page.ink.copy()
    for _ in range(int(rng.integers(2, 8))):
        dot = disc(ink.shape[0] * rng.uniform(0.01, 0.03))
        top = int(rng.integers(2, page.ink.shape[0] - dot.shape[0] - 2))
        left = int(rng.integers(2, page.ink.shape[1] - dot.shape[1] - 2))
        if not near[top : top + dot.shape[0], left : left + dot.shape[1]].any():
            put(page.ink, dot, top, left)
    return page


def underline(rng: np.random.Generator, ink: np.ndarray) -> Page:
    height, width = ink.shape
    thick = max(2, int(height * rng.uniform(0.03, 0.07)))
    long = int(max(width * 1.1, height * rng.uniform(0.6, 1.3)))
    gap = int(height * rng.uniform(0.08, 0.2)) + 2
    together = np.zeros((height + gap + thick + 8, long))
    put(together, ink, 0, (long - width) // 2)
    tilt = rng.normal(0, 0.02)
    for x in range(long):
        top = int(height + gap + 4 + np.clip(tilt * (x - long / 2), -4, 4))
        together[top : top + thick, x] = 1
    return even(rng, drawn.cropped(together))


def ruled(rng: np.random.Generator, ink: np.ndarray) -> Page:
    """Draw a rule across the page, which the digit stands on."""
    page = even(rng, ink)
    bottom = box(page.ink)[1]
    thick = max(1, int(ink.shape[0] * rng.uniform(0.01, 0.03)))
    top = min(bottom - thick // 2 + int(rng.integers(-2, 4)), page.ink.shape[0] - thick - 3)
    line = np.full((thick, page.ink.shape[1]), rng.uniform(0.4, 1.0))
    put(page.ink, line, top, 0)
    return page


def rule_apart(rng: np.random.Generator, ink: np.ndarray) -> Page:
    """Draw rules across the page above and below the digit."""
    page = even(rng, ink)
    page.ink = np.pad(page.ink, ((40, 40), (0, 0)))
    top, bottom, _, _ = box(page.ink)
    thick = max(2, int(ink.shape[0] * rng.uniform(0.015, 0.05)))
    for at in (top - 12 - thick, bottom + 12):
        put(page.ink, np.full((thick, page.ink.shape[1]), rng.uniform(0.5, 1)), at, 0)
    return page


def squared(rng: np.random.Generator, ink: np.ndarray) -> Page:
    """Draw pale squares on the paper."""
    page = even(rng, ink)
    step = int(ink.shape[0] * rng.uniform(0.2, 0.4))
    grid = np.zeros_like(page.ink)
    thick = max(1, ink.shape[0] // 60)
    for start in range(thick):
        grid[start::step] = grid[:, start::step] = rng.uniform(0.1, 0.25)
    page.ink = np.maximum(page.ink, grid)
    return page


def desk_round(rng: np.random.Generator, ink: np.ndarray) -> Page:
    """Show a sheet of paper on a dark desk."""
    page = even(rng, ink)
    room = int(max(page.ink.shape) * rng.uniform(0.1, 0.35))
    ground = np.full(tuple(side + 2 * room for side in page.ink.shape), rng.uniform(0.1, 0.5))
    ground[room:-room, room:-room] = 1
    page.ink, page.ground = np.pad(page.ink, room), ground
    return page


def desk_aside(rng: np.random.Generator, ink: np.ndarray) -> Page:
    """Show a dark desk on one side of the picture."""
    page = even(rng, ink)
    room = int(max(page.ink.shape) * rng.uniform(0.08, 0.3))
    ground = np.ones((page.ink.shape[0], page.ink.shape[1] + room))
    ground[:, :room] = rng.uniform(0.1, 0.5)
    page.ink = np.pad(page.ink, ((0, 0), (room, 0)))
    if rng.random() < 0.5:  # on the right instead
        page.ink = np.roll(page.ink, -room, axis=1)
        ground = ground[:, ::-1].copy()
    page.ground = ground
    return page


INKS = ((1, 0.8, 0.25), (0.25, 0.9, 0.9), (0.9, 0.35, 0.8), (0.75, 0.75, 0.75), (0.6, 0.8, 0.9))


def coloured(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    page.colour = INKS[int(rng.integers(len(INKS)))]
    return page


def pencil(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink * (0.75 + 0.25 * rng.random(ink.shape)))
    page.depth, page.paper = rng.uniform(0.25, 0.45), rng.uniform(190, 240)
    page.noise = rng.uniform(0.5, 3)
    return page


def chalk(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    page.inverted, page.paper = True, rng.uniform(170, 220)
    return page


def small(rng: np.random.Generator, ink: np.ndarray) -> Page:
    """Draw a digit a twelfth to a thirtieth as high as the photograph."""
    page = even(rng, ink)
    large = drawn.blank((int(rng.uniform(900, 1300)), int(rng.uniform(1200, 1600))))
    top = int(rng.uniform(0.1, 0.8) * large.shape[0])
    left = int(rng.uniform(0.1, 0.8) * large.shape[1])
    step = max(1, ink.shape[0] // int(rng.integers(48, 80)))
    put(large, ink[::step, ::step], top, left)
    page.ink = large
    return page


def large(rng: np.random.Generator, ink: np.ndarray) -> Page:
    page = even(rng, ink)
    page.ink = page.ink.repeat(5, axis=0).repeat(5, axis=1)
    page.blur = rng.uniform(2, 6)
    return page


def without(draw: Draw) -> Draw:
    """Draw the same page without the digit."""

    def blanked(rng: np.random.Generator, ink: np.ndarray) -> Page:
        return draw(rng, np.where(np.arange(ink.size).reshape(ink.shape) == 0, 1e-9, 0))

    return blanked


def stain(rng: np.random.Generator, ink: np.ndarray) -> Page:
    y, x = np.mgrid[:120, :120] / 60 - 1
    turn = np.arctan2(y, x)
    radius = 0.7 + 0.15 * np.sin(rng.integers(2, 5) * turn + rng.uniform(0, 6))
    patch = np.clip((radius - np.hypot(y, x)) * 20, 0, 1)
    return even(rng, patch)


def beside(low: float, high: float) -> Callable[[np.random.Generator, list[np.ndarray]], Page]:
    """Draw digits in a line, with gaps of some shares of their height."""

    def draw(rng: np.random.Generator, inks: list[np.ndarray]) -> Page:
        tallest = max(ink.shape[0] for ink in inks)
        row: list[np.ndarray] = []
        for ink in inks:
            down = int(rng.integers(0, 1 + tallest - ink.shape[0]))
            row.append(np.pad(ink, ((down, tallest - ink.shape[0] - down), (0, 0))))
            row.append(np.zeros((tallest, 3 + int(tallest * rng.uniform(low, high)))))
        return even(rng, np.concatenate(row[:-1], axis=1))

    return draw


KINDS: dict[str, Kind] = {
    "clean scan": Kind(clean, least=80),
    "light on dark": Kind(clean_inverted, least=80),
    "even light": Kind(even, least=80),
    "even light, no noise": Kind(lossless, least=80),
    "light from one side, to 60-90 %": Kind(lit(drawn.from_one_side, 0.6, 0.9), least=60),
    "light from one side, to 30-60 %": Kind(lit(drawn.from_one_side, 0.3, 0.6), least=60),
    "light from one side, no noise": Kind(lit_smoothly, least=60),
    "light of a lamp": Kind(lit(drawn.from_a_lamp, 0.35, 0.8), least=60),
    "soft shadow": Kind(soft_shadow),
    "sharp shadow": Kind(sharp_shadow),
    "full stop": Kind(full_stop),
    "specks": Kind(specks),
    "underline": Kind(underline),
    "rule under the digit": Kind(ruled),
    "rules above and below": Kind(rule_apart),
    "squared paper": Kind(squared),
    "desk all round": Kind(desk_round),
    "desk on one side": Kind(desk_aside),
    "inks of colours": Kind(coloured),
    "pencil": Kind(pencil),
    "light ink on a dark ground": Kind(chalk),
    "small in a large photograph": Kind(small),
    "large photograph": Kind(large),
    "two digits": Kind(beside(0.08, 0.4), shows=2),
    "three digits": Kind(beside(0.08, 0.4), shows=3),
    "zip code, read as several": Kind(beside(0.1, 0.4), shows=5, several=True),
    "blank, even light": Kind(without(even), shows=0),
    "blank, no noise": Kind(without(lossless), shows=0),
    "blank, light from one side": Kind(without(lit(drawn.from_one_side, 0.3, 0.9)), shows=0),
    "blank, one side, no noise": Kind(without(lit_smoothly), shows=0),
    "blank, lamp": Kind(without(lit(drawn.from_a_lamp, 0.3, 0.8)), shows=0),
    "blank, soft shadow": Kind(without(soft_shadow), shows=0),
    "blank, sharp shadow": Kind(without(sharp_shadow), shows=0),
    "blank, desk all round": Kind(without(desk_round), shows=0),
    "blank, desk on one side": Kind(without(desk_aside), shows=0),
    "blank, rules": Kind(without(rule_apart), shows=0),
    "blank, squared paper": Kind(without(squared), shows=0),
    "stain": Kind(stain, shows=0),
}
