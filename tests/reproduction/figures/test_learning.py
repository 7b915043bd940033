"""The figures of learning say what their data say, and nothing is drawn outside the page."""

import io

import numpy as np
import pytest
from PIL import Image

from reproduction import figures
from reproduction.figures import learning, second_derivatives, sixteen
from reproduction.learning.history import percent
from reproduction.learning.training import HISTORY
from reproduction.network import LENET1, Bank
from reproduction.network.initial_weights import INITIAL_RANGE
from tests.reproduction.figures.looked_at import EveryFigure

PARAMETERS = LENET1.counts().parameters


def history_of(errors):
    """Make a history of two networks from their errors of 1000, shape (passes, 2)."""
    return np.array(
        [
            (number + 1, "made", part, seed, wrong, 1000, 0.0, PARAMETERS)
            for number, row in enumerate(errors)
            for part in ("train", "test")
            for seed, wrong in enumerate(row)
        ],
        HISTORY,
    )


BEFORE, AFTER = 10.0 ** np.random.default_rng(0).uniform(-6, 1, (2, PARAMETERS, 16))
PEERS = [
    {"name": "this engine", "networks": 16, "microseconds": 3.0},
    {"name": "missing", "networks": 16, "microseconds": None},
]
TRAININGS = [
    {"networks": networks, "passes": passes, "cores": cores, "seconds": passes / cores}
    for cores in (1, 2, 8)
    for networks, passes in ((1, 2), (16, 2), (96, 2), (16, 30))
]
SITUATIONS = {
    "initial weights": lambda: learning.initial_weights(LENET1, Bank(LENET1).parameters),
    "against": lambda: second_derivatives.against(
        LENET1, BEFORE[:, 0], AFTER[:, 0], ("t", "s", "a", "b")
    ),
    "gradient": lambda: learning.gradient_check(LENET1, BEFORE[:, 0] * 1.001, BEFORE[:, 0]),
    "curvature": lambda: second_derivatives.curvature_by_layer(LENET1, BEFORE, AFTER, 0.02),
    "rates": lambda: second_derivatives.rates_by_weight(LENET1, 5e-4 / (0.02 + AFTER[:, 0]), 0.025),
    "two rules": lambda: second_derivatives.two_rules(
        history_of([[50, 60], [10, 20]]), history_of([[55, 65], [9, 18]])
    ),
    "lanes": lambda: sixteen.lanes(*np.random.default_rng(1).uniform(-1, 1, (3, 16))),
    "speeds": lambda: sixteen.speeds(PEERS, 9e5, "old"),
    "trainings": lambda: sixteen.trainings(TRAININGS),
}


class TestFigures(EveryFigure):
    """All figures of this module."""


def test_the_same_data_give_the_same_picture():
    drawn = [
        figures.picture(sixteen.lanes(*np.full((3, 16), [[0.5], [-1.0], [0.25]])), "png")
        for _ in range(2)
    ]
    first, second = (np.asarray(Image.open(io.BytesIO(picture))) for picture in drawn)
    assert np.array_equal(first, second)


def test_initial_weights_names_every_layer_with_its_numbers_of_inputs(drawn):
    description = figures.description(drawn("initial weights"))
    for layer, shape in zip(LENET1.layers, LENET1.shapes, strict=True):
        for fan_in in set(shape.fan_in):
            assert f"{layer.name}: F = {fan_in}, " in description
            assert f"within ±{INITIAL_RANGE / fan_in:.4f}" in description


def test_the_gradient_check_tells_relative_errors():
    quotients = np.zeros(PARAMETERS)
    quotients[LENET1.parameters["H1.weights"][0]] = np.geomspace(1e-4, 4, 100)
    figure = learning.gradient_check(LENET1, 1.01 * quotients, quotients)
    assert "Median 1.0e-02, at most 1.0e-02" in figures.description(figure)
    assert figures.description(figure).endswith("Weights drawn: H1 100.")
    (points,) = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 100]
    assert points.get_ydata() == pytest.approx(0.01)
    assert points.get_xdata() == pytest.approx(np.geomspace(1e-4, 4, 100))


def test_against_leaves_out_zeros_and_tells_ratios():
    first = np.zeros(PARAMETERS)
    first[LENET1.parameters["H1.weights"][0]] = -2.0
    figure = second_derivatives.against(LENET1, first, 3 * np.abs(first), ("t", "s", "a", "b"))
    assert "H1: 100 weights, median ratio 3." in figures.description(figure)
    assert "H3" not in figures.description(figure)


def test_curvature_and_rates_tell_medians():
    values = np.full((PARAMETERS, 2), 0.5)
    values[LENET1.parameters["H4.weights"][0]] = 4.0
    figure = second_derivatives.curvature_by_layer(LENET1, values / 100, values, 0.02)
    assert "H4.weights 0.04 to 4;" in figures.description(figure)
    assert "H1.weights 0.005 to 0.5;" in figures.description(figure)
    rates = second_derivatives.rates_by_weight(LENET1, values[:, 0], 8.0)
    assert "H4.weights 4 to 4, median 4;" in figures.description(rates)


def test_two_rules_pairs_networks_by_seed(drawn):
    second, first = history_of([[50, 60], [10, 20]]), history_of([[55, 65], [9, 18]])
    for part in ("train", "test"):
        gain = percent(first, part) - percent(second, part)
        assert gain == pytest.approx(np.array([[0.5, 0.5], [-0.1, -0.2]]))
    assert "after pass 2 1.50 % against 1.35 %" in figures.description(drawn("two rules"))


def test_lanes_adds_the_product():
    weights, units, sums = np.full((3, 16), [[0.5], [-1.0], [0.25]])
    figure = sixteen.lanes(weights, units, sums)
    assert figures.description(figure).count("-0.25") == 16


def test_speeds_orders_by_time_and_leaves_out_what_is_missing(drawn):
    description = figures.description(drawn("speeds"))
    assert description.index("this engine 3.0 µs") < description.index("old 0.90 s")
    assert "missing" not in description
