"""The pictures of the digits show the digits' own numbers, and say them in words."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import ndimage

from data_prep import normalize, printed
from data_prep.digits import HANDWRITTEN, Digits
from reproduction import figures
from reproduction.figures import digits as pictures
from tests.reproduction.figures.looked_at import faults_of


@pytest.fixture(scope="module")
def found():
    return printed.load()


def made(count=300):
    """Make digits of noise."""
    rng = np.random.default_rng(3)
    images = rng.uniform(-1, 1, (count, 16, 16)).astype(np.float32)
    return Digits(images, np.arange(count).astype(np.uint8) % 10, np.full(count, HANDWRITTEN))


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def bars(patch):
    """Return the heights and bounds of a histogram drawn as steps."""
    return np.asarray(patch.get_data().values), np.asarray(patch.get_data().edges)


def test_contact_sheet_has_a_row_for_each_class_from_first_to_last():
    digits = made()
    figure = pictures.contact_sheet(digits, "Noise")
    for digit, row in enumerate(image.get_array() for image in figure.axes[0].images):
        of_class = digits.images[digits.labels == digit]
        for column, image in enumerate((of_class[0], of_class[-1])):
            left = 21 * column * 20 + 2
            shown = row[:, left : left + 16]
            assert np.array_equal(shown, image)
    assert "Noise" in figures.description(figure)


def test_faces_are_all_there_with_their_ten_digits_and_those_of_the_test_marked(found):
    figure = pictures.faces(found)
    names = [face.name.removeprefix("TeX Gyre ") for face in found.faces]
    assert texts(figure) == names
    rows = [np.asarray(image.get_array()) for image in figure.axes[0].images]
    shown = [row[:, 18 * digit + 1 : 18 * digit + 17] for row in rows for digit in range(10)]
    np.testing.assert_array_equal(shown, printed.specimen().images)
    marked = [text.get_text() for text in figure.axes[0].texts if text.get_weight() == "bold"]
    assert marked == [names[number] for number in np.unique(found.test_faces)]
    assert figures.description(figure).endswith(f"of the test digits: {', '.join(marked)}.")


def test_misread_digits_have_the_commonest_wrong_answer_and_how_many_err():
    digits = made(4)
    answers = np.array([[7, 7, 0], [7, 7, 2], [2, 5, 2], [8, 9, -1]])
    figure = pictures.misread(digits, answers, "Four", "Of noise")
    (row,) = (image.get_array() for image in figure.axes[0].images)
    for column, digit in enumerate(digits.images):
        assert np.array_equal(row[:, 20 * column + 2 : 20 * column + 18], digit)
    assert texts(figure) == ["0 → 7", "2", "1 → 7", "3", "2 → 5", "1", "3 → ?", "3"]
    assert "0 → 7 (2), 1 → 7 (3)" in figures.description(figure)


def test_the_number_of_networks_is_written_only_where_it_differs():
    digits = made(3)
    same = pictures.misread(digits, np.full((3, 16), 9), "Missed", "By all")
    assert texts(same) == ["0 → 9", "1 → 9", "2 → 9"]


def test_a_digit_has_the_badge_it_is_given_or_none():
    badges = [("4", 0.25), None, ("16", 1.0)]
    figure = pictures.grid(made(3).images, ["7", "1", "3"], "Three", "Of noise", badges)
    assert texts(figure) == ["7", "4", "1", "3", "16"]
    assert figures.description(figure) == "Three. Of noise: 7 (4), 1, 3 (16)."


def situations(found):
    digits = made()
    few = digits.select(np.arange(13))
    rng = np.random.default_rng(0)
    slants, sizes = rng.normal(0, 0.1, (2, 300)), rng.integers(2, 17, (2, 300))
    smoothed = ndimage.gaussian_filter(found.train.images[8], 0.75).astype(np.float32)
    return {
        "contact sheet": pictures.contact_sheet(digits, "Noise"),
        "misread": pictures.misread(few, rng.integers(0, 10, (13, 16)), "Thirteen", "Of noise"),
        "measured": pictures.measured(*slants, *sizes),
        "compared": pictures.compared(digits, found.test),
        "restored": pictures.restored(found.train.images[8], smoothed),
        "normalized": pictures.normalized(printed.scans()[43]),
        "faces": pictures.faces(found),
    }


def test_figures_are_described_and_legible_wide_and_narrow(found):
    assert not {
        name: faults for name, each in situations(found).items() if (faults := faults_of(each))
    }


def test_measured_shares_are_those_of_the_measurements():
    slants, before = np.array([0, 0, 0.001, -0.45]), np.array([0.1, -0.2])
    heights, widths = np.array([16, 16, 12, 16]), np.array([4, 16, 16, 4])
    figure = pictures.measured(slants, before, heights, widths)
    left, right = figure.axes
    (others, _), (share, edges) = (bars(patch) for patch in left.patches)
    assert share[np.searchsorted(edges, 0) - 1] == 75
    assert share.sum() == others.sum() == 100
    drawn = [(bar.get_x() + 0.4, bar.get_height()) for bar in right.patches if bar.get_height()]
    assert drawn == [(4, 50), (16, 25), (16, 25)]
    assert "75.00 %" in figures.description(figure)


def test_compared_shares_are_those_of_the_two_sets(found):
    digits = made()
    strokes, levels = pictures.compared(digits, found.test).axes
    for of, stroke, level in zip(
        (digits, found.test), strokes.patches, levels.patches, strict=True
    ):
        share, edges = bars(stroke)
        widths = printed.stroke_widths(of)
        expected = [100 * np.mean((widths >= a) & (widths < b)) for a, b in pairwise(edges)]
        assert share == pytest.approx(expected)
        assert bars(level)[0] == pytest.approx(printed.gray_histogram(of))


def test_restored_ends_with_the_digit(found):
    image = found.train.images[8].astype(np.float64)
    smoothed = ndimage.gaussian_filter(image, 0.75, truncate=4, mode="constant", cval=-1)
    figure = pictures.restored(image, smoothed.astype(np.float32))
    shown = [image.get_array() for image in figure.axes[0].images]
    assert np.array_equal(shown[0], image)
    assert np.array_equal(shown[1], smoothed.astype(np.float32))
    assert np.abs(shown[2] - image).max() < 1e-5
    assert np.abs(shown[3]).max() < 1e-5
    assert "sharp again" in figures.description(figure)


def test_normalized_ends_with_the_image_of_the_file(found):
    scan = printed.scans()[43]
    figure = pictures.normalized(scan)
    shown = [image.get_array() for image in figure.axes[0].images]
    assert np.array_equal(shown[0] > 0, scan)
    assert np.array_equal(shown[1], normalize.normalize(scan, deslant=False))
    assert np.array_equal(shown[3], normalize.normalize(scan, deslant=True))
    assert np.abs(shown[3] - printed.specimen().images[43]).max() <= 0.0005001
    assert "slant 0.00" in figures.description(figure)
    assert texts(figure)[-1] == "slant 0.00"


def test_squares_hold_the_ink_and_are_square():
    ink = normalize.ink_of(printed.scans()[43])
    x, y = normalize.squares_of(ink, 0.0)
    across, down = x[0], y[:, 0]
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert len(across) == len(down) == 17
    assert np.diff(across) == pytest.approx(np.diff(down))
    for bounds, inked in ((across, columns), (down, rows)):
        assert bounds[0] <= inked[0]
        assert bounds[-1] >= inked[-1] + 1
