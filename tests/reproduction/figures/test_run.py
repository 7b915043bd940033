"""The figures say what the data say, legibly, and in the same bytes each time."""

import dataclasses
import gc
import io
import weakref
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from data_prep.digits import HANDWRITTEN, Digits
from data_prep.errors import InputError
from reproduction import evaluation, figures, runs
from reproduction.figures import run as run_figures
from reproduction.learning import RECIPES
from reproduction.learning.training import HISTORY
from reproduction.network import LENET1
from reproduction.paper import PUBLISHED
from tests.reproduction.figures.looked_at import EveryFigure, luminance, said_by, words_of

PATTERNS = 400


# ---- Made-up runs -----------------------------------------------------------------------------


def history_of(
    passes=30,
    networks=16,
    stages=("handwritten",),
    start=12.0,
    end=4.0,
    tested="test_handwritten",
):
    """Make a history whose error falls as real ones do; stages share the passes evenly."""
    rng = np.random.default_rng(0)
    lines = []
    for number in range(1, passes + 1):
        stage = stages[(number - 1) * len(stages) // passes]
        for part, patterns, share in (("train", 7291, 0.3), (tested, 2007, 1.0)):
            percent = share * (end + (start - end) / number**1.5) * rng.uniform(0.9, 1.1, networks)
            errors = np.rint(patterns * percent / 100).astype(int)
            for seed, wrong in enumerate(errors):
                mse = wrong / patterns
                lines.append((number, stage, part, seed, wrong, patterns, mse, 2578))
    return np.array(lines, HISTORY)


def digits_of(count=PATTERNS, origin=HANDWRITTEN):
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = rng.uniform(-1, 1, (count, 16, 16)).astype(np.float32)
    return Digits(images, labels, np.full(count, origin))


def outputs_of(labels, networks=16, noise=0.75):
    """Make outputs that are right more often the less noise there is."""
    rng = np.random.default_rng(2)
    targets = evaluation.targets(labels)[:, :, None]
    return (targets + rng.normal(0, noise, (len(labels), 10, networks))).astype(np.float32)


def rejecting(outputs, labels, tested="test_handwritten"):
    rejected = evaluation.rejection_summary(outputs, labels)
    return figures.error_reject(outputs, labels, rejected, tested)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a run that tells of made-up outputs; nothing is trained, or computed by networks."""
    digits = digits_of()
    outputs = outputs_of(digits.labels, networks=3)
    monkeypatch.setattr(runs.Run, "banks", lambda self: [])
    monkeypatch.setattr(runs, "outputs_of", lambda banks, images: outputs)
    sets = {"train": digits, "test_handwritten": digits}
    plan = runs.Plan(RECIPES["handwritten"], LENET1, (5, 7, 6), {}, {})
    summary = {
        "median_network": 7,
        "weights_sha256": "0" * 64,
        "test_handwritten": {"rejected": evaluation.rejection_summary(outputs, digits.labels)},
    }
    (tmp_path / runs.SUMMARY_FILE).write_text("{}")
    return runs.Run(tmp_path, plan, summary, history_of(networks=3)), sets


# ---- Every figure, in every situation ---------------------------------------------------------

LABELS = digits_of().labels
LONG_NAMES = ("printed digits, all 35 fonts", "W" * 16, "both", "last, with a falling step length")


def diverged_history():
    history = history_of()
    bad = (history["network"] > 13) & (history["pass"] > 4)
    history["mse"][bad] = np.nan
    history["errors"][bad] = history["patterns"][bad]
    return history


def faultless_history():
    history = history_of()
    history["errors"][history["part"] == "train"] = 0
    return history


def spoiled(networks):
    outputs = outputs_of(LABELS)
    outputs[:, :, :networks] = np.nan
    return outputs


SITUATIONS = {
    "rates": lambda: figures.error_rates(history_of()),
    "rates, whole": lambda: figures.error_rates(history_of(tested="test")),
    "rates, sister": lambda: figures.error_rates(history_of(), "NET1989"),
    "rates, one network": lambda: figures.error_rates(history_of(networks=1)),
    "rates, one pass": lambda: figures.error_rates(history_of(passes=1)),
    "rates, one of each": lambda: figures.error_rates(history_of(passes=1, networks=1)),
    "rates, two passes": lambda: figures.error_rates(history_of(passes=2)),
    "rates, 1000 passes": lambda: figures.error_rates(history_of(passes=1000, networks=2)),
    "rates, four stages": lambda: figures.error_rates(history_of(stages=LONG_NAMES)),
    "rates, four short stages": lambda: figures.error_rates(history_of(4, stages=LONG_NAMES)),
    "rates, ten stages": lambda: figures.error_rates(history_of(stages=[*"abcdefg", *LONG_NAMES])),
    "rates, diverged": lambda: figures.error_rates(diverged_history()),
    "rates, no error": lambda: figures.error_rates(faultless_history()),
    "rates, as the paper": lambda: figures.error_rates(history_of(start=3.7, end=3.66)),
    "reject": lambda: rejecting(outputs_of(LABELS), LABELS),
    "reject, whole": lambda: rejecting(outputs_of(LABELS), LABELS, "test"),
    "reject, sister": lambda: figures.error_reject(
        outputs_of(LABELS),
        LABELS,
        evaluation.rejection_summary(outputs_of(LABELS), LABELS),
        "test_handwritten",
        "NET1989",
    ),
    "reject, one network": lambda: rejecting(outputs_of(LABELS, 1), LABELS),
    "reject, untrained": lambda: rejecting(outputs_of(LABELS, noise=50), LABELS),
    "reject, no error": lambda: rejecting(outputs_of(LABELS, noise=0.1), LABELS),
    "reject, some diverged": lambda: rejecting(spoiled(2), LABELS),
    "reject, all diverged": lambda: rejecting(spoiled(16), LABELS),
    "confusion": lambda: figures.confusion(outputs_of(LABELS), LABELS),
    "confusion, one network": lambda: figures.confusion(outputs_of(LABELS, 1), LABELS),
    "confusion, untrained": lambda: figures.confusion(outputs_of(LABELS, noise=50), LABELS),
    "confusion, diverged": lambda: figures.confusion(spoiled(1), LABELS),
    "misclassified": lambda: figures.misclassified(digits_of(), outputs_of(LABELS, 1)),
    "misclassified, none": lambda: figures.misclassified(
        digits_of(), outputs_of(LABELS, 1, noise=0.1)
    ),
    "misclassified, untrained": lambda: figures.misclassified(
        digits_of(), outputs_of(LABELS, 1, noise=50), "the median network (seed 1234)"
    ),
    "misclassified, diverged": lambda: figures.misclassified(digits_of(), spoiled(1)[:, :, :1]),
}


class TestFigures(EveryFigure):
    """All figures of this module."""


@pytest.mark.parametrize("situation", ["rates", "misclassified"])
def test_readers_settings_change_nothing(situation):
    pictures = [figures.picture(SITUATIONS[situation]())]
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "none"}):
        pictures.append(figures.picture(SITUATIONS[situation]()))
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("situation", ["rates", "reject", "confusion", "misclassified"])
def test_files_carry_title_and_description(situation):
    figure = SITUATIONS[situation]()
    words = figures.description(figure)
    assert len(words) > 40
    svg = ElementTree.fromstring(figures.picture(figure, "svg"))
    assert svg.find("{http://www.w3.org/2000/svg}title").text == figure.texts[0].get_text()
    assert words in "".join(svg.itertext())
    png = Image.open(io.BytesIO(figures.picture(figure, "png")))
    assert png.info["Description"] == words
    assert png.width == 1400


# ---- A run's files ----------------------------------------------------------------------------


def test_draw_makes_every_file_the_same_each_time(run):
    first, sets = run
    files = figures.draw(first, sets)
    contents = [file.read_bytes() for file in files]
    assert {file.name for file in files} == {*runs.PICTURES}
    assert {path.name for path in first.folder.iterdir()} == {
        runs.SUMMARY_FILE,
        runs.FIGURES_FILE,
        *(file.name for file in files),
    }
    figures.draw(first, sets)
    assert [file.read_bytes() for file in files] == contents


def test_figures_are_drawn_if_their_files_are_whole_and_of_these_networks(run):
    run, sets = run
    assert not run.has_pictures()
    file, *_ = figures.draw(run, sets)
    assert run.has_pictures()
    others = dataclasses.replace(run, summary=run.summary | {"weights_sha256": "1" * 64})
    assert not others.has_pictures()
    contents = file.read_bytes()
    file.write_bytes(contents + b" ")
    assert not run.has_pictures()
    file.write_bytes(contents)
    assert run.has_pictures()
    file.unlink()
    assert not run.has_pictures()


def test_a_folder_that_cannot_be_written_is_named(run):
    run, sets = run
    file = run.folder / "no-folder"
    file.write_bytes(b"")
    elsewhere = runs.Run(file, run.plan, run.summary, run.history)
    with pytest.raises(InputError, match=r"no-folder.*cannot be written"):
        figures.draw(elsewhere, sets)


def test_the_median_network_is_found_by_its_seed(run, monkeypatch):
    run, sets = run
    seen = []
    monkeypatch.setattr(
        run_figures, "misclassified", lambda digits, outputs, who: seen.append((outputs, who))
    )
    list(run_figures._figures(run, "test_handwritten", sets["test_handwritten"]))
    outputs, who = seen[0]
    assert np.array_equal(outputs, runs.outputs_of([], None)[:, :, 1:2])  # seeds are 5, 7, 6
    assert "seed 7" in who


def test_digits_with_printed_ones_are_compared_with_the_whole_set(run):
    run, sets = run
    run.summary["test"] = run.summary["test_handwritten"]
    whole = dataclasses.replace(run, history=history_of(networks=3, tested="test"))
    for each, tested in ((run, "test_handwritten"), (whole, "test")):
        digits = sets["test_handwritten"]
        drawn = run_figures._figures(each, tested, digits)
        rates, reject, *_ = (figures.description(figure) for _, figure in drawn)
        facts = PUBLISHED["LENET1"]
        assert f"the paper states {facts[f'{tested}.error_percent']}" in rates
        assert f"paper: {facts[f'{tested}.rejected.thresholds']}" in reject


# ---- Error rates by pass ----------------------------------------------------------------------


def percents(history, part, number):
    chosen = history[(history["part"] == part) & (history["pass"] == number)]
    return [100 * line["errors"] / line["patterns"] for line in chosen]


@pytest.mark.parametrize("networks", [1, 2, 7, 16])
def test_lines_are_the_medians_and_bands_the_ranges(networks):
    history = history_of(passes=6, networks=networks)
    axes = figures.error_rates(history).axes[0]
    curves = [line for line in axes.lines if len(line.get_xdata()) == 6]
    for curve, part in zip(curves, ("train", "test_handwritten"), strict=True):
        medians = [np.median(percents(history, part, number)) for number in range(1, 7)]
        assert curve.get_xdata().tolist() == [1, 2, 3, 4, 5, 6]
        assert curve.get_ydata() == pytest.approx(medians)
    bands = [band.get_paths()[0].vertices for band in axes.collections]
    assert len(bands) == (0 if networks == 1 else 4)
    if bands:
        last = bands[0][bands[0][:, 0] == 6][:, 1]
        ranges = percents(history, "train", 6)
        assert (last.min(), last.max()) == pytest.approx((min(ranges), max(ranges)))


def test_labels_state_the_last_medians_and_the_papers_figures():
    history = history_of()
    words = words_of(figures.error_rates(history))
    for name, part in (("train", "train"), ("test", "test_handwritten")):
        assert f"{name} {np.median(percents(history, part, 30)):.2f} %" in words
    assert f"paper: train {PUBLISHED['LENET1']['train.error_percent']}" in words
    assert f"paper: test {PUBLISHED['LENET1']['test_handwritten.error_percent']}" in words
    assert "Median of 16 networks" in words[1]


def test_the_papers_figures_are_drawn_as_lines():
    axes = figures.error_rates(history_of()).axes[0]
    levels = {line.get_ydata()[0] for line in axes.lines if len(set(line.get_ydata())) == 1}
    named = (
        "train.error_percent",
        "test_handwritten.error_percent",
        "error_percent_after_rejection",
    )
    published = {PUBLISHED["LENET1"][name].value for name in named}
    assert published <= levels
    low, high = axes.get_ylim()
    assert low < min(published)
    assert high > max(published)


def test_one_pass_is_a_point():
    history = history_of(passes=1)
    axes = figures.error_rates(history).axes[0]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    medians = [np.median(percents(history, part, 1)) for part in ("train", "test_handwritten")]
    assert [point.get_ydata()[0] for point in points] == pytest.approx(medians)


def test_stages_are_numbered_and_named_if_there_are_several():
    stages = ("printed", "handwritten", "both")
    staged = figures.error_rates(history_of(passes=9, stages=stages))
    middles = {text.get_text(): text.get_position()[0] for text in staged.axes[0].texts}
    assert {number: middles[number] for number in "123"} == {"1": 2, "2": 5, "3": 8}
    assert "Stages: 1 printed, 2 handwritten, 3 both" in said_by(staged)
    single = figures.error_rates(history_of(passes=9))
    assert "handwritten" not in words_of(single)


def test_diverged_networks_are_counted():
    assert "2 diverged" in said_by(figures.error_rates(diverged_history()))


# ---- The error-reject curve -------------------------------------------------------------------


def test_the_curve_begins_at_the_median_error_and_follows_the_rejected():
    outputs = outputs_of(LABELS)
    axes = rejecting(outputs, LABELS).axes[0]
    curve = axes.lines[0]
    rejected, error = curve.get_xdata(), curve.get_ydata()
    assert error[0] == pytest.approx(np.median(evaluation.error_percent(outputs, LABELS)))
    whole = rejected * len(LABELS) / 100
    assert whole == pytest.approx(np.rint(whole))  # every point is a number of digits
    some = len(rejected) // 2
    assert error[some] == np.median(
        evaluation.reject_curve_at(outputs, LABELS, rejected[some : some + 1])
    )


def test_marks_stand_at_our_medians_and_the_papers_point():
    outputs = outputs_of(LABELS)
    rejected = evaluation.rejection_summary(outputs, LABELS)
    figure = rejecting(outputs, LABELS)
    at = {line.get_marker(): line.get_xdata()[0] for line in figure.axes[0].lines}
    assert at["o"] == rejected["difference"]["median"]
    assert at["^"] == rejected["thresholds"]["median"]
    assert at["D"] == PUBLISHED["LENET1"]["test_handwritten.rejected.thresholds"].value
    words = " | ".join(words_of(figure))
    assert f"{rejected['difference']['median']:.2f} % by the difference" in words
    assert f"{rejected['thresholds']['median']:.2f} % by three thresholds" in words


def test_it_is_said_that_test_digits_decide_the_thresholds():
    words = said_by(rejecting(outputs_of(LABELS), LABELS))
    assert f"fitted on these same {PATTERNS} test digits, as in the paper" in words


def test_networks_that_accept_nothing_are_not_in_the_curve():
    outputs = spoiled(2)
    figure = rejecting(outputs, LABELS)
    error = figure.axes[0].lines[0].get_ydata()
    assert error[0] == np.median(evaluation.error_percent(outputs[:, :, 2:], LABELS))
    assert "2 diverged" in said_by(figure)
    assert "No network accepts a digit" in said_by(rejecting(spoiled(16), LABELS))


# ---- The confusion matrix ---------------------------------------------------------------------


def test_the_matrix_shows_counts_and_totals():
    labels = np.array([3] * 70 + [5] * 41, np.uint8)
    answers = np.array([3] * 53 + [5] * 17 + [5] * 41)
    outputs = evaluation.targets(answers)[:, :, None].repeat(2, axis=2)
    figure = figures.confusion(outputs, labels)
    words = words_of(figure)
    assert "111 test digits, 17 errors (15.32 %)" in words
    assert words.count("17") == 3  # in its cell, in its row's errors, in all errors
    assert words.count("41") == 2  # in its cell, in its row's digits
    assert {"53", "58", "70", "111"} <= set(words)
    assert "3 for 5 (17 times)" in figures.description(figure)


def test_the_diagonal_is_paler_than_a_single_error():
    labels = np.array([3] * 70, np.uint8)
    answers = np.array([3] * 69 + [5])
    figure = figures.confusion(evaluation.targets(answers)[:, :, None], labels)
    cells = figure.axes[0].patches
    assert luminance(cells[33].get_facecolor()[:3]) > luminance(cells[35].get_facecolor()[:3])


def test_digits_without_an_answer_count_as_errors():
    outputs = evaluation.targets(LABELS)[:, :, None].copy()
    outputs[:10, 4] = np.nan
    words = words_of(figures.confusion(outputs, LABELS))
    assert "10 errors" in words[1]
    assert "10 without an answer" in words[1]


# ---- The misclassified digits -----------------------------------------------------------------


def test_misclassified_digits_stand_in_order_each_with_its_label():
    digits, outputs = digits_of(), outputs_of(LABELS, 1)
    wrong = []
    for number, (label, output) in enumerate(zip(LABELS, outputs[:, :, 0], strict=True)):
        second, top = np.sort(output.astype(float))[-2:]
        if output.argmax() != label:
            wrong.append((int(label), second - top, number, int(output.argmax())))
    wrong.sort()
    assert len(wrong) > 10
    figure = figures.misclassified(digits, outputs)
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == [f"{w[0]} → {w[3]}" for w in wrong]
    first = np.array(axes.images[0].get_array())[:, 2:18]
    assert np.array_equal(first, digits.images[wrong[0][2]])
    assert words_of(figure)[0] == f"{len(wrong)} of {PATTERNS} test digits misclassified"


def test_no_more_than_asked_for_are_shown_and_it_is_said():
    figure = figures.misclassified(digits_of(), outputs_of(LABELS, 1, noise=50), most=5)
    assert len(figure.axes[0].texts) == 5
    assert words_of(figure)[1].startswith("The first 5:")


def test_an_answer_that_is_no_number_is_a_question_mark():
    figure = figures.misclassified(digits_of(3), spoiled(1)[:3, :, :1])
    assert [text.get_text()[-1] for text in figure.axes[0].texts] == ["?"] * 3


def test_a_figure_is_given_back_once_it_is_drawn(monkeypatch):
    """Though it is full of cycles, and old; and nothing stays frozen."""
    drawn = []

    def figure():
        made = Figure((1, 1), label="Nothing.")
        made.suptitle("Nothing")
        made.subplots()
        drawn.append(weakref.ref(made))
        gc.collect()  # among the oldest objects now
        return made

    def made_up(*_):
        for name in "abc":
            assert not any(each() for each in drawn)
            yield name, figure()

    monkeypatch.setattr(run_figures, "_figures", made_up)
    run = SimpleNamespace(summary={"weights_sha256": "0" * 64}, keep_pictures=list)
    frozen = gc.get_freeze_count()
    assert len(run_figures.draw(run, {"train": digits_of(1), "test": digits_of(1)})) == 6
    assert len(drawn) == 3
    assert not any(each() for each in drawn)
    assert gc.get_freeze_count() == frozen
