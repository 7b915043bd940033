"""Figures of MNIST show every network of an arm, what was published, and digits as they are."""

from __future__ import annotations

import numpy as np
import pytest

from reproduction import figures
from reproduction.figures import mnist as pictures
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from tests.reproduction.figures.looked_at import EveryFigure, dots
from tests.reproduction.studies.studied import record_of

FACT = PUBLISHED["MNIST"]["test_handwritten.error_percent"]
NEAR = record_of("mnist-across", 16, worse={"MNIST by MNIST": 0.4, "USPS by USPS": 0.5})
FAR = record_of("mnist-across", 16, worse={"MNIST by MNIST": 0.1}, lost={"MNIST by USPS": 3})
MEASURE = "test_handwritten.error_percent"


def named(record):
    return {arm: arm for arm in record["arms"]}


def made_images(side, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (10, side, side))


SITUATIONS = {
    "error rates": lambda: pictures.error_rates(NEAR, named(NEAR), "Two forms", FACT),
    "error rates, far apart": lambda: pictures.error_rates(FAR, named(FAR), "Far apart", FACT),
    "error rates, one arm": lambda: pictures.error_rates(
        NEAR, {"MNIST by MNIST": "its own"}, "One arm", FACT
    ),
    "forms": lambda: pictures.forms(
        {"28 x 28": made_images(28), "16 x 16": made_images(16, 1)}, "Two forms", "Ten digits"
    ),
}


class TestFigures(EveryFigure):
    """All figures of this module."""


@pytest.mark.parametrize(
    ("situation", "record"), [("error rates", NEAR), ("error rates, far apart", FAR)]
)
def test_every_network_that_did_not_diverge_has_a_dot(situation, record, drawn):
    axes = drawn(situation).axes[0]
    found = dots(axes)
    for row, arm in enumerate(record["arms"]):
        wanted = np.sort(comparison.sound(record, arm, MEASURE))
        np.testing.assert_allclose(np.sort(found[found[:, 1] == row, 0]), wanted)
        low, high = axes.get_xlim()
        assert low < wanted.min() < wanted.max() < high
    assert axes.get_xscale() == ("log" if "far" in situation else "linear")


def test_what_was_published_is_a_band_as_wide_as_its_rounding(drawn):
    axes = drawn("error rates").axes[0]
    (band,) = axes.patches
    assert band.get_x() == pytest.approx(FACT.value - 0.05)
    assert band.get_width() == pytest.approx(0.1)
    ((at, _),) = dots(axes, "D")
    assert at == FACT.value
    words = figures.description(drawn("error rates"))
    assert "Published: 1.7 %." in words


def test_a_form_is_one_image_from_paper_to_ink(drawn):
    figure = drawn("forms")
    images = [image for axes in figure.axes for image in axes.get_images()]
    assert [image.get_array().shape for image in images] == [(28, 10 * 34), (16, 10 * 20)]
    assert {image.get_clim() for image in images} == {(-1.0, 1.0)}
