"""The laws of telling digits from dots, rules, desks and each other, on pages drawn here."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from data_prep.errors import InputError
from data_prep.image_files import Picture
from data_prep.normalize import image_of, normalize
from data_prep.parts import digits_in, digits_of
from data_prep.photograph import is_clean, paper_surface
from data_prep.rules import without_rules


def seven(height: int = 60, pen: int = 8) -> np.ndarray:
    """Draw a seven: bool, tightly cropped."""
    ink = np.zeros((height, 2 * height // 3), dtype=bool)
    ink[:pen] = True
    for y in range(height):
        right = ink.shape[1] - y * (ink.shape[1] - pen) // height
        ink[y, max(0, right - pen) : right] = True
    return ink


def five(gap: int) -> np.ndarray:
    """Draw a five whose bar stands off to the right by some pixels."""
    ink = np.zeros((70, 60 + gap), dtype=bool)
    ink[4:34, 4:12] = ink[26:34, 4:44] = ink[26:66, 36:44] = ink[58:66, :44] = True
    ink[:8, 12 + gap : 50 + gap] = True
    return ink


def page(*placed: tuple[np.ndarray, int, int], shape: tuple[int, int] = (140, 160)) -> np.ndarray:
    """Put ink on white paper: uint8."""
    ink = np.zeros(shape, dtype=bool)
    for mark, top, left in placed:
        ink[top : top + mark.shape[0], left : left + mark.shape[1]] |= mark
    return np.where(ink, 20, 255).astype(np.uint8)


def photographed(levels: np.ndarray, light: np.ndarray | float = 0.9, noise: float = 2) -> Picture:
    """Take a photograph of a page: blurred, under a light, with noise."""
    grain = np.random.default_rng(5).normal(0, noise, levels.shape)
    seen = ndimage.gaussian_filter(levels.astype(float), 0.8) * light + grain
    return Picture(np.clip(np.rint(seen), 0, 255).astype(np.uint8), 255.0)


def from_the_left(shape: tuple[int, int], least: float) -> np.ndarray:
    """Return a light that falls off to some share at the right side."""
    return np.tile(np.linspace(1, least, shape[1]), (shape[0], 1))


WAYS = {"scan": lambda levels: Picture(levels, 255.0), "photograph": photographed}
ONE = page((seven(), 40, 50))


def likeness(found: np.ndarray, wanted: np.ndarray) -> float:
    """Return how far an image lies from another on the mean, of a range of 2."""
    return float(np.abs(found - wanted).mean())


# --- clean scans keep their bits ---------------------------------------------------------------


@pytest.mark.parametrize("deslant", [True, False])
def test_a_clean_scan_of_one_digit_comes_out_as_by_normalize_to_the_bit(deslant):
    for levels in (ONE, 255 - ONE, page((five(0), 30, 40)), page((five(6), 30, 40))):
        digits = digits_of(Picture(levels, 255.0))
        assert len(digits) == 1
        assert np.array_equal(image_of(digits[0].ink, deslant), normalize(levels, deslant))


def test_paper_is_clean_where_gray_is_found_at_edges_of_ink_alone():
    soft = np.rint(ndimage.gaussian_filter(ONE.astype(float), 1)).astype(np.uint8)
    assert is_clean(soft / 255)
    shade = from_the_left((100, 100), 0.9) * 230
    assert not is_clean(np.rint(shade) / 255)
    half = np.rint(np.minimum(255, from_the_left((100, 100), 0.6) * 330))  # bright half clipped
    assert not is_clean(half / 255)


# --- light -------------------------------------------------------------------------------------


@pytest.mark.parametrize("least", [1.0, 0.7, 0.4])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_digit_in_falling_light_comes_out_like_the_clean_scan(least, turns, inverted):
    levels = 255 - ONE // 2 - 60 if inverted else ONE
    light = np.rot90(from_the_left(ONE.shape[:: 1 - 2 * (turns % 2)], least), turns)
    found = digits_of(photographed(levels, 0.9 * light))
    assert likeness(image_of(found[0].ink), normalize(ONE, True)) < 0.08


@pytest.mark.parametrize("noise", [0, 3])
def test_paper_is_a_surface_under_ink_and_all(noise):
    y, x = np.mgrid[:140, :160] / 160
    light = 1 - 0.3 * x - 0.2 * y * x
    found = paper_surface(photographed(ONE, light, noise).levels / 255)
    assert np.abs(found - light).max() < 0.03


@pytest.mark.parametrize("noise", [0, 0.4, 3])
@pytest.mark.parametrize("least", [1.0, 0.9, 0.6, 0.3])
@pytest.mark.parametrize("quality", [None, 40, 90])
def test_blank_paper_is_never_a_digit(noise, least, quality, tmp_path):
    blank = np.full((100, 120), 230, np.uint8)
    picture = photographed(blank, from_the_left(blank.shape, least), noise)
    file = tmp_path / ("blank.jpg" if quality else "blank.png")
    Image.fromarray(picture.levels).save(file, **({"quality": quality} if quality else {}))
    with pytest.raises(InputError, match=r"nothing but paper|too unevenly"):
        digits_in(file)


def test_contrast_that_nobody_sees_is_no_ink():
    levels = np.full((100, 100), 230, np.uint8)
    levels[30:70, 45:55] = 229
    with pytest.raises(InputError, match="nothing but paper"):
        digits_of(Picture(levels, 255.0))


# --- parts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_full_stop_is_dropped(way):
    dot = np.ones((9, 9), dtype=bool)
    alone = digits_of(WAYS[way](ONE))
    found = digits_of(WAYS[way](page((seven(), 40, 50), (dot, 91, 104))))
    assert len(found) == 1
    assert likeness(image_of(found[0].ink), image_of(alone[0].ink)) < 0.03


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("gap", [0, 3, 6])
def test_the_bar_of_a_five_stays(way, gap):
    found = digits_of(WAYS[way](page((five(gap), 30, 40))))
    assert len(found) == 1
    top, bottom, left, right = found[0].box
    assert (bottom - top, right - left) == pytest.approx((66, 50 + gap), abs=3)


@pytest.mark.parametrize("way", WAYS)
def test_digits_side_by_side_are_told_apart_from_left_to_right(way):
    marks = [(seven(), 40, 10), (five(4), 35, 70), (seven(50), 42, 150)]
    found = digits_of(WAYS[way](page(*marks, shape=(140, 220))))
    assert [digit.box[2] // 10 for digit in found] == [1, 7, 15]
    alone = digits_of(WAYS[way](page(marks[0], shape=(140, 220))))
    assert likeness(image_of(found[0].ink), image_of(alone[0].ink)) < 0.02


def test_several_digits_are_named_unless_they_are_asked_for(tmp_path):
    file = tmp_path / "two.png"
    Image.fromarray(page((seven(), 40, 10), (seven(), 40, 90))).save(file)
    with pytest.raises(InputError, match=r"two\.png shows 2 digits; .*--several"):
        digits_in(file)
    assert len(digits_in(file, several=True)[1]) == 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slope", [0, 0.03])
@pytest.mark.parametrize("where", ["below", "under its foot", "across"])
def test_a_rule_across_is_taken_off(way, slope, where):
    levels = ONE.copy()
    at = {"below": 112, "under its foot": 100, "across": 75}[where]
    for x in range(levels.shape[1]):
        top = at + round(slope * (x - 60))
        levels[top : top + 3, x] = 20
    found = digits_of(WAYS[way](levels))
    assert len(found) == 1
    alone = digits_of(WAYS[way](ONE))
    assert likeness(image_of(found[0].ink), image_of(alone[0].ink)) < 0.08


@pytest.mark.parametrize("way", WAYS)
def test_an_underline_is_taken_off_and_strokes_are_not(way):
    line = np.ones((4, 64), dtype=bool)
    found = digits_of(WAYS[way](page((seven(), 40, 50), (line, 108, 40))))
    alone = digits_of(WAYS[way](ONE))
    assert likeness(image_of(found[0].ink), image_of(alone[0].ink)) < 0.03
    assert np.array_equal(without_rules(ONE < 128), ONE < 128)


def test_the_foot_of_a_two_is_no_rule():
    foot = np.ones((6, 96), dtype=bool)
    two = page((seven(), 40, 60), (foot, 96, 34)) < 128
    assert np.array_equal(without_rules(two), two)


@pytest.mark.parametrize(
    ("levels", "why"),
    [
        (np.pad(ONE, 30, constant_values=40), "a sheet that lies|all round|dark desk|apart from"),
        (np.pad(page(), ((0, 0), (30, 0)), constant_values=40), "apart from something"),
        (page((np.ones((60, 60), dtype=bool), 40, 50)), "a sheet|a patch"),
        (page((seven(), 30, 25), (seven(), 30, 90), (np.ones((8, 40), bool), 30, 55)), "as wide"),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_no_digit_is_refused_with_its_reason(way, levels, why):
    with pytest.raises(InputError, match=why):
        digits_of(WAYS[way](levels))


def test_lines_along_the_border_are_left_out():
    framed = ONE.copy()
    framed[:, :2] = framed[:2] = 20
    found, alone = digits_of(photographed(framed)), digits_of(photographed(ONE))
    assert [digit.box for digit in found] == [digit.box for digit in alone]
    with pytest.raises(InputError, match="nothing but paper"):
        digits_of(photographed(np.where(framed == ONE, 255, framed)))


def test_a_small_digit_in_a_large_photograph_is_read_or_to_be_cropped():
    large = page((seven(), 300, 900), shape=(1100, 1500))
    found = digits_of(photographed(large))
    assert likeness(image_of(found[0].ink), normalize(large, True)) < 0.08
    tiny = page((seven(9, 3), 300, 900), shape=(1100, 1500))
    with pytest.raises(InputError, match=r"crop it to the digit|nothing but paper"):
        digits_of(photographed(tiny))
    assert digits_of(Picture(tiny, 255.0))
    tinier = page((seven(5, 1), 300, 900), shape=(1100, 1500))
    with pytest.raises(InputError, match="a digit of 5 pixels only; crop it"):
        digits_of(Picture(tinier, 255.0))


def test_a_first_page_that_is_blank_is_named(tmp_path):
    pages = [Image.fromarray(levels) for levels in (page(), ONE)]
    file = tmp_path / "a.tif"
    pages[0].save(file, save_all=True, append_images=pages[1:])
    with pytest.raises(InputError, match=r"a\.tif: the first of its 2 pages.* nothing but paper"):
        digits_in(file)
