import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays

from data_prep import InputError, resampled, resampled_order

THOUSANDTHS = hypothesis_arrays(np.int16, (2, 16, 16), elements=st.integers(-1000, 1000))


def smoothed_by_scipy(images: np.ndarray) -> np.ndarray:
    return scipy.ndimage.gaussian_filter(
        images, 0.75, truncate=4, mode="constant", cval=-1, axes=(1, 2)
    )


@settings(max_examples=40, deadline=None)
@given(thousandths=THOUSANDTHS)
def test_sharpening_undoes_scipys_gaussian_filter_on_any_image(thousandths):
    smoothed = smoothed_by_scipy(thousandths / 1000).astype(np.float32)
    sharp = resampled.sharpen(smoothed.astype(np.float64))
    assert np.array_equal(np.rint(sharp * 1000), thousandths)


def test_smoothing_is_scipys_gaussian_filter():
    images = np.random.default_rng(1).uniform(-1, 1, (3, 16, 16)).astype(np.float32)
    wanted = smoothed_by_scipy(images.astype(np.float64))
    np.testing.assert_allclose(resampled.smooth(images), wanted, atol=1e-14)


def test_the_filter_is_the_one_along_each_axis():
    image = np.random.default_rng(0).uniform(-1, 1, (1, 16, 16))
    w = resampled.smoothing_matrix()
    np.testing.assert_allclose(w @ (image + 1) @ w.T - 1, smoothed_by_scipy(image), atol=1e-14)


def test_the_filter_is_well_enough_conditioned_for_three_decimals():
    condition = np.linalg.cond(resampled.smoothing_matrix()) ** 2
    assert condition < 60  # errors of float32, under 5e-7, stay far below half a thousandth


def test_the_order_names_every_digit_once():
    order = resampled.file_order()
    assert order.dtype == np.uint16
    assert np.array_equal(np.sort(order), np.arange(9298))


def test_the_copy_is_turned_back_exactly(arrays, resampled_copy):
    restored = resampled.restore(resampled_copy)
    assert restored.keys() == arrays.keys()
    for name, array in arrays.items():
        assert restored[name].dtype == array.dtype
        assert np.array_equal(restored[name], array), name


def test_the_script_finds_the_committed_order(arrays, resampled_copy):
    files = tuple(
        np.concatenate([arrays[f"train_{kind}"], arrays[f"test_{kind}"]])
        for kind in ("images", "labels")
    )
    order = resampled_order.find_order(resampled.sharpened_copy(resampled_copy), files)
    assert np.array_equal(order, resampled.file_order())


def test_digits_that_are_not_in_the_copy_have_no_order():
    images, labels = np.zeros((2, 16, 16), np.int16), np.zeros(2, np.uint8)
    with pytest.raises(InputError, match="does not hold all digits"):
        resampled_order.find_order((images, labels), (images, labels + 1))
    with pytest.raises(InputError, match="does not hold all digits"):
        resampled_order.find_order((images[:1], labels[:1]), (images, labels))


def test_a_copy_of_other_shape_is_refused(resampled_copy):
    for name in resampled_copy:
        with pytest.raises(InputError, match=f"has no {name} of"):
            resampled.restore({key: copy for key, copy in resampled_copy.items() if key != name})
        with pytest.raises(InputError, match=f"has no {name} of"):
            resampled.restore(resampled_copy | {name: resampled_copy[name][:, :-1]})
