"""Arms are put beside what was published by closed forms, written out here once more."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import settings

from reproduction.paper import PUBLISHED, Fact
from reproduction.studies import mse
from reproduction.studies.comparison import (
    COMPARED,
    Answer,
    answer,
    farthest_off,
    fits,
    published,
    rounding,
    values,
)
from tests.reproduction.studies.by_hand import SPREAD, WHOLE, networks, one_set, record

quick = settings(max_examples=100, deadline=None)


@pytest.mark.parametrize(
    ("fact", "half"),
    [
        (PUBLISHED["LENET1"]["train.error_percent"], 0.05),
        (PUBLISHED["LENET1"]["train.mse"], 0.0005),
        (PUBLISHED["LENET1"]["test.error_percent"], 0.05),
        (PUBLISHED["LENET1"]["test.mse"], 0.0005),
        (PUBLISHED["LENET1"]["test.rejected.thresholds"], 0.05),
        (PUBLISHED["LENET1"]["test_handwritten.rejected.thresholds"], 0.5),
        (PUBLISHED["NET1989"]["train.errors"], 0),
        (PUBLISHED["NET1989"]["train.mse"], 0.00005),
        (PUBLISHED["NET1989"]["test_handwritten.errors"], 0),
        (PUBLISHED["NET1989"]["test_handwritten.mse"], 0.0005),
        (PUBLISHED["NET1989"]["test_handwritten.rejected.difference"], 0.05),
        (PUBLISHED["FC40"]["test_handwritten.error_percent"], 0.05),
    ],
    ids=str,
)
def test_a_printed_figure_stands_for_all_that_round_to_it(fact: Fact, half: float) -> None:
    assert rounding(fact) == pytest.approx(half)


@pytest.mark.parametrize(
    ("architecture", "digits", "wanted"),
    [
        ("LENET1", "Mixed", COMPARED["LENET1"]),
        ("DENSE", "Mixed", COMPARED["LENET1"]),
        ("LENET1", "Handwritten", {}),
        ("NET1989", "Handwritten", COMPARED["NET1989"]),
        ("FC40", "Handwritten", COMPARED["FC40"]),
        ("TUTORIAL", "Mixed", {}),
        ("TUTORIAL-CODE", "Mixed", {}),
        ("LENET1", "MNIST", COMPARED["MNIST"]),
        ("LENET1", "Across", {}),
        ("TUTORIAL-CODE", "MNIST", {}),
    ],
)
def test_an_arm_is_put_beside_the_figures_of_its_own_network(
    architecture: str, digits: str, wanted: dict
) -> None:
    assert published(record({"a": []}, architecture, digits), "a") == wanted


def half_of_next(sample: np.ndarray, measures: int) -> float:
    """Return half of the interval of the next value, t found by adding up Student's density."""
    n = len(sample)
    step = 1e-4
    grid = np.arange(0, 60, step) + step / 2
    constant = math.gamma(n / 2) / math.gamma((n - 1) / 2) / math.sqrt((n - 1) * math.pi)
    below = 0.5 + np.cumsum(constant * (1 + grid**2 / (n - 1)) ** (-n / 2)) * step
    t = grid[np.searchsorted(below, 1 - 0.05 / 2 / measures)]
    mean = math.fsum(sample) / n
    s = math.sqrt(math.fsum((x - mean) ** 2 for x in sample) / (n - 1))
    return t * s * math.sqrt(1 + 1 / n)


def test_the_next_network_lies_in_the_closed_form_shared_out_among_the_figures() -> None:
    made = record({"a": [networks()]})
    found = fits(made, "a")
    assert [each.measure for each in found] == list(WHOLE)
    for each in found:
        sample = values(made, "a", each.measure)
        half = half_of_next(sample, len(WHOLE))
        assert each.fact is WHOLE[each.measure]
        assert each.median == pytest.approx(np.median(sample))
        assert each.low == pytest.approx(np.mean(sample) - half, rel=1e-3)
        assert each.high == pytest.approx(np.mean(sample) + half, rel=1e-3)
        assert each.fits


@pytest.mark.parametrize("measure", WHOLE)
@pytest.mark.parametrize("side", [-1, 1])
def test_a_measure_fits_up_to_its_rounding_beyond_the_interval(measure: str, side: int) -> None:
    """Just inside of the interval and half a unit of its last digit it does, just outside not."""
    name = measure.replace(".", "_")
    sample = values(record({"a": [networks()]}), "a", measure)
    reach = half_of_next(sample, len(WHOLE)) + rounding(WHOLE[measure])
    for part, wanted in ((0.99, True), (1.01, False)):
        made = record({"a": [networks(**{name: side * part * reach})]})
        (found,) = (each for each in fits(made, "a") if each.measure == measure)
        assert found.fits is wanted
        others = [each.fits for each in fits(made, "a") if each.measure != measure]
        assert all(others)


@pytest.mark.parametrize("lost", [{"mse": None}, {"errors": 60_000}])
def test_where_a_network_has_diverged_nothing_fits(lost: dict[str, float | None]) -> None:
    sets = networks()
    for key, value in lost.items():
        sets["train"][key][2] = value
    found = fits(record({"a": [sets]}), "a")
    assert [each.measure for each in found] == list(WHOLE)
    assert not any(each.fits for each in found)
    assert all(math.isnan(each.median) for each in found)


def test_an_arm_is_as_far_off_as_its_farthest_median() -> None:
    lost = networks()
    lost["train"]["mse"] = [None, *lost["train"]["mse"][1:]]
    near, far = networks(train_mse=0.0017), networks(train_mse=0.0017, test_error_percent=-1.7)
    found = farthest_off(record({"near": [near], "far": [far], "lost": [lost]}), WHOLE)
    assert list(found) == ["near", "far"]
    middle = np.median(SPREAD)
    assert found["near"] == pytest.approx((0.0017 + 0.001 * middle) / 0.017)
    assert found["far"] == pytest.approx((1.7 - 0.1 * middle) / 3.4)


def test_of_a_hundred_next_networks_ninety_five_lie_in_all_their_intervals() -> None:
    """At least: the confidence that is shared out among three figures is that of all together."""
    rng = np.random.default_rng(1989)
    inside = 0
    for _ in range(400):
        drawn = rng.normal([[1.6], [8.1], [19.4]], [[0.2], [0.5], [1.0]], (3, 9))
        facts = dict(zip(COMPARED["FC40"], drawn[:, 8], strict=True))
        percents = drawn[:, :8]
        patterns = 10**6
        sets = {
            "train": one_set(patterns, np.rint(percents[0] * patterns / 100), mse=[0.0] * 8),
            "test_handwritten": one_set(
                patterns,
                np.rint(percents[1] * patterns / 100),
                rejected={"difference": np.rint(percents[2] * patterns / 100)},
            ),
        }
        found = fits(record({"a": [sets]}, "FC40", "Handwritten"), "a")
        inside += all(each.low <= facts[each.measure] <= each.high for each in found)
    assert inside / 400 > 0.95 - 2 * math.sqrt(0.95 * 0.05 / 400)
    assert inside / 400 < 0.985


FAR = {"test_mse": 1.0, "train_error_percent": 5.0}


def test_where_all_fit_the_data_cannot_tell() -> None:
    found = answer(record({"a": [networks()], "b": [networks()]}))
    assert found == Answer(("a", "b"), {})


def test_where_one_fits_the_figures_speak_for_it() -> None:
    found = answer(record({"a": [networks(**FAR)], "b": [networks()], "c": [networks(**FAR)]}))
    assert found.like == ("b",)
    assert found.unlike == dict.fromkeys("ac", ("train.error_percent", "test.mse"))


def test_where_some_fit_the_figures_speak_against_the_others() -> None:
    made = record({"a": [networks()], "b": [networks(**FAR)], "c": [networks()]})
    assert answer(made) == Answer(("a", "c"), {"b": ("train.error_percent", "test.mse")})


def test_an_answer_may_be_on_some_arms_only() -> None:
    made = record({"a": [networks(**FAR)], "b": [networks()], "c": [networks()]})
    assert answer(made, ["c", "b"]) == Answer(("c", "b"), {})


def test_arms_of_which_nothing_was_published_are_left_out_of_an_answer() -> None:
    made = record({"a": [networks(**FAR)], "b": [networks()], "c": [networks()]})
    made["architectures"]["other"] = {"name": "TUTORIAL"}
    made["arms"]["c"] = {**made["arms"]["c"], "architecture": "other"}
    assert answer(made) == Answer(("b",), {"a": ("train.error_percent", "test.mse")})


def test_where_nothing_was_published_no_arm_is_spoken_against() -> None:
    assert answer(record({"a": [networks()]}, "TUTORIAL")) == Answer((), {})


CONVENTIONS = {
    "half the mean over outputs and patterns": lambda squares: squares.mean() / 2,
    "the mean over outputs and patterns": lambda squares: squares.mean(),
    "half the sum over outputs, mean over patterns": lambda squares: squares.sum(1).mean() / 2,
    "the sum over outputs, mean over patterns": lambda squares: squares.sum(1).mean(),
}


def test_every_convention_of_the_mse_is_so_many_times_half_the_mean() -> None:
    squares = np.random.default_rng(0).uniform(0, 1, (30, 10))
    half_mean = squares.mean() / 2
    for name, of in CONVENTIONS.items():
        assert mse.READINGS[name] * half_mean == pytest.approx(of(squares))
    assert list(mse.READINGS) == list(CONVENTIONS)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_an_mse_fits_by_the_convention_that_it_was_made_by(name: str) -> None:
    sets = networks()
    for part in ("train", "test"):
        sets[part]["mse"] = [each / mse.READINGS[name] for each in sets[part]["mse"]]
    found = mse.fits(record({"a": [sets]}), "a")
    assert mse.fitting(record({"a": [sets]}), "a") == [name]
    assert [key for key, each in found.items() if all(fit.fits for fit in each)] == [name]
    for fit, part in zip(found[name], ("train", "test"), strict=True):
        assert fit.median == pytest.approx(np.median(networks()[part]["mse"]))
        assert fit.low <= fit.median <= fit.high
