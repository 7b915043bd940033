"""Figures of an arm's networks say what the record says, and their texts keep apart."""

from __future__ import annotations

import numpy as np
import pytest

from data_prep.digits import Digits
from reproduction import figures
from reproduction.figures import hundred, results
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from tests.reproduction.figures.looked_at import EveryFigure, dots, said_by, words_of
from tests.reproduction.studies.studied import FIRST, PASSES, record_of, sound

# ---- Situations -------------------------------------------------------------------------------


def digits(count=2007):
    rng = np.random.default_rng(1)
    images = rng.uniform(-1, 1, (count, 16, 16)).astype(np.float32)
    return Digits(images, np.arange(count).astype(np.uint8) % 10, np.full(count, "handwritten"))


def counts_of(record):
    return comparison.misread(record, "paper").sum(axis=1)


def misread_by(record):
    return results.misread_by(counts_of(record), len(record["seeds"]))


DIGITS = digits()
HUNDRED = record_of("hundred", 96)
UNSOUND = record_of("hundred", 96, lost={"paper": 5, "handwritten": 96})
LOST = record_of("hundred", lost={"paper": 32, "handwritten": 32})
ONE = record_of("hundred", 1)
MIXING = record_of("mixing")
GAP = record_of("sister-gap")
APART = record_of(
    "mixing",
    worse={"handwritten first": 3},
    lost={"printed first": 3, "interleaved, as printed": 31, "printed first, as printed": 32},
)

TITLE = "How many digits are misread"
SITUATIONS = {
    "distributions": lambda: hundred.distributions(HUNDRED, "paper"),
    "distributions, diverged": lambda: hundred.distributions(UNSOUND, "paper"),
    "distributions, all diverged": lambda: hundred.distributions(LOST, "paper"),
    "distributions, one": lambda: hundred.distributions(ONE, "paper"),
    "distributions, sister": lambda: hundred.distributions(GAP, FIRST),
    "distributions, baseline": lambda: hundred.distributions(record_of("relatives"), "FC40"),
    "distributions, far": lambda: hundred.distributions(
        record_of("hundred", worse={"paper": 6}), "paper"
    ),
    "errors": lambda: hundred.errors(HUNDRED, TITLE),
    "errors, diverged": lambda: hundred.errors(UNSOUND, TITLE),
    "errors, all diverged": lambda: hundred.errors(LOST, TITLE),
    "errors, one": lambda: hundred.errors(ONE, TITLE),
    "errors, six arms": lambda: hundred.errors(MIXING, TITLE),
    "errors, some arms": lambda: hundred.errors(GAP, TITLE, list(GAP["arms"])[:2]),
    "errors, far": lambda: hundred.errors(APART, TITLE),
    "curves": lambda: hundred.curves(HUNDRED, "paper"),
    "curves, handwritten": lambda: hundred.curves(HUNDRED, "handwritten"),
    "curves, diverged": lambda: hundred.curves(UNSOUND, "paper"),
    "curves, all diverged": lambda: hundred.curves(LOST, "paper"),
    "curves, one": lambda: hundred.curves(ONE, "paper"),
    "curves, sister": lambda: hundred.curves(GAP, FIRST),
    "misread": lambda: misread_by(HUNDRED),
    "misread, one": lambda: misread_by(ONE),
    "misread, two": lambda: misread_by(record_of("hundred", 2)),
    "hardest": lambda: results.hardest(DIGITS, counts_of(HUNDRED), 96),
}


# ---- Every figure, in every situation ---------------------------------------------------------


class TestFigures(EveryFigure):
    """All figures of this module."""


@pytest.mark.parametrize("situation", ["distributions", "errors", "curves", "misread"])
def test_a_figure_is_the_same_bytes_each_time(situation, drawn):
    assert figures.picture(drawn(situation)) == figures.picture(SITUATIONS[situation]())


def test_networks_without_a_mean_square_or_with_most_digits_wrong_have_diverged():
    lost = comparison.diverged(UNSOUND, "paper")
    assert lost.tolist() == [True] * 5 + [False] * 91
    without = np.isnan(comparison.values(UNSOUND, "paper", "train.mse"))
    assert 0 < without.sum() < 5  # of both kinds


# ---- Every published figure -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "record", "arm"),
    [
        ("distributions", HUNDRED, "paper"),
        ("distributions, diverged", UNSOUND, "paper"),
        ("distributions, sister", GAP, FIRST),
    ],
)
def test_every_published_figure_has_a_panel_with_a_dot_for_each_network(
    situation, record, arm, drawn
):
    facts = comparison.published(record, arm)
    panels = drawn(situation).axes
    assert len(panels) == len(facts)
    for axes, (figure, fact) in zip(panels, facts.items(), strict=True):
        values = np.sort(sound(record, arm, figure))
        places = dots(axes)
        assert len({tuple(place) for place in places.tolist()}) == len(values)
        low, high = axes.get_xlim()
        assert np.sort(places[:, 0]) == pytest.approx(values, abs=0.03 * (high - low))
        assert low < min(values.min(), fact.value) <= max(values.max(), fact.value) < high
        assert places[:, 1].max() < axes.get_ylim()[1] - 0.2  # below the paper's label
        (line,) = [line for line in axes.lines if line.get_marker() == "None"]
        assert set(line.get_xdata()) == {fact.value}
        (band,) = axes.patches
        slack = comparison.rounding(fact)
        assert (band.get_x(), band.get_width()) == pytest.approx((fact.value - slack, 2 * slack))


def test_the_networks_on_either_side_are_counted():
    facts = comparison.published(UNSOUND, "paper")
    for axes, (figure, fact) in zip(
        SITUATIONS["distributions, diverged"]().axes, facts.items(), strict=True
    ):
        values, slack = sound(UNSOUND, "paper", figure), comparison.rounding(fact)
        below = sum(value < fact.value - slack for value in values)
        above = sum(value > fact.value + slack for value in values)
        words = " | ".join(text.get_text() for text in axes.texts)
        assert f"{below} of 96 below" in words
        assert f"{above} above" in words
        assert "5 diverged" in words
        assert f"paper: {fact}" in words
        same = 91 - below - above
        assert (f"{same} in the band" in words) == (same > 0)


def test_dots_lie_on_their_side_of_the_published_line():
    for figure, axes in zip(
        comparison.COMPARED["LENET1"], SITUATIONS["distributions"]().axes, strict=True
    ):
        fact, places = comparison.COMPARED["LENET1"][figure], dots(axes)[:, 0]
        values = sound(HUNDRED, "paper", figure)
        assert (places < fact.value).sum() == pytest.approx((values < fact.value).sum(), abs=8)
        if figure.endswith(".mse"):  # others come in steps, of which one may be the line's
            assert (places < fact.value).sum() == (values < fact.value).sum()


def test_an_arm_without_published_figures_is_refused():
    with pytest.raises(ValueError, match="nothing is published"):
        hundred.distributions(HUNDRED, "handwritten")


# ---- Counts of errors -------------------------------------------------------------------------


def test_a_dot_stands_at_each_networks_count(drawn):
    figure = drawn("errors")
    for axes, arm in zip(figure.axes, HUNDRED["arms"], strict=True):
        counts = sound(HUNDRED, arm, "test_handwritten.errors")
        assert sorted(dots(axes)[:, 0]) == pytest.approx(sorted(counts))
        assert len({tuple(place) for place in dots(axes).tolist()}) == 96
        assert f"{np.median(counts):g}" in [text.get_text() for text in axes.texts]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1  # all on one scale
    counts = sound(HUNDRED, "paper", "test_handwritten.errors")
    within = sum(91 <= count <= 93 for count in counts)
    said = f"{(counts < 91).sum()} of 96 below, {within} in the band, {(counts > 93).sum()} above"
    assert said in figures.description(figure)


def test_the_papers_count_stands_only_by_the_whole_experiment(drawn):
    first, second = drawn("errors").axes
    published = PUBLISHED["LENET1"]["test_handwritten.errors"].value
    assert lines_of(first) == [published]
    assert lines_of(second) == []
    theirs = PUBLISHED["NET1989"]["test_handwritten.errors"].value
    assert [lines_of(axes) for axes in drawn("errors, some arms").axes] == [[theirs]] * 2


def lines_of(axes):
    return [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "None"]


def test_all_counts_that_round_to_the_papers_rate_are_shaded(drawn):
    (band,) = drawn("errors").axes[0].patches
    assert (band.get_x(), band.get_x() + band.get_width()) == (90.5, 93.5)  # the note of the fact


def test_the_arms_asked_for_are_drawn_and_the_diverged_counted(drawn):
    words = words_of(drawn("errors, diverged"))
    assert any(text.endswith("5 diverged") for text in words)
    assert "all 96 networks diverged" in words
    names = [text for text in words_of(drawn("errors, some arms")) if text.startswith("“")]
    assert len(names) == 2
    assert "“μ .1, η .001”" in names


# ---- Pass by pass -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "record", "arm", "test"),
    [
        ("curves", HUNDRED, "paper", "test_handwritten"),
        ("curves, diverged", UNSOUND, "paper", "test_handwritten"),
        ("curves, handwritten", HUNDRED, "handwritten", "test_handwritten"),
    ],
)
def test_lines_are_the_medians_of_the_networks_that_learned(situation, record, arm, test, drawn):
    (axes,) = drawn(situation).axes
    lines = [line for line in axes.lines if len(line.get_xdata()) == PASSES]
    for line, part in zip(lines, ("train", test), strict=True):
        errors = comparison.followed(record, arm, part)[~comparison.diverged(record, arm)]
        named = "train" if part == "train" else "test_handwritten"
        patterns = record["banks"][-1 if arm == "handwritten" else 0]["sets"][named]["patterns"]
        assert line.get_xdata().tolist() == list(range(1, PASSES + 1))
        assert line.get_ydata() == pytest.approx(100 * np.median(errors, axis=0) / patterns)
    assert len(axes.collections) == 4  # a range and a middle half each


def test_published_rates_are_lines(drawn):
    def levels(situation):
        lines = [line.get_ydata() for line in drawn(situation).axes[0].lines]
        return [line[0] for line in lines if len(line) == 2]

    paper, names = PUBLISHED["LENET1"], ("train", "test_handwritten")
    assert levels("curves") == [paper[f"{name}.error_percent"].value for name in names]
    assert levels("curves, sister") == pytest.approx([100 * 10 / 7291, 100 * 102 / 2007])
    assert levels("curves, handwritten") == []
    assert "5 diverged, not shown" in said_by(drawn("curves, diverged"))
    assert "No network has learned" in said_by(drawn("curves, all diverged"))
    without = words_of(drawn("curves, all diverged"))
    assert {"paper: test 4.6 %", "paper: train 1.1 %"} <= set(without)


# ---- Misread digits ---------------------------------------------------------------------------


def test_the_curve_and_its_marks_count_digits(drawn):
    counts = comparison.misread(HUNDRED, "paper").sum(axis=1)
    axes = drawn("misread").axes[0]
    marks = {int(height): int(at) for at, height in dots(axes)}
    assert marks == {least: (counts >= least).sum() for least in (96, 48, 1)}
    steps = axes.patches[0].get_data().values
    assert steps.tolist() == sorted(counts.tolist(), reverse=True)
    words = " | ".join(words_of(drawn("misread")))
    assert f"{(counts == 96).sum()} by all 96" in words
    assert f"{(counts >= 48).sum()} by at least half of them" in words
    assert f"{(counts >= 1).sum()} by at" in words
    assert f"{(counts == 0).sum()} by none" in words


def test_the_hardest_digits_are_shown_with_their_class_and_share(drawn):
    counts = counts_of(HUNDRED)
    (whole,) = drawn("hardest").axes
    assert len(whole.texts) == results.HARDEST
    rows = np.hstack([image.get_array() for image in whole.images])
    for number, text in enumerate(whole.texts):  # the first thirty are misread by all
        assert text.get_text() == f"{DIGITS.labels[number]}: 100 %"
        shown = rows[:, 20 * number + 2 : 20 * number + 18]
        assert np.array_equal(shown, DIGITS.images[number])
    assert f"first 24 of the {(counts == 96).sum()} that all misread" in said_by(drawn("hardest"))
