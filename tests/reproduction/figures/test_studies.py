"""Figures of a study's arms say what the record says, and their texts keep apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from reproduction import figures
from reproduction.figures import colours, relatives
from reproduction.figures import questions as pictures
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison, questions
from tests.reproduction.figures.looked_at import EveryFigure, dots, words_of
from tests.reproduction.studies.studied import FIRST, record_of, sound

# ---- Situations -------------------------------------------------------------------------------

MIXING = record_of("mixing")
GAP = record_of("sister-gap")
APART = record_of(
    "mixing",
    worse={"handwritten first": 3},
    lost={"printed first": 3, "interleaved, as printed": 31, "printed first, as printed": 32},
)
MAP = record_of(
    "eta-and-mu",
    16,
    worse={questions.cell(mu, 0.00625): 4 for mu in questions.MUS},
    lost={
        questions.cell(mu, ratio): lost
        for mu, ratio, lost in ((0.5, 0.1, 16), (0.2, 0.1, 16), (0.1, 0.1, 11), (0.05, 0.1, 2))
    },
)
RELATIVES = record_of(
    "relatives", lost={"TUTORIAL, staged, SGD": 13, "FC40": 32}, worse={"TUTORIAL": 5}
)


def differences_of(record):
    return pictures.differences(record, "Arms against the first")


SITUATIONS = {
    "overview": lambda: pictures.overview(
        {"the mixing of the digits": MIXING, "the sister network": GAP, "far apart": APART}, "All"
    ),
    "differences": lambda: differences_of(MIXING),
    "differences, sister": lambda: differences_of(GAP),
    "differences, curvature": lambda: differences_of(record_of("curvature")),
    "differences, tables": lambda: differences_of(record_of("tables", 16)),
    "differences, far and diverged": lambda: differences_of(APART),
    "differences, nothing published": lambda: differences_of(
        record_of("relatives", arms=("DENSE", "TUTORIAL"))
    ),
    "differences, first diverged": lambda: differences_of(record_of("mixing", lost={FIRST: 32})),
    "differences, one": lambda: differences_of(record_of("mixing", 1)),
    "map": lambda: pictures.eta_and_mu(MAP),
    "map, one cell": lambda: pictures.eta_and_mu(
        record_of("eta-and-mu", 16, arms=(questions.cell(0.05, 0.025),))
    ),
    "map, all diverged": lambda: pictures.eta_and_mu(
        record_of("eta-and-mu", 16, lost=dict.fromkeys(MAP["arms"], 16))
    ),
    "relatives": lambda: relatives.arms(RELATIVES, "Relatives"),
    "relatives, one": lambda: relatives.arms(record_of("relatives", 1), "Relatives"),
    "relatives, all diverged": lambda: relatives.arms(
        record_of(
            "relatives", lost=dict.fromkeys(RELATIVES["arms"], 32), arms=("DENSE", "TUTORIAL")
        ),
        "Relatives",
    ),
}


# ---- Every figure, in every situation ---------------------------------------------------------


class TestFigures(EveryFigure):
    """All figures of this module."""


@pytest.mark.parametrize("situation", ["differences", "map", "relatives"])
def test_a_figure_is_the_same_bytes_each_time(situation, drawn):
    assert figures.picture(drawn(situation)) == figures.picture(SITUATIONS[situation]())


# ---- Arms against the first -------------------------------------------------------------------


def test_means_and_intervals_are_those_of_the_comparison(drawn):
    axes = drawn("differences").axes[0]
    spans = [line.get_xdata() for line in axes.lines if len(set(line.get_xdata())) == 2]
    spans = [span for span in spans if list(span) != [0, 1]]  # the rows' own lines
    points = dots(axes)[1:]  # the first arm stands at 0
    for (at, row), span, arm in zip(points, spans, list(MIXING["arms"])[1:], strict=True):
        found = comparison.difference(MIXING, arm, FIRST)
        assert at == pytest.approx(found.mean)
        assert span == pytest.approx((found.low, found.high))
        assert list(MIXING["arms"])[int(row)] == arm
        low, high = axes.get_xlim()
        assert low < found.low < found.high < high
    words = " ".join(words_of(drawn("differences")))
    for arm in MIXING["arms"]:
        assert f"{arm}: {np.median(sound(MIXING, arm, 'test_handwritten.errors')):g}" in words


def test_it_is_counted_and_coloured_what_fits(drawn):
    for situation, record in (("differences", MIXING), ("differences, sister", GAP)):
        facts = len(comparison.published(record, FIRST))
        said = [
            (text.get_text(), text.get_color())
            for text in drawn(situation).axes[1].texts
            if text.get_text().endswith(f" of {facts}")
        ]
        fitting = [sum(fit.fits for fit in comparison.fits(record, a)) for a in record["arms"]]
        colours = [
            pictures.FITS_COLOUR if number == facts else pictures.UNFIT_COLOUR for number in fitting
        ]
        assert said == [
            (f"{number} of {facts}", colour)
            for number, colour in zip(fitting, colours, strict=True)
        ]
    fitting = [sum(not fit.fits for fit in comparison.fits(MIXING, arm)) for arm in MIXING["arms"]]
    assert 0 in fitting  # both kinds are drawn


def test_diverged_arms_say_so_and_fit_nothing(drawn):
    figure = drawn("differences, far and diverged")
    words = words_of(figure)
    assert "3 of 32 diverged" in words
    assert "31 of 32 diverged" in words
    assert "all 32 diverged" in words
    assert words.count("no pair to compare") == 2  # one network alone is no sample
    assert words.count("0 of 6") >= 3
    counts = comparison.values(APART, "printed first", "test_handwritten.errors")
    apart = counts - comparison.values(APART, FIRST, "test_handwritten.errors")
    assert dots(figure.axes[0])[1, 0] == pytest.approx(apart[3:].mean())


def test_an_arm_far_off_is_an_arrow_with_its_numbers(drawn):
    figure = drawn("differences, far and diverged")
    found = comparison.difference(APART, "handwritten first", FIRST)
    (at, row), *more = dots(figure.axes[0], ">")
    assert not more
    assert found.low > figure.axes[0].get_xlim()[1] == at
    assert row == 1
    assert f"{found.mean:+.0f} ({found.low:+.0f} to {found.high:+.0f})" in words_of(figure)


def test_where_nothing_is_published_nothing_is_judged(drawn):
    figure = drawn("differences, nothing published")
    assert "–" not in words_of(figure)
    assert "fit" not in " ".join(words_of(figure)) + figures.description(figure)


# ---- The map ----------------------------------------------------------------------------------


def test_every_cell_has_its_median_and_who_diverged(drawn):
    words = words_of(drawn("map"))
    for arm in MAP["arms"]:
        values = sound(MAP, arm, "train.error_percent")
        if len(values):
            assert f"{np.median(values):.2f}" in words
    assert words.count("all 16 diverged") == 2
    assert "11 of 16 diverged" in words
    assert "2 of 16 diverged" in words


def test_cells_that_fit_are_framed_and_those_that_diverged_hatched(drawn):
    patches = drawn("map").axes[0].patches
    framed = [p for p in patches if not p.get_fill() and not p.get_hatch()]
    hatched = [p for p in patches if p.get_hatch()]
    fits = [
        not comparison.diverged(MAP, arm).any()
        and all(fit.fits for fit in comparison.fits(MAP, arm))
        for arm in MAP["arms"]
    ]
    assert 0 < sum(fits) < len(fits)
    assert len(framed) == sum(fits) + 1  # and one below
    assert len(hatched) == 4 + 1
    assert figures.description(drawn("map")).count("all published numbers fit") == sum(fits)


def test_more_errors_are_darker(drawn):
    axes = drawn("map").axes[0]
    cells = [p for p in axes.patches if p.get_fill()][: len(MAP["arms"])]
    cells = {(round(p.get_x(), 2), round(p.get_y(), 2)): p.get_facecolor()[:3] for p in cells}
    first_row = sorted(cells)[0][1]
    row = [cells[place] for place in sorted(cells) if place[1] == first_row]
    medians = [
        np.median(comparison.values(MAP, questions.cell(0.005, ratio), "train.error_percent"))
        for ratio in questions.RATIOS
    ]
    order = np.argsort(medians)
    shades = [colours.luminance(row[number]) for number in order]
    assert all(paler > darker for paler, darker in pairwise(shades))


def test_numbers_are_legible_on_their_cells(drawn):
    axes = drawn("map").axes[0]
    cells = [p for p in axes.patches if p.get_fill()]
    for text in axes.texts:
        under = [p for p in cells if p.get_bbox().contains(*text.get_position())]
        if under:
            pair = [
                colours.luminance(text.get_color()),
                colours.luminance(under[-1].get_facecolor()[:3]),
            ]
            assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 3.9, text.get_text()


def test_a_star_marks_the_recipe(drawn):
    stars = dots(drawn("map, one cell").axes[0], "*")
    assert len(stars) == 2  # and one below
    axes = drawn("map").axes[0]
    at, height = dots(axes, "*")[0]
    texts = {text.get_text(): text.get_position() for text in axes.texts}
    assert abs(texts["0.025"][0] - at) < 0.6
    assert abs(texts["0.05"][1] - height) < 0.3


# ---- The relatives ----------------------------------------------------------------------------


def test_every_network_is_a_dot_beside_what_is_published(drawn):
    _, first, second = drawn("relatives").axes
    published = [
        {
            "LENET1": PUBLISHED["LENET1"]["test_handwritten.error_percent"].value,
            "NET1989": 100 * PUBLISHED["NET1989"]["test_handwritten.errors"].value / 2007,
            "FC40": PUBLISHED["FC40"]["test_handwritten.error_percent"].value,
        },
        {
            "LENET1": PUBLISHED["LENET1"]["test_handwritten.rejected.thresholds"].value,
            "NET1989": PUBLISHED["NET1989"]["test_handwritten.rejected.difference"].value,
            "FC40": PUBLISHED["FC40"]["test_handwritten.rejected.difference"].value,
        },
    ]
    names = list(RELATIVES["arms"])
    for axes, facts, key in zip(
        (first, second), published, ("error_percent", "rejected.difference"), strict=True
    ):
        assert {names[int(row)]: at for at, row in dots(axes, "D")} == pytest.approx(facts)
        places = dots(axes)
        for row, arm in enumerate(names):
            values = sound(RELATIVES, arm, f"test_handwritten.{key}")
            assert places[places[:, 1] == row, 0] == pytest.approx(values)


def test_parameters_are_counted_and_the_diverged_named(drawn):
    words = words_of(drawn("relatives"))
    for count in (2578, 9760, 3128, 3096):
        assert f"{count} parameters" in words
    assert "3128 parameters, 13 of 32 diverged" in words
    assert "10690 parameters, all 32 diverged" in words


def test_a_wide_span_is_logarithmic(drawn):
    assert drawn("relatives").axes[1].get_xscale() == "log"
    assert drawn("relatives, one").axes[1].get_xscale() == "linear"
