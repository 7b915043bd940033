"""Figures of studies say what the record says, and their texts keep apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from reproduction import comparison, figures, questions
from reproduction.figures import sheet, studies
from reproduction.learning import Mixed
from reproduction.paper import BASELINE, PAPER, SISTER
from reproduction.records import converter
from reproduction.studies import packed
from tests.reproduction.test_figures import texts_of, words_of

PASSES = 6
WHOLE = {"train": 9840, "test": 2707, "test_handwritten": 2007, "test_printed": 700}
BY_HAND = {"train": 7291, "test_handwritten": 2007}
PERCENT = {"train": 1.08, "test": 3.5, "test_handwritten": 4.7, "test_printed": 0.05}
MSE = {"train": 0.0169, "test": 0.0243, "test_handwritten": 0.031, "test_printed": 0.004}


# ---- Made-up records --------------------------------------------------------------------------


def bank_of(arm, seeds, lost, rng, worse):
    """Make what a bank tells; the networks in `lost` have diverged, half of them into NaN."""
    patterns = WHOLE if isinstance(arm.recipe.digits, Mixed) else BY_HAND
    sets = {}
    for name, count in patterns.items():
        percent = PERCENT[name] * worse * rng.normal(1, 0.07, len(seeds))
        errors = np.rint(count * percent / 100).clip(0).astype(int)
        errors[lost] = count * 9 // 10
        mse = (MSE[name] * worse * rng.normal(1, 0.05, len(seeds))).round(8).tolist()
        for number in np.flatnonzero(lost)[::2]:
            mse[number] = None
        sets[name] = {"patterns": count, "errors": errors.tolist(), "mse": mse}
        if name in ("test", "test_handwritten"):
            rejected = (count * worse * rng.normal(0.075, 0.009, len(seeds))).astype(int)
            rejected[lost] = count
            rules = ("difference", "thresholds")
            sets[name]["rejected"] = {rule: rejected.tolist() for rule in rules}
    hard = np.sort(rng.random(2007) ** 8)[::-1]
    misread = rng.random((2007, len(seeds))) < hard[:, np.newaxis]
    misread[:30] = True
    named = {"test" if patterns is BY_HAND and n == "test_handwritten" else n: n for n in sets}
    history = {
        part: [
            [round(each * (1 + 2 / number - 2 / PASSES)) for number in range(1, PASSES + 1)]
            for each in sets[name]["errors"]
        ]
        for part, name in named.items()
    }
    return {
        "arm": arm.name,
        "seeds": list(seeds),
        "sets": sets,
        "misread": packed(misread),
        "history": history,
    }


def record_of(name, networks=32, arms=None, lost=None, worse=None, rng=0):
    """Make the record of a study: `lost` and `worse` tell by arm how many diverged, how it errs."""
    rng = np.random.default_rng(rng)
    study = questions.STUDIES[name]
    chosen = [arm for arm in study.arms if arms is None or arm.name in arms]
    banks = []
    for arm in chosen:
        of_arm = np.arange(networks) < (lost or {}).get(arm.name, 0)
        for start in range(0, networks, 16):
            seeds = range(start, min(start + 16, networks))
            factor = (worse or {}).get(arm.name, 1)
            banks.append(bank_of(arm, seeds, of_arm[seeds.start : seeds.stop], rng, factor))
    described = {
        arm.name: {
            "recipe": converter.unstructure(arm.recipe),
            "architecture": converter.unstructure(arm.architecture),
        }
        for arm in chosen
    }
    return {
        "study": name,
        "question": study.question,
        "seeds": list(range(networks)),
        "follow": True,
        "arms": described,
        "banks": banks,
    }


def digits(count=2007):
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (count, 16, 16)).astype(np.float32), np.arange(count) % 10


FIRST = "as in the recipe"
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

SITUATIONS = {
    "distributions": lambda: studies.distributions(HUNDRED, "paper"),
    "distributions, diverged": lambda: studies.distributions(UNSOUND, "paper"),
    "distributions, all diverged": lambda: studies.distributions(LOST, "paper"),
    "distributions, one": lambda: studies.distributions(ONE, "paper"),
    "distributions, sister": lambda: studies.distributions(GAP, FIRST),
    "distributions, baseline": lambda: studies.distributions(record_of("relatives"), "FC40"),
    "distributions, far": lambda: studies.distributions(
        record_of("hundred", worse={"paper": 6}), "paper"
    ),
    "errors": lambda: studies.errors(HUNDRED),
    "errors, diverged": lambda: studies.errors(UNSOUND),
    "errors, all diverged": lambda: studies.errors(LOST),
    "errors, one": lambda: studies.errors(ONE),
    "errors, six arms": lambda: studies.errors(MIXING),
    "errors, some arms": lambda: studies.errors(GAP, list(GAP["arms"])[:2]),
    "errors, far": lambda: studies.errors(APART),
    "curves": lambda: studies.curves(HUNDRED, "paper"),
    "curves, handwritten": lambda: studies.curves(HUNDRED, "handwritten"),
    "curves, diverged": lambda: studies.curves(UNSOUND, "paper"),
    "curves, all diverged": lambda: studies.curves(LOST, "paper"),
    "curves, one": lambda: studies.curves(ONE, "paper"),
    "curves, sister": lambda: studies.curves(GAP, FIRST),
    "misread": lambda: studies.misread(HUNDRED, "paper", *digits()),
    "misread, diverged": lambda: studies.misread(UNSOUND, "paper", *digits()),
    "misread, one": lambda: studies.misread(ONE, "paper", *digits()),
    "misread, two": lambda: studies.misread(record_of("hundred", 2), "paper", *digits()),
    "differences": lambda: studies.differences(MIXING),
    "differences, sister": lambda: studies.differences(GAP),
    "differences, curvature": lambda: studies.differences(record_of("curvature")),
    "differences, tables": lambda: studies.differences(record_of("tables", 16)),
    "differences, far and diverged": lambda: studies.differences(APART),
    "differences, nothing published": lambda: studies.differences(
        record_of("relatives", arms=("DENSE", "TUTORIAL"))
    ),
    "differences, first diverged": lambda: studies.differences(
        record_of("mixing", lost={FIRST: 32})
    ),
    "differences, one": lambda: studies.differences(record_of("mixing", 1)),
    "map": lambda: studies.eta_and_mu(MAP),
    "map, one cell": lambda: studies.eta_and_mu(
        record_of("eta-and-mu", 16, arms=(questions.cell(0.02, 0.025),))
    ),
    "map, all diverged": lambda: studies.eta_and_mu(
        record_of("eta-and-mu", 16, lost=dict.fromkeys(MAP["arms"], 16))
    ),
    "relatives": lambda: studies.relatives(RELATIVES),
    "relatives, one": lambda: studies.relatives(record_of("relatives", 1)),
    "relatives, all diverged": lambda: studies.relatives(
        record_of(
            "relatives", lost=dict.fromkeys(RELATIVES["arms"], 32), arms=("DENSE", "TUTORIAL")
        )
    ),
}


@pytest.fixture(scope="module")
def drawn():
    """Return a function that draws a situation, once for all tests."""
    kept = {}

    def draw(situation):
        if situation not in kept:
            kept[situation] = SITUATIONS[situation]()
        return kept[situation]

    return draw


def sound(record, arm, figure):
    return comparison.values(record, arm, figure)[~comparison.diverged(record, arm)]


def dots(axes, marker="o"):
    """Give where dots of a marker stand, but those of the paper's colour."""
    lines = [line for line in axes.lines if line.get_marker() == marker]
    return np.concatenate([np.zeros((0, 2)), *(line.get_xydata() for line in lines)])


# ---- Every figure, in every situation ---------------------------------------------------------


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_figure_is_described_and_none_of_its_texts_is_clipped_or_covered(situation, drawn):
    figure = drawn(situation)
    words = figures.description(figure)
    assert len(words) > 40
    assert "nan" not in words
    found = texts_of(figure)
    assert not [text for text, _ in found if "nan" in text]
    width, height = figure.get_size_inches() * figure.dpi
    for number, (text, box) in enumerate(found):
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, text
        for other_text, other in found[number + 1 :]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across < 1 or along < 1, (text, other_text)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_only_the_colours_of_the_style_are_used(situation, drawn):
    cycle = sheet.LOOK["axes.prop_cycle"].by_key()["color"]
    known = {to_hex(each) for each in (*cycle, sheet.INK, sheet.QUIET, sheet.SHADE)}
    known.add(sheet.PAPER_COLOUR)
    for axes in drawn(situation).axes:
        assert {to_hex(line.get_color()) for line in axes.lines} <= known
        assert {to_hex(text.get_color()) for text in axes.texts} <= known


@pytest.mark.parametrize("situation", ["distributions", "map", "differences"])
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
    for figure, axes in zip(comparison.WHOLE, SITUATIONS["distributions"]().axes, strict=True):
        fact, places = comparison.WHOLE[figure], dots(axes)[:, 0]
        values = sound(HUNDRED, "paper", figure)
        assert (places < fact.value).sum() == pytest.approx((values < fact.value).sum(), abs=8)
        if figure.endswith(".mse"):  # others come in steps, of which one may be the line's
            assert (places < fact.value).sum() == (values < fact.value).sum()


def test_an_arm_without_published_figures_is_refused():
    with pytest.raises(ValueError, match="nothing is published"):
        studies.distributions(HUNDRED, "handwritten")


# ---- Counts of errors -------------------------------------------------------------------------


def test_a_dot_stands_at_each_networks_count(drawn):
    (axes,) = drawn("errors").axes
    rows = [line for line in axes.lines if line.get_marker() == "o"]
    for line, arm in zip(rows, HUNDRED["arms"], strict=True):
        counts = sound(HUNDRED, arm, "test_handwritten.errors")
        assert sorted(line.get_xdata()) == pytest.approx(sorted(counts))
        assert len({tuple(place) for place in line.get_xydata().tolist()}) == 96
    words = words_of(drawn("errors"))
    for arm in HUNDRED["arms"]:
        assert f"median {np.median(sound(HUNDRED, arm, 'test_handwritten.errors')):g}" in words
    fewer = (sound(HUNDRED, "paper", "test_handwritten.errors") < 92).sum()
    described = figures.description(drawn("errors"))
    assert f"{fewer} of 96 networks make fewer than the published 92" in described


def test_the_papers_count_stands_only_by_the_whole_experiment(drawn):
    published = PAPER["test_handwritten_errors"].value
    (axes,) = drawn("errors").axes
    assert dots(axes, "D")[:, 0].tolist() == [published]
    first, second = (dots for dots in axes.lines if dots.get_marker() == "o")
    height = dots(axes, "D")[0, 1]
    assert second.get_ydata().max() < height  # "paper" is the upper row
    assert first.get_ydata().min() > second.get_ydata().max()
    (others,) = drawn("errors, some arms").axes
    assert dots(others, "D")[:, 0].tolist() == [SISTER["test_errors"].value] * 2


def test_all_counts_that_round_to_the_papers_rate_are_shaded(drawn):
    (axes,) = drawn("errors").axes
    (band,) = axes.collections
    places = band.get_paths()[0].vertices[:, 0]
    assert (places.min(), places.max()) == (90.5, 93.5)  # see the note of the fact


def test_the_arms_asked_for_are_drawn_and_the_diverged_counted(drawn):
    words = words_of(drawn("errors, diverged"))
    assert any(text.endswith("5 of 96 diverged") for text in words)
    assert "all 96 diverged" in words
    names = [text for text in words_of(drawn("errors, some arms")) if text.startswith("“")]
    assert len(names) == 2
    assert "“μ .1, η .001”" in names


# ---- Pass by pass -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "record", "arm", "test"),
    [
        ("curves", HUNDRED, "paper", "test_handwritten"),
        ("curves, diverged", UNSOUND, "paper", "test_handwritten"),
        ("curves, handwritten", HUNDRED, "handwritten", "test"),
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


def test_published_figures_stand_after_the_last_pass(drawn):
    marks = dots(drawn("curves").axes[0], "D")
    names = ("train_error_percent", "test_handwritten_error_percent")
    assert marks.tolist() == [[PASSES, PAPER[name].value] for name in names]
    of_sister = dots(drawn("curves, sister").axes[0], "D")
    assert of_sister[:, 1] == pytest.approx([100 * 10 / 7291, 100 * 102 / 2007])
    assert not len(dots(drawn("curves, handwritten").axes[0], "D"))
    assert "5 diverged, not shown" in words_of(drawn("curves, diverged"))[1]
    without = words_of(drawn("curves, all diverged"))
    assert {"No network has learned", "◆ paper: 4.6 %", "◆ paper: 1.1 %"} <= set(without)


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
    assert f"{(counts >= 1).sum()} by at least one, {(counts == 0).sum()} by none" in words


def test_the_hardest_digits_are_shown_with_their_class_and_share(drawn):
    images, labels = digits()
    counts = comparison.misread(HUNDRED, "paper").sum(axis=1)
    whole = drawn("misread").axes[1]
    assert len(whole.images) == studies.HARDEST
    texts = [text.get_text() for text in whole.texts[1:]]
    for number, text in enumerate(texts):  # the first thirty are misread by all
        assert text == f"{labels[number]}: 100 %"
        assert np.array_equal(whole.images[number].get_array(), images[number])
    assert f"first 24 of the {(counts == 96).sum()} that all misread" in whole.texts[0].get_text()


def test_networks_that_diverged_do_not_count_as_misreading(drawn):
    misread = comparison.misread(UNSOUND, "paper")[:, 5:]
    words = words_of(drawn("misread, diverged"))
    assert f"{misread.all(axis=1).sum()} by all 91" in words
    assert words[1].endswith("5 of 96 diverged, left out")
    with pytest.raises(ValueError, match="has learned"):
        studies.misread(LOST, "paper", *digits())


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
    words = words_of(drawn("differences"))
    assert words.count(FIRST) == 2  # its row, and the line at 0
    for arm in MIXING["arms"]:
        assert f"{np.median(sound(MIXING, arm, 'test_handwritten.errors')):g}" in words


def test_ticks_and_crosses_tell_what_fits(drawn):
    for situation, record in (("differences", MIXING), ("differences, sister", GAP)):
        whole = drawn(situation).axes[1]
        against = [sum(not fit.fits for fit in comparison.fits(record, a)) for a in record["arms"]]
        ticks = [line for line in whole.lines if line.get_color() == studies.FITS_COLOUR]
        crosses = [line for line in whole.lines if line.get_marker() == "x"]
        assert len(ticks) == against.count(0) + 1  # and one below
        assert len(crosses) == len(against) - against.count(0) + 1
        facts = len(comparison.published(record, FIRST))
        said = [text for text in words_of(drawn(situation)) if text.endswith(f" of {facts}")]
        assert said == [f"{n} of {facts}" for n in against if n]
    fitting = [sum(not fit.fits for fit in comparison.fits(MIXING, arm)) for arm in MIXING["arms"]]
    assert 0 in fitting  # both kinds are drawn


def test_diverged_arms_say_so_and_fit_nothing(drawn):
    figure = drawn("differences, far and diverged")
    words = words_of(figure)
    assert "3 of 32 diverged" in words
    assert "31 of 32 diverged" in words
    assert "all 32 diverged" in words
    assert words.count("no pair to compare") == 2  # one network alone is no sample
    assert words.count("6 of 6") >= 3
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
    assert words_of(figure).count("–") == 2
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
    assert figures.description(drawn("map")).count("all published figures fit") == sum(fits)


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
    shades = [sheet.luminance(row[number]) for number in order]
    assert all(paler > darker for paler, darker in pairwise(shades))


def test_numbers_are_legible_on_their_cells(drawn):
    axes = drawn("map").axes[0]
    cells = [p for p in axes.patches if p.get_fill()]
    for text in axes.texts:
        under = [p for p in cells if p.get_bbox().contains(*text.get_position())]
        if under:
            pair = [
                sheet.luminance(to_rgb(text.get_color())),
                sheet.luminance(under[-1].get_facecolor()[:3]),
            ]
            assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 3.9, text.get_text()


def test_a_star_marks_the_recipe(drawn):
    stars = dots(drawn("map, one cell").axes[0], "*")
    assert len(stars) == 2  # and one below
    axes = drawn("map").axes[0]
    at, height = dots(axes, "*")[0]
    texts = {text.get_text(): text.get_position() for text in axes.texts}
    assert abs(texts["0.025"][0] - at) < 0.6
    assert abs(texts["0.02"][1] - height) < 0.3


# ---- The relatives ----------------------------------------------------------------------------


def test_every_network_is_a_dot_beside_what_is_published(drawn):
    _, first, second = drawn("relatives").axes
    published = [
        {
            "LENET1": PAPER["test_handwritten_error_percent"].value,
            "NET1989": 100 * SISTER["test_errors"].value / 2007,
            "FC40": BASELINE["test_error_percent"].value,
        },
        {
            "LENET1": PAPER["reject_percent_handwritten"].value,
            "NET1989": SISTER["reject_percent"].value,
            "FC40": BASELINE["reject_percent"].value,
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
