"""The laws of the way from a scan to 16 x 16, on shapes that the tests draw themselves."""

from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from data_prep.ink import PAPER, SIDE, ink_of, paper_of, solid, without_specks
from data_prep.normalize import (
    area_average,
    box_of,
    boxes,
    deslanted,
    gray_range,
    normalize,
    normalize_all,
    slant_of,
    slants,
)

quick = settings(max_examples=60, deadline=None)


@st.composite
def shapes(draw: st.DrawFn, longest: int = 48) -> np.ndarray:
    """One part of one to four thick strokes, tightly cropped: bool, any size from 1 x 1."""
    height, width = draw(st.integers(1, longest)), draw(st.integers(1, longest))
    points = st.tuples(st.floats(0, height - 1), st.floats(0, width - 1))
    joints = np.array(draw(st.lists(points, min_size=2, max_size=5)))
    pen = draw(st.integers(1, 5))
    shape = np.zeros((height, width), dtype=bool)
    for start, end in pairwise(joints):
        for y, x in np.linspace(start, end, 4 * longest).round().astype(int):
            shape[y : y + pen, x : x + pen] = True
    return shape[np.ix_(shape.any(1), shape.any(0))]


@st.composite
def pages(draw: st.DrawFn) -> np.ndarray:
    """Draw a shape on a light page: uint8, dark ink at 30, paper at 220."""
    margins = draw(st.tuples(*[st.integers(2, 9)] * 4))
    page = np.pad(draw(shapes()), (margins[:2], margins[2:]))
    return np.where(page, 30, 220).astype(np.uint8)


def digit(height: int = 48, slant: float = 0.0) -> np.ndarray:
    """Draw a two-stroke four on paper: float, 1 ink and 0 paper, its rows shifted by slant y."""
    page = np.zeros((height + 20, 2 * height + 20))
    pen = height // 8
    for y in range(height):
        row = page[10 + y]
        left = 10 + height // 2 + round(slant * (height / 2 - y))
        middle = left + height // 2
        row[middle : middle + pen] = 1
        if y < height // 2:
            row[left : left + pen] = 1
        elif y < height // 2 + pen:
            row[left : middle + 2 * pen] = 1
    return page


def averaged_by_repetition(ink: np.ndarray) -> np.ndarray:
    """Area average of a tight box by whole numbers: repeat pixels, then mean over whole blocks."""
    longer = max(ink.shape)
    per_pixel = lcm(2 * SIDE, longer) // longer
    fine = ink.repeat(per_pixel, axis=0).repeat(per_pixel, axis=1)
    total = longer * per_pixel
    below, aside = ((total - size) // 2 for size in fine.shape)
    square = np.zeros((total, total))
    square[below : below + fine.shape[0], aside : aside + fine.shape[1]] = fine
    block = total // SIDE
    return square.reshape(SIDE, block, SIDE, block).mean(axis=(1, 3))


# --- the map -----------------------------------------------------------------------------------


@quick
@given(shapes(longest=30), st.integers(0, 2**32 - 1))
def test_the_map_is_the_area_average(shape, seed):
    gray = np.where(shape, np.random.default_rng(seed).integers(15, 21, shape.shape) / 20, 0)
    assert np.abs(area_average(gray) - averaged_by_repetition(gray)).max() < 1e-12


@quick
@given(shapes(), st.floats(-0.5, 0.5))
def test_ink_scales_with_the_square_of_the_scale(shape, slant):
    ink = shape.astype(float)
    top, bottom, left, right = box_of(ink, slant)
    scale = SIDE / max(bottom - top, right - left)
    assert area_average(ink, slant).sum() == pytest.approx(ink.sum() * scale**2, rel=1e-11)


@quick
@given(shapes())
def test_the_longer_side_is_16_and_the_aspect_ratio_is_kept(shape):
    image = area_average(shape.astype(float))
    extents = [np.flatnonzero(image.any(axis)) for axis in (1, 0)]
    for size, extent in zip(shape.shape, extents, strict=True):
        exact = Fraction(SIDE * size, max(shape.shape))  # in sixteenths of the image
        assert exact - Fraction(1, 10**9) <= len(extent) < exact + 2
        assert extent[0] + extent[-1] == SIDE - 1  # centred
    assert max(len(extent) for extent in extents) == SIDE


@quick
@given(st.integers(1, 60), st.integers(1, 60))
def test_a_filled_box_keeps_its_proportions(height, width):
    along = 0 if width > height else 1  # each of the 16 strips across the longer side is as thick
    thickness = area_average(np.ones((height, width))).sum(axis=along)
    ratio = min(height, width) / max(height, width)
    assert np.abs(thickness - SIDE * ratio).max() < 1e-11


def test_the_map_is_linear_where_the_box_is_the_same():
    first, second = np.random.default_rng(0).uniform(0.6, 1, (2, 23, 31))
    both = area_average(first + second)
    assert np.abs(both - area_average(first) - area_average(second)).max() < 1e-12


# --- the slant ---------------------------------------------------------------------------------


@quick
@given(shapes(), st.floats(-2, 2))
def test_a_shear_by_the_slant_leaves_none(shape, slant):
    assume(shape.shape[0] > 1)
    rows, columns = np.nonzero(shape)
    x, y = columns + slant * rows, rows  # the points of the sheared shape
    by_points = np.cov(x, y, bias=True)[0, 1] / y.var()
    assert slant_of(shape.astype(float)) + slant == pytest.approx(by_points, abs=1e-9)


@pytest.mark.parametrize("height", [20, 48, 200])
@pytest.mark.parametrize("slant", [-0.6, -0.2, 0.0, 0.3, 0.7])
def test_the_image_has_no_slant(height, slant):
    image = deslanted(digit(height, slant))
    assert abs(slant_of(image)) < 1e-4
    assert image[0].any()
    assert image[-1].any()


def test_slanted_scans_of_one_digit_come_out_alike():
    upright = normalize(digit(200), deslant=True)
    for slant in (-0.5, 0.25):
        sheared = normalize(digit(200, slant), deslant=True)
        assert np.abs(sheared - upright).max() < 0.1  # rows of the scan move by whole pixels
        assert np.abs(normalize(digit(200, slant), deslant=False) - upright).max() > 1


def test_ink_in_one_row_has_no_slant():
    assert slant_of(np.array([[0.0, 1.0, 0.5]])) == 0


@quick
@given(
    st.lists(shapes(longest=24), min_size=1, max_size=4), st.booleans(), st.sampled_from([0, 26])
)
def test_many_scans_become_the_images_that_each_becomes_alone(drawn, deslant, least):
    """Side by side in one array, dark on light and light on dark, all bits are the same."""
    scans = np.stack([np.pad(shape, [(3, 27 - side) for side in shape.shape]) for shape in drawn])
    dark = np.arange(len(scans))[:, np.newaxis, np.newaxis] % 2 == 0
    scans = np.where(scans ^ dark, 220, 30).astype(np.uint8)
    alone = [normalize(scan, deslant, least) for scan in scans]
    assert normalize_all(scans, deslant, least).tobytes() == np.stack(alone).tobytes()


def test_many_scans_are_brought_to_images_in_several_goes(monkeypatch):
    scans = np.stack([digit(20, slant) for slant in np.linspace(-0.5, 0.5, 7)])
    together = normalize_all(scans, True)
    monkeypatch.setattr("data_prep.normalize.AT_ONCE", 3)
    assert normalize_all(scans, True).tobytes() == together.tobytes()
    assert normalize_all(scans[:0], True).shape == (0, SIDE, SIDE)


def test_a_scan_among_many_that_is_blank_is_named_by_its_number(monkeypatch):
    monkeypatch.setattr("data_prep.normalize.AT_ONCE", 2)
    scans = np.stack([digit(20), digit(20), digit(20), 0 * digit(20)])
    with pytest.raises(InputError, match=r"^scan 3 of all: the scan is blank: nothing"):
        normalize_all(scans, True)


@pytest.mark.parametrize("deslant", [True, False])
def test_small_ink_need_not_fill_the_image(deslant):
    """A square of 10 pixels, averaged as one of 20, is 8 pixels large; at 8 or 10 it fills 16."""
    scan = np.pad(np.ones((10, 10)), 5)
    sides = {least: (normalize(scan, deslant, least) > -1).sum() ** 0.5 for least in (0, 8, 10, 20)}
    assert sides == {0: 16, 8: 16, 10: 16, 20: 8}


def test_slants_and_boxes_of_many_images_are_those_of_each():
    rng = np.random.default_rng(7)
    images = np.full((5, 16, 16), -1.0)
    for number, image in enumerate(images):
        image[number : 16 - number, number + 1 : 14] = rng.uniform(0, 1, (16 - 2 * number, 1))
        image[number, 13 - number] = 1
    assert slants(images) == pytest.approx([slant_of((1 + image) / 2) for image in images])
    ys = [np.flatnonzero((image > -1).any(axis=1)) for image in images]
    xs = [np.flatnonzero((image > -1).any(axis=0)) for image in images]
    expected = [[y[0], y[-1] + 1, x[0], x[-1] + 1] for y, x in zip(ys, xs, strict=True)]
    assert boxes(images).T.tolist() == expected


# --- the whole way -----------------------------------------------------------------------------


@quick
@given(pages(), st.booleans())
def test_the_gray_range_is_used_from_end_to_end(page, deslant):
    image = normalize(page, deslant)
    assert image.shape == (SIDE, SIDE)
    assert image.dtype == np.float32
    assert image.max() == 1
    assert image.min() >= -1


@quick
@given(pages(), st.booleans())
def test_its_own_output_stays_as_it_is(page, deslant):
    image = normalize(page, deslant)
    border = np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])
    levels, pixels = np.unique(border, return_counts=True)
    assume(levels[0] == -1 and pixels[0] > max(PAPER * 60, *pixels[1:], 0))  # paper on the border
    if deslant:  # see what deslanted says of sticks and of steep shears
        assume(abs(slant_of((image + 1.0) / 2)) < 1e-4)
        assume(abs(slant_of(ink_of(page))) < 1)
    assert np.abs(normalize(image, deslant) - image).max() < 1e-7


@quick
@given(pages(), st.booleans())
def test_inverting_the_scan_changes_nothing(page, deslant):
    assert np.array_equal(normalize(255 - page, deslant), normalize(page, deslant))


@quick
@given(pages(), st.integers(0, 20), st.sampled_from([1, 0.25, 257]), st.sampled_from([0, 1000]))
def test_margins_and_the_gray_scale_change_nothing(page, margin, factor, offset):
    other = np.pad(page, margin, constant_values=220) * float(factor) - offset
    assert np.abs(normalize(other, False) - normalize(page, False)).max() < 1e-6


@pytest.mark.parametrize(
    "dtype", [bool, np.uint8, np.int16, np.uint16, np.int64, np.float16, np.float32, np.float64]
)
def test_any_real_dtype_will_do(dtype):
    assert np.array_equal(normalize(digit().astype(dtype), True), normalize(digit(), True))


@pytest.mark.parametrize("factor", [1e-300, 1e300])
def test_no_scale_is_too_large_or_small(factor):
    assert np.abs(normalize(digit() * factor, True) - normalize(digit(), True)).max() < 1e-6


@pytest.mark.parametrize("shape", [(30, 1), (1, 30), (1, 1)])
def test_strokes_one_pixel_thin(shape):
    image = normalize(np.pad(np.ones(shape), 3), deslant=True)
    inked = image > -1
    assert inked.any(1).sum() == (16 if shape[0] >= shape[1] else 2)
    assert inked.any(0).sum() == (16 if shape[1] >= shape[0] else 2)
    assert set(np.unique(image)) <= {-1, 1}


def test_gray_stays_gray():
    scan = digit()
    scan[scan.any(1)] *= 0.8
    scan[30:34] /= 0.8
    assert len(np.unique(without_specks(ink_of(scan)))) == 3


# --- paper, noise, specks ----------------------------------------------------------------------


def test_polarity_is_decided_by_the_border():
    mostly_ink = np.full((40, 40), 255)
    mostly_ink[:3] = mostly_ink[-3:] = mostly_ink[:, :3] = mostly_ink[:, -3:] = 0
    assert ink_of(mostly_ink)[20, 20] == 1
    assert ink_of(255 - mostly_ink)[20, 20] == 1


def test_paper_is_found_where_gray_ink_takes_most_of_the_border():
    levels = np.zeros((16, 16))
    levels[0], levels[-1] = np.linspace(0.1, 0.8, 16), np.linspace(0.3, 1, 16)
    levels[1:5, 0] = [0.1, 0.2, 0.3, 0.4]
    assert paper_of(levels) == (0, 0)


def test_the_spread_of_normal_noise_is_about_half_its_sigma():
    noise = np.random.default_rng(3).normal(7, 2, (300, 300))
    paper, spread = paper_of(noise)
    assert paper == pytest.approx(7, abs=1)
    assert spread / 2 == pytest.approx(0.47, abs=0.1)


def test_small_parts_are_dropped_and_large_ones_kept():
    ink = np.zeros((40, 40))
    ink[5:15, 5:15] = 1  # 100 pixels
    ink[30:32, 30:32] = 1  # 4 of 104 + 5
    ink[20, 20:25] = 1  # 5 of 104 + 5
    kept = without_specks(ink)
    assert kept.sum() == 105
    assert not kept[30:32, 30:32].any()


def test_parts_that_touch_by_a_corner_are_one():
    assert without_specks(np.eye(60)).sum() == 60


def test_edges_are_taken_at_half_height_in_large_scans_and_whole_in_small_ones():
    ramp = np.tile(np.linspace(0.05, 1, 20), (1600, 1))
    assert np.array_equal(solid(ramp), ramp > 0.5 * (1 - 16 / 1600))
    assert solid(ramp[:16, :16]).all()


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scan", "why"),
    [
        (np.zeros((20, 20)), "blank: nothing on it"),
        (np.full((5, 7), 255, dtype=np.uint8), "blank: nothing on it"),
        (np.ones((1, 1), dtype=bool), "blank: nothing on it"),
        (np.random.default_rng(0).normal(200, 4, (200, 100)), "blank: nothing on it"),
        (np.kron(np.ones((6, 6)), np.pad([[1.0]], 2)), "36 specks"),
        (np.zeros(20), r"shape \(20,\)"),
        (np.zeros((4, 4, 3)), r"shape \(4, 4, 3\)"),
        (np.zeros((0, 5)), r"shape \(0, 5\)"),
        (np.float64(3), r"shape \(\)"),
        (digit() + 1j, "complex128"),
        (np.array([["a", "b"]]), "<U1"),
        (np.array([[None, 1]]), "object"),
        (np.where(digit() > 0, np.nan, 0), "not finite"),
        (np.where(digit() > 0, np.inf, 0), "not finite"),
    ],
)
def test_what_is_no_scan_of_a_digit_is_refused_in_one_sentence(scan, why):
    with pytest.raises(InputError, match=why) as refusal:
        normalize(scan, deslant=True)
    message = str(refusal.value)
    assert "give" in message
    assert "\n" not in message


def test_gray_range_is_linear():
    assert gray_range(np.array([[0, 1, 2, 4.0]])).tolist() == [[-1, -0.5, 0, 1]]
