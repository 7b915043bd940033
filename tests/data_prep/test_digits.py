import sys

import numpy as np
import pytest
from PIL import Image

from data_prep import HANDWRITTEN, PRINTED, Digits, InputError, contact_sheet


def some(n: int, origin: str = HANDWRITTEN) -> Digits:
    labels = np.arange(n, dtype=np.uint8) % 10
    images = np.zeros((n, 16, 16), np.float32) + labels[:, None, None] / np.float32(10) - 1
    return Digits(images, labels, np.full(n, origin))


def test_digits_are_counted_by_class():
    assert len(some(23)) == 23
    assert some(23).counts.tolist() == [3, 3, 3, 2, 2, 2, 2, 2, 2, 2]
    assert some(3).counts.tolist() == [1, 1, 1] + [0] * 7


@pytest.mark.parametrize(
    "which", [np.array([7, 2]), np.isin(np.arange(10), [2, 7]), slice(2, 8, 5)]
)
def test_a_selection_keeps_image_label_and_origin_together(which):
    chosen = some(10).select(which)
    assert sorted(chosen.labels.tolist()) == [2, 7]
    assert np.array_equal(chosen.images[:, 3, 4], chosen.labels / np.float32(10) - 1)
    assert chosen.origin.tolist() == [HANDWRITTEN] * 2


def test_indices_give_their_own_order():
    assert some(10).select(np.array([7, 2, 7])).labels.tolist() == [7, 2, 7]


def test_the_first_of_a_class_is_found():
    assert some(23).select(slice(4, None)).first(1) == 7
    with pytest.raises(ValueError, match="9"):
        some(5).first(9)


def test_joined_digits_follow_one_another():
    joined = some(3).join(some(2, PRINTED), some(1))
    assert joined.labels.tolist() == [0, 1, 2, 0, 1, 0]
    assert joined.origin.tolist() == [HANDWRITTEN] * 3 + [PRINTED] * 2 + [HANDWRITTEN]
    assert joined.images.dtype == np.float32


def test_digits_say_what_they_are():
    assert repr(some(3)) == "<3 handwritten digits>"
    assert repr(some(3).join(some(1, PRINTED))) == "<4 handwritten and printed digits>"


def test_arrays_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match=r"\(3, 16, 16\), \(4,\) and \(3,\)"):
        Digits(some(3).images, some(4).labels, some(3).origin)
    with pytest.raises(ValueError, match=r"\(3, 256\)"):
        Digits(some(3).images.reshape(3, 256), some(3).labels, some(3).origin)


LEVELS = np.linspace(-1, 1, 2 * 256, dtype=np.float32).reshape(2, 16, 16)


def test_lists_and_other_types_are_taken() -> None:
    taken = Digits(LEVELS.astype(float).tolist(), [3, 7], ["printed", "handwritten"])
    given = Digits(LEVELS, np.array([3, 7], np.uint8), np.array(["printed", "handwritten"]))
    for name in ("images", "labels", "origin"):
        one, other = getattr(taken, name), getattr(given, name)
        assert (one.dtype, one.tolist()) == (other.dtype, other.tolist())


@pytest.mark.parametrize(
    ("images", "way_out"),
    [
        ((LEVELS + 1) / 2, r"give 2 \* images - 1"),
        (np.rint((LEVELS + 1) * 127.5).astype(np.uint8), r"give images / 127\.5 - 1"),
        ((LEVELS + 1) * 127.5, r"give images / 127\.5 - 1"),
        (LEVELS * 1000, "scale them"),
        (LEVELS * 1.001, "scale them"),
        (np.where(LEVELS > 0.99, np.nan, LEVELS), "finite"),
        (np.where(LEVELS > 0.99, np.inf, LEVELS), "finite"),
        (LEVELS.astype(str), "numbers"),
    ],
)
def test_other_gray_levels_are_refused_with_the_likely_way_out(images, way_out) -> None:
    with pytest.raises(InputError, match=way_out):
        Digits(images, [3, 7], [HANDWRITTEN] * 2)


@pytest.mark.parametrize("labels", [[3, 10], [-1, 3], [0.5, 1], ["3", "7"], [True, False]])
def test_what_are_no_labels_are_refused(labels) -> None:
    with pytest.raises(InputError, match="whole numbers from 0 to 9"):
        Digits(LEVELS, labels, [HANDWRITTEN] * 2)


def test_ragged_lists_are_refused() -> None:
    with pytest.raises(InputError, match="lists of equal length"):
        Digits([[[0.0] * 16], [[0.0] * 15]], [3, 7], [HANDWRITTEN] * 2)


def test_the_contact_sheet_is_dark_on_light_with_a_row_for_each_class(digits, tmp_path):
    contact_sheet(digits.train, tmp_path / "sheet.png", columns=5)
    with Image.open(tmp_path / "sheet.png") as picture:
        gray = np.asarray(picture.convert("L"))
    assert gray[0, 0] > 240
    assert gray.min() < 40
    assert gray.shape[0] == 2 * gray.shape[1] - 60 + 9  # 10 rows, 5 columns
    inked = (gray < 128).any(axis=1)
    assert np.count_nonzero(np.diff(inked.astype(int)) == 1) == 10


def test_a_contact_sheet_of_few_digits_leaves_places_free(tmp_path):
    contact_sheet(some(7), tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").stat().st_size > 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only: ENOTDIR")
def test_a_contact_sheet_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"sheet\.png cannot be written \(Not a directory\)"):
        contact_sheet(some(3), tmp_path / "file" / "sheet.png")
    with pytest.raises(InputError, match=r"cannot be written"):
        contact_sheet(some(3), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
