"""Figures of trainings side by side say what the data say, and their texts keep apart."""

import numpy as np
import pytest
from matplotlib.text import Text

from data_prep.digits import HANDWRITTEN, Digits
from reproduction import figures, paper
from reproduction.figures import training
from reproduction.learning.training import HISTORY
from reproduction.paper import PUBLISHED

SETS = {"train": 9840, "test": 2707, "test_handwritten": 2007}


def history_of(stages=("all",), passes=6, networks=4, parts=SETS, rng=0):
    rng = np.random.default_rng(rng)
    lines = [
        (number, stages[(number - 1) * len(stages) // passes], part, seed, errors, patterns, 0.02)
        for number in range(1, passes + 1)
        for part, patterns in parts.items()
        for seed, errors in enumerate(rng.integers(60, 900, networks) // number)
    ]
    return np.array(lines, HISTORY)


def digits_of(count):
    rng = np.random.default_rng(1)
    images = rng.uniform(-1, 1, (count, 16, 16)).astype(np.float32)
    return Digits(images, (np.arange(count) % 10).astype(np.uint8), np.full(count, HANDWRITTEN))


def answers_of(digits, wrong):
    """Let so many of sixteen networks answer each digit with the next."""
    missed = np.arange(16) < np.asarray(wrong)[:, np.newaxis]
    return (digits.labels[:, np.newaxis] + missed) % 10


def summary_of():
    summary = {}
    for row in paper.WHOLE_ROWS:
        place = summary
        for step in row.key.split("."):
            place = place.setdefault(step, {})
        place["each"] = (row.published.value * np.linspace(0.8, 1.3, 16)).tolist()
    return summary


COUNTS = np.array([90, 92, 93, 93, 95, 97, 97, 98, 105])
DIFFERENCES = {"one": np.array([-3, -3, 0, 2, 15]), "other": np.array([1, 1, 1, 1, -26])}
INTERVALS = {"one": (-6.0, 9.0), "other": (-18.0, 10.0)}
ROWS = [row for row in paper.WHOLE_ROWS if row.published.value]
HISTORIES = {
    "plain": history_of(),
    "staged": history_of(("printed", "first 3000", "all")),
    "by hand": history_of(parts={"train": 7291, "test_handwritten": 2007}),
}
FIGURES = {
    "curves": lambda: training.error_curves(HISTORIES, beside="plain"),
    "pairs": lambda: training.paired(DIFFERENCES, INTERVALS, than="plain"),
    "beside": lambda: training.beside_paper(ROWS, summary_of()),
    "counts": lambda: training.error_counts(
        COUNTS, 2007, PUBLISHED["LENET1"]["test_handwritten.errors"], [91, 92, 93], (3.8, 5.8)
    ),
    "missed by": lambda: training.missed_by(np.array([0, 0, 1, 1, 2, 3, 16]), 16),
    "missed": lambda: training.missed(
        digits_of(13), answers_of(digits_of(13), np.arange(1, 14)), "Thirteen", "Of made digits"
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_described_and_none_of_its_texts_is_clipped_or_covered(name):
    figure = FIGURES[name]()
    assert len(figures.description(figure)) > 40
    texts = list(figure.texts)
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            low, high = axes.get_xlim()
            ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
            texts += [axes.xaxis.label, *(label for at, label in ticks if low <= at <= high)]
    width, height = figure.get_size_inches() * figure.dpi
    found = [(text.get_text(), Text.get_window_extent(text)) for text in texts if text.get_text()]
    for number, (text, box) in enumerate(found):
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, text
        for other_text, other in found[number + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across < 1 or along < 1, (text, other_text)


def test_handwritten_errors_are_those_on_handwritten_digits_beside_printed_ones_or_alone():
    whole = HISTORIES["plain"]
    errors = training.handwritten_errors(whole)
    assert errors.shape == (6, 4)
    third = whole[(whole["part"] == "test_handwritten") & (whole["pass"] == 3)]
    assert errors[2].tolist() == third["errors"].tolist()
    alone = HISTORIES["by hand"]
    errors = training.handwritten_errors(alone)
    assert errors.ravel().tolist() == alone["errors"][alone["part"] == "test_handwritten"].tolist()


def test_a_dot_stands_for_each_network():
    axes = FIGURES["pairs"]().axes[0]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    drawn = sorted(value for line in dots for value in line.get_xdata())
    assert drawn == sorted(value for each in DIFFERENCES.values() for value in each.tolist())
    places = {(x, y) for line in dots for x, y in zip(*line.get_data(), strict=True)}
    assert len(places) == len(drawn)  # equal ones do not hide each other


def test_the_number_of_networks_is_written_only_where_it_differs():
    digits = digits_of(3)
    same = training.missed(digits, answers_of(digits, [16, 16, 16]), "Missed", "By all")
    assert "16" not in [text.get_text() for text in same.axes[0].texts]
    varied = training.missed(digits, answers_of(digits, [3, 8, 16]), "Missed", "By some")
    words = [text.get_text() for text in varied.axes[0].texts]
    assert words == ["0 → 1", "3", "1 → 2", "8", "2 → 3", "16"]
