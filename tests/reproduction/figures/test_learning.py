"""The figures of learning say what their data say, and nothing is drawn outside the page."""

import io

import numpy as np
import pytest
from PIL import Image

from reproduction import figures
from reproduction.figures import learning
from reproduction.learning.training import HISTORY
from reproduction.network import LENET1, Bank
from reproduction.network.initial_weights import INITIAL_RANGE

PARAMETERS = LENET1.counts().parameters


def drawn_outside(figure):
    """Return the texts that do not lie wholly on the page."""
    renderer = figure.canvas.get_renderer()
    page = figure.bbox
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    return [
        text
        for text, box in boxes
        if text and not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0)
    ]


def history_of(errors):
    """Make a history of two networks from their errors of 1000, shape (passes, 2)."""
    return np.array(
        [
            (number + 1, "made", part, seed, wrong, 1000, 0.0)
            for number, row in enumerate(errors)
            for part in ("train", "test")
            for seed, wrong in enumerate(row)
        ],
        HISTORY,
    )


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(0)
    before, after = 10.0 ** rng.uniform(-6, 1, (2, PARAMETERS, 16))
    peers = [
        {"name": "this engine", "networks": 16, "microseconds": 3.0},
        {"name": "missing", "networks": 16, "microseconds": None},
    ]
    return {
        "initial weights": learning.initial_weights(LENET1, Bank(LENET1).parameters),
        "against": learning.against(LENET1, before[:, 0], after[:, 0], ("t", "s", "a", "b")),
        "curvature": learning.curvature_by_layer(LENET1, before, after, 0.02),
        "rates": learning.rates_by_weight(LENET1, 5e-4 / (0.02 + after[:, 0]), 0.025),
        "two rules": learning.two_rules(
            history_of([[50, 60], [10, 20]]), history_of([[55, 65], [9, 18]])
        ),
        "lanes": learning.lanes(*rng.uniform(-1, 1, (3, 16))),
        "speeds": learning.speeds(peers, 9e5, "old"),
    }


def test_every_figure_is_described_and_stays_on_its_page(made):
    for name, figure in made.items():
        assert figures.description(figure), name
        assert not drawn_outside(figure), name


def test_the_same_data_give_the_same_picture():
    drawn = [
        figures.picture(learning.lanes(*np.full((3, 16), [[0.5], [-1.0], [0.25]])), "png")
        for _ in range(2)
    ]
    first, second = (np.asarray(Image.open(io.BytesIO(picture))) for picture in drawn)
    assert np.array_equal(first, second)


def test_initial_weights_names_every_layer_with_its_numbers_of_inputs(made):
    description = figures.description(made["initial weights"])
    for layer, shape in zip(LENET1.layers, LENET1.shapes, strict=True):
        for fan_in in set(shape.fan_in):
            assert f"{layer.name}: F = {fan_in}, " in description
            assert f"within ±{INITIAL_RANGE / fan_in:.4f}" in description


def test_against_leaves_out_zeros_and_tells_ratios():
    first = np.zeros(PARAMETERS)
    first[LENET1.parameters["H1.weights"][0]] = -2.0
    figure = learning.against(LENET1, first, 3 * np.abs(first), ("t", "s", "a", "b"))
    assert "H1: 100 weights, median ratio 3." in figures.description(figure)
    assert "H3" not in figures.description(figure)


def test_curvature_and_rates_tell_medians(made):
    values = np.full((PARAMETERS, 2), 0.5)
    values[LENET1.parameters["H4.weights"][0]] = 4.0
    figure = learning.curvature_by_layer(LENET1, values / 100, values, 0.02)
    assert "H4.weights 0.04 to 4;" in figures.description(figure)
    assert "H1.weights 0.005 to 0.5;" in figures.description(figure)
    rates = learning.rates_by_weight(LENET1, values[:, 0], 8.0)
    assert "H4.weights 4 to 4, median 4;" in figures.description(rates)


def test_two_rules_pairs_networks_by_seed(made):
    second, first = history_of([[50, 60], [10, 20]]), history_of([[55, 65], [9, 18]])
    for part in ("train", "test"):
        gain = learning.percent_errors(first, part) - learning.percent_errors(second, part)
        assert gain == pytest.approx(np.array([[0.5, 0.5], [-0.1, -0.2]]))
    assert "after pass 2 1.50 % against 1.35 %" in figures.description(made["two rules"])


def test_lanes_adds_the_product():
    weights, units, sums = np.full((3, 16), [[0.5], [-1.0], [0.25]])
    figure = learning.lanes(weights, units, sums)
    assert figures.description(figure).count("-0.25") == 16


def test_speeds_orders_by_time_and_leaves_out_what_is_missing(made):
    description = figures.description(made["speeds"])
    assert description.index("this engine 3.0 µs") < description.index("old 0.90 s")
    assert "missing" not in description
