"""Every picture of a run: how the error falls, what is rejected, what is confused with what.

One function a figure. Each takes plain data and returns a matplotlib Figure, for a file, a page or
a notebook; `draw` makes all of them for a run. They share one style (lenet1989.mplstyle), and every
number in them is computed from the data or read from `reproduction.paper`. `description` gives a
figure's text alternative, which its files carry too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from data_prep.digits import PRINTED, Digits
from reproduction import evaluation, runs
from reproduction.figures.sheet import (
    HEADING,
    INK,
    LOOK,
    MARGIN,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    WIDTH,
    axes_in,
    draw_band,
    in_percent,
    legible_on,
    mixed,
    picture,
    said_of_band,
    said_of_median,
    sheet,
    styled,
    whole_axes,
)
from reproduction.learning.sets import TRAIN, tried_on
from reproduction.paper import PUBLISHED, Fact
from reproduction.runs import Run

NAMES = ("error-rates", "error-reject", "confusion", "misclassified")
"""The figures of a run, each a file of its name with the endings of KINDS."""

KINDS = ("svg", "png")

MOST_SHOWN = 130
"""So many misclassified digits are shown at most."""


@dataclass(frozen=True)
class Published:
    """The paper's figures that belong beside a run's, by the digits that it is tested on.

    Attributes
    ----------
    train_error, test_error : Fact
        In percent.
    rejected : Fact
        In percent, for `left` percent of errors among the rest.
    left : Fact
    """

    train_error: Fact
    test_error: Fact
    rejected: Fact
    left: Fact = PUBLISHED["LENET1"]["error_percent_after_rejection"]


ON_HANDWRITTEN = Published(
    PUBLISHED["LENET1"]["train.error_percent"],
    PUBLISHED["LENET1"]["test_handwritten.error_percent"],
    PUBLISHED["LENET1"]["test_handwritten.rejected.thresholds"],
)
ON_WHOLE = Published(
    PUBLISHED["LENET1"]["train.error_percent"],
    PUBLISHED["LENET1"]["test.error_percent"],
    PUBLISHED["LENET1"]["test.rejected.thresholds"],
)
OF_RELATIVES = {
    name: Published(
        facts["train.error_percent"],
        facts["test_handwritten.error_percent"],
        facts["test_handwritten.rejected.difference"],
    )
    for name, facts in PUBLISHED.items()
    if name != "LENET1"
}
"""Those of the sister paper's networks, by the names of the architectures."""


# --- a run's files --------------------------------------------------------------------------


def draw(run: Run, sets: Mapping[str, Digits]) -> list[Path]:
    """Draw all figures of a run into its folder, as SVG and as PNG.

    Parameters
    ----------
    run : Run
    sets : mapping of str to Digits
        Of which all test digits are needed.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        When a file cannot be written, or the run's weights cannot be read.
    """
    for name, figure in zip(NAMES, _figures(run, sets[tried_on(sets)]), strict=True):
        for kind in KINDS:
            runs.write(_file(run, name, kind), picture(figure, kind))
    return [_file(run, name, kind) for name in NAMES for kind in KINDS]


def are_drawn(run: Run) -> bool:
    """Tell whether all figures of a run are in its folder and no older than its summary."""
    try:
        summary = (run.folder / runs.SUMMARY_FILE).stat().st_mtime_ns
        drawn = [_file(run, name, kind).stat() for name in NAMES for kind in KINDS]
    except OSError:
        return False
    return all(file.st_size > 0 and file.st_mtime_ns >= summary for file in drawn)


def _published(run: Run, test: Digits) -> Published:
    on_digits = ON_WHOLE if np.any(test.origin == PRINTED) else ON_HANDWRITTEN
    return OF_RELATIVES.get(run.plan.architecture.name, on_digits)


def _figures(run: Run, test: Digits) -> Iterable[Figure]:
    published = _published(run, test)
    outputs = runs.outputs_of(run.banks(), test.images)
    rejected = run.summary[tried_on(run.summary)]["rejected"]
    seed = run.summary["median_network"]
    median_outputs = outputs[:, :, run.plan.seeds.index(seed), np.newaxis]
    yield error_rates(run.history, published)
    yield error_reject(outputs, test.labels, rejected, published)
    yield confusion(outputs, test.labels)
    yield misclassified(test, median_outputs, f"the median network (seed {seed})")


def _file(run: Run, name: str, kind: str) -> Path:
    return run.folder / f"{name}.{kind}"


# --- error rates by pass --------------------------------------------------------------------


@styled
def error_rates(history: np.ndarray, published: Published = ON_HANDWRITTEN) -> Figure:
    """Draw how the errors on training and test digits fall, pass by pass.

    The axis of errors is logarithmic: the first passes and the last ones both show, and equal
    distances are equal shares of the errors. An error rate of 0 leaves it at the bottom.

    Parameters
    ----------
    history : ndarray of HISTORY
        Errors in training and on all test digits are drawn; stages are named if there are several.
    published : Published
        The paper's figures, drawn as lines.
    """
    named = {"train": TRAIN, "test": tried_on(history["part"])}
    series = {word: _error_percent(history, part) for word, part in named.items()}
    series = {part: found for part, found in series.items() if len(found[0])}
    passes = history["pass"]
    stages = _stages(history)
    left, right = 0.75, 2.0
    points_a_pass = 72 * (WIDTH - left - right) / (np.ptp(passes) + 1)
    names = _stage_names(stages, points_a_pass, 72 * (WIDTH - left - 0.15))
    strip = 0.2 * (max(name.row for name in names) + 1) if names else 0.0
    networks = len(np.unique(history["network"]))
    diverged = len(np.unique(history["network"][np.isnan(history["mse"])]))
    figure = sheet(4.3 + strip, "Error by pass", said_of_band(networks, diverged))
    axes = axes_in(figure, left, 0.55, right, HEADING + strip)
    axes.set(xlim=(passes.min() - 0.5, passes.max() + 0.5), xlabel="pass")
    axes.set_xticks(_pass_ticks(int(passes.min()), int(passes.max())))
    _draw_stages(figure, axes, stages, names)
    colours = {"train": TRAIN_COLOUR, "test": TEST_COLOUR}
    for part, (x, percent) in series.items():
        aside = {"train": -0.03, "test": 0.03}[part] if len(x) == 1 else 0.0
        draw_band(axes, x + aside, percent, colours[part], steps=False)
    _set_error_scale(axes, [percent for _, percent in series.values()], published)
    _label_ends(figure, axes, _error_labels(axes, series, published))
    figure.set_label(_error_rates_in_words(series, published, networks))
    return figure


def _error_percent(history: np.ndarray, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Give the passes, and the errors in percent, shape (passes, networks)."""
    lines = history[history["part"] == part]
    passes = np.unique(lines["pass"])
    if not len(passes):
        return passes, np.zeros((0, 0))
    return passes, (100 * lines["errors"] / lines["patterns"]).reshape(len(passes), -1)


def _pass_ticks(first: int, last: int) -> list[int]:
    """Choose round passes, about seven, and the first where it does not crowd them."""
    steps = (round_ * 10**power for power in range(9) for round_ in (1, 2, 5))
    step = next(step for step in steps if last - first <= 7 * step)
    ticks = [number for number in range(first, last + 1) if number % step == 0]
    return ticks if ticks and ticks[0] - first <= step / 2 else [first, *ticks]


def _set_error_scale(axes: Axes, percents: list[np.ndarray], published: Published) -> None:
    """Choose a logarithmic axis that holds all error rates but 0."""
    marks = [fact.value for fact in (published.train_error, published.test_error, published.left)]
    values = np.concatenate([*[each.ravel() for each in percents], marks])
    lowest, highest = values[values > 0].min(), values.max()
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(lowest / 1.15, highest * 1.15)
    ticks = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    axes.yaxis.set_major_locator(FixedLocator([t for t in ticks if lowest / 1.15 <= t]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_ylabel("error, % of digits")


@dataclass(frozen=True)
class _Label:
    """A text that stands beside the end of a line."""

    at: float
    text: str
    colour: str
    strong: bool = False


def _error_labels(
    axes: Axes, series: Mapping[str, tuple[np.ndarray, np.ndarray]], published: Published
) -> list[_Label]:
    """Draw the paper's lines; give the labels of all lines."""
    labels = []
    for part, fact, colour in (
        ("train", published.train_error, TRAIN_COLOUR),
        ("test", published.test_error, TEST_COLOUR),
    ):
        if part in series:
            axes.axhline(fact.value, color=colour, linewidth=1, linestyle=(0, (4, 3)))
            median = float(np.median(series[part][1][-1]))
            labels.append(_Label(median, f"{part} {in_percent(median)}", colour, strong=True))
            labels.append(_Label(fact.value, f"paper: {part} {fact}", colour))
    left = published.left
    axes.axhline(left.value, color=QUIET, linewidth=1, linestyle=(0, (1, 2)))
    text = f"paper: {left} after rejecting {published.rejected}"
    return [*labels, _Label(left.value, text, QUIET)]


def _label_ends(figure: Figure, axes: Axes, labels: Sequence[_Label]) -> None:
    """Set labels to the right of the axes, each at its height or as near as others leave room."""
    labels = sorted(labels, key=lambda label: label.at)
    low, high = axes.get_ylim()
    bottom, top = axes.transData.transform([(0, low), (0, high)])[:, 1]
    heights = np.clip([label.at for label in labels], low, high)
    wanted = axes.transData.transform([(0, height) for height in heights])[:, 1] - bottom
    points = 72 / figure.dpi
    for label, from_, to in zip(
        labels, wanted, _apart(wanted, 13.5 / points, top - bottom), strict=True
    ):
        axes.annotate(
            label.text,
            (1, from_ / (top - bottom)),
            xycoords="axes fraction",
            xytext=(16, (to - from_) * points),
            textcoords="offset points",
            va="center",
            color=label.colour,
            size=11.5 if label.strong else SMALL,
            arrowprops={
                "arrowstyle": "-",
                "color": label.colour,
                "linewidth": 0.7,
                "shrinkA": 2,
                "shrinkB": 2,
                "relpos": (0, 0.5),
            },
        )


def _apart(wanted: np.ndarray, gap: float, room: float) -> np.ndarray:
    """Move rising heights as little as need be to lie `gap` apart within `room`.

    Heights that are too close share their displacement: neighbours are pooled until their means
    rise (least squares).
    """
    steps = gap * np.arange(len(wanted))
    pools: list[list[float]] = []
    for value in wanted - steps:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) >= np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    means = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    return np.clip(means, 0, max(0.0, room - steps[-1])) + steps


@dataclass(frozen=True)
class _Stage:
    """A stage as the history tells it: its name, its first and last pass."""

    name: str
    first: int
    last: int


def _stages(history: np.ndarray) -> list[_Stage]:
    passes, where = np.unique(history["pass"], return_index=True)
    by_pass = zip(passes.tolist(), history["stage"][where].tolist(), strict=True)
    stages = []
    for name, group in groupby(by_pass, key=lambda line: line[1]):
        numbers = [number for number, _ in group]
        stages.append(_Stage(name, numbers[0], numbers[-1]))
    return stages


@dataclass(frozen=True)
class _StageName:
    """A stage's name as it stands above the axes, and its row there, from 0."""

    text: str
    row: int


def _stage_names(stages: Sequence[_Stage], points_a_pass: float, room: float) -> list[_StageName]:
    """Place the names of several stages in rows above the axes.

    A name begins where its stage does, is cut off where the page ends, and stands above all later
    names that begin below it. `room` is the width from the axes' left side to the page's right, in
    points.
    """
    if len(stages) == 1:
        return []
    names: list[_StageName] = []  # from this stage to the last
    starts = [(stage.first - stages[0].first) * points_a_pass for stage in stages]
    for number in reversed(range(len(stages))):
        text = _cut_off(stages[number].name, room - starts[number])
        end = starts[number] + _text_width(text) + 10
        below = zip(starts[number + 1 :], names, strict=True)
        row = max((name.row + 1 for start, name in below if start < end), default=0)
        names.insert(0, _StageName(text, row))
    return names


def _cut_off(text: str, room: float) -> str:
    """Shorten a text until it is no wider than `room` points."""
    shorter = text
    while _text_width(shorter) > room and len(shorter) > 1:
        text = text[:-1]
        shorter = f"{text}…"
    return shorter


def _text_width(text: str) -> float:
    """Return the width of a small text in points."""
    font = FontProperties(family=LOOK["font.family"])
    return float(TextPath((0, 0), text, size=SMALL, prop=font).get_extents().width)


def _draw_stages(
    figure: Figure, axes: Axes, stages: Sequence[_Stage], names: Sequence[_StageName]
) -> None:
    """Shade every other stage, and name all of them above the axes."""
    height = axes.get_window_extent().height * 72 / figure.dpi  # points
    place = axes.get_xaxis_transform()
    for number, (stage, name) in enumerate(zip(stages, names, strict=False)):
        start = stage.first - 0.5
        if number % 2 == 0:
            axes.axvspan(start, stage.last + 0.5, color=SHADE, alpha=0.6, linewidth=0)
        top = 1 + (14.4 * name.row + 12) / height
        axes.vlines(start, 0, top, color=QUIET, linewidth=0.7, transform=place, clip_on=False)
        axes.annotate(
            name.text,
            (start, 1),
            xycoords=place,
            xytext=(3, 14.4 * name.row + 3.5),
            textcoords="offset points",
            size=SMALL,
            annotation_clip=False,
        )


def _error_rates_in_words(
    series: Mapping[str, tuple[np.ndarray, np.ndarray]], published: Published, networks: int
) -> str:
    facts = {"train": published.train_error, "test": published.test_error}
    sentences = []
    for part, (passes, percent) in series.items():
        medians = [
            f"{in_percent(float(np.median(percent[n])))} after pass {passes[n]}" for n in (0, -1)
        ]
        reached = " and ".join(dict.fromkeys(medians))
        sentences.append(f"The {part} error is {reached}; the paper states {facts[part]}.")
    return f"Error by pass, {said_of_median(networks)}. {' '.join(sentences)}"


# --- the error-reject curve -----------------------------------------------------------------


@styled
def error_reject(
    outputs: np.ndarray,
    labels: np.ndarray,
    rejected: Mapping[str, Mapping[str, Any]],
    published: Published = ON_HANDWRITTEN,
) -> Figure:
    """Draw the error left among the accepted digits against the digits rejected.

    The curve rejects by the difference of the two top outputs. Networks that accept nothing,
    having diverged, have none.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    rejected : mapping
        "difference" and "thresholds": percent rejected for 1 % error, as `rejection_summary` of
        `reproduction.evaluation` gives them for these digits.
    published : Published
        The paper's point.
    """
    marks, left = _reject_marks(rejected, published), published.left
    right = float(min(100, 5 * np.ceil(2 * max(mark.at for mark in marks) / 5)))
    rejects = 100 * np.arange(int(len(labels) * right / 100) + 1) / len(labels)
    rejects = rejects[:: 1 + len(rejects) // 600]
    errors = evaluation.reject_curve_at(outputs, labels, rejects)
    sound = ~np.isnan(errors).all(axis=0)
    said = _said_of_curve(int(sound.sum()), len(sound))
    figure = sheet(4.6, "Error left when unsure digits are rejected", said)
    _say_of_thresholds(figure, len(labels), published)
    axes = axes_in(figure, 0.75, 0.55, MARGIN, HEADING + 0.2)
    if sound.any():
        draw_band(axes, rejects, errors[:, sound], TEST_COLOUR, steps=True)
    axes.axhline(left.value, color=QUIET, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
    highest = np.nanmax(errors, initial=4 * left.value)
    axes.set(xlim=(0, right), ylim=(0, 1.08 * highest))
    axes.set_xlabel("rejected by the difference of the two top outputs, % of test digits")
    axes.set_ylabel("error, % of accepted digits")
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    _call_out(axes, marks, left)
    figure.set_label(_error_reject_in_words(marks, errors[:, sound], len(labels), left))
    return figure


@dataclass(frozen=True)
class _Mark:
    """A point on the line of 1 % error."""

    at: float
    text: str
    colour: str
    marker: str


def _reject_marks(rejected: Mapping[str, Mapping[str, Any]], published: Published) -> list[_Mark]:
    """Give the paper's point and our medians, from the left."""
    fact = published.rejected
    marks = [_Mark(fact.value, f"paper: {fact}", INK, "D")]
    for rule, words, marker in (
        ("thresholds", "by three thresholds", "^"),
        ("difference", "by the difference", "o"),
    ):
        found = rejected[rule]
        if found["median"] is not None:
            text = f"{in_percent(found['median'])} {words}"
            if len(found["each"]) > 1:
                text += f" ({found['min']:.1f} to {found['max']:.1f})"
            marks.append(_Mark(found["median"], text, TEST_COLOUR, marker))
    return sorted(marks, key=lambda mark: mark.at)


def _said_of_curve(sound: int, networks: int) -> str:
    if not sound:
        return "No network accepts a digit"
    said = said_of_band(sound)
    return said if sound == networks else f"{networks - sound} diverged, not shown; {said.lower()}"


def _say_of_thresholds(figure: Figure, patterns: int, published: Published) -> None:
    """Say in the heading what test digits have decided."""
    page = published.rejected.page
    pages = f"pp. {page}" if "," in page or "-" in page else f"p. {page}"
    figure.text(
        MARGIN / WIDTH,
        1 - 0.75 / figure.get_figheight(),
        f"Thresholds are fitted on these same {patterns} test digits, as in the paper ({pages})",
        color=QUIET,
    )


def _call_out(axes: Axes, marks: Sequence[_Mark], left: Fact) -> None:
    """Mark points on the line of 1 % and name them in the free corner above, as on flagpoles.

    Flags fly to the right, the leftmost highest; those near the right end fly to the left, the
    rightmost highest, below the others. So no pole crosses a flag.
    """
    right = axes.get_xlim()[1]
    flown_right = [mark for mark in marks if mark.at <= 0.55 * right]
    flown_left = [mark for mark in marks if mark.at > 0.55 * right]
    for number, mark in enumerate([*flown_right, *reversed(flown_left)]):
        height = 0.65 - 0.1 * number
        pole = ([mark.at, mark.at], [left.value, height * axes.get_ylim()[1]])
        axes.plot(*pole, color=mark.colour, linewidth=0.8, clip_on=False)
        axes.annotate(
            mark.text,
            (mark.at, height),
            xycoords=axes.get_xaxis_transform(),
            xytext=(5 if mark in flown_right else -5, 0),
            textcoords="offset points",
            ha="left" if mark in flown_right else "right",
            va="top",
            color=mark.colour,
        )
    for mark in marks:
        axes.plot(
            mark.at,
            left.value,
            mark.marker,
            color=mark.colour,
            markeredgecolor=PAPER_COLOUR,
            markersize=7.5,
            clip_on=False,
        )
    axes.annotate(
        f"{left} error",
        (0.5 if flown_left else 1, left.value),
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 4),
        textcoords="offset points",
        ha="right",
        color=QUIET,
        size=SMALL,
    )


def _error_reject_in_words(
    marks: Sequence[_Mark], errors: np.ndarray, patterns: int, left: Fact
) -> str:
    points = "; ".join(mark.text for mark in marks)
    start = (
        f"{in_percent(float(np.nanmedian(errors[0])))} with none rejected; " if errors.size else ""
    )
    return (
        f"Error among the accepted of {patterns} test digits against the share rejected: {start}"
        f"rejected for {left} error: {points}."
    )


# --- the confusion matrix -------------------------------------------------------------------


@styled
def confusion(outputs: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw how often the committee of all networks answers which digit for which.

    Errors are coloured by their number; the right answers, which are many more, stay pale.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
        The committee's outputs are their mean. A digit for which one of them is NaN has no
        answer.
    labels : ndarray of int, shape (n,)
    """
    mean = evaluation.committee(outputs)
    answered = ~np.isnan(mean).any(axis=(1, 2))
    counts = np.zeros((evaluation.CLASSES, evaluation.CLASSES), int)
    if answered.any():
        counts = evaluation.confusion(mean[answered], labels[answered])[:, :, 0]
    shown = np.bincount(labels, minlength=evaluation.CLASSES)
    errors = int(shown.sum() - np.trace(counts))
    networks = outputs.shape[2]
    who = "The network's answers" if networks == 1 else f"Answers of the committee of {networks}"
    share = in_percent(100 * errors / len(labels))
    found = f"{len(labels)} test digits, {errors} error{'s' * (errors != 1)} ({share})"
    if not answered.all():
        found += f"; {int((~answered).sum())} without an answer: a network has diverged"
    figure = sheet(5.4, who, found)
    _Table(whole_axes(figure)).draw(counts, shown)
    figure.set_label(f"{who}: {found}. {_commonest_in_words(counts)}")
    return figure


@dataclass(frozen=True)
class _Table:
    """The confusion matrix on a page: where its cells lie, in inches, and how they look."""

    axes: Axes
    left: float = 0.85
    top: float = 1.3
    width: float = 0.45
    height: float = 0.355
    total: float = 5.75
    errors: float = 6.4

    def draw(self, counts: np.ndarray, shown: np.ndarray) -> None:
        """Draw cells, heads and totals."""
        most = max(1, (counts - np.diag(np.diag(counts))).max())
        for digit in range(len(counts)):
            for answer in range(len(counts)):
                self.draw_cell(digit, answer, counts[digit, answer], most)
        self.draw_heads(len(counts))
        self.draw_totals(counts, shown)

    def x(self, column: float) -> float:
        """Return the middle of a column."""
        return self.left + (column + 0.5) * self.width

    def y(self, row: float) -> float:
        """Return the middle of a row."""
        return self.top + (row + 0.5) * self.height

    def write(self, x: float, y: float, text: object, **look: Any) -> None:
        """Write something into the middle of a place."""
        look = {"ha": "center", "va": "center_baseline"} | look
        self.axes.text(x, y, str(text), **look)

    def draw_cell(self, digit: int, answer: int, count: int, most: int) -> None:
        """Draw the count of one answer for one digit; 0 stays empty."""
        strength = 0.0 if digit == answer else 0.15 + 0.85 * count / most
        fill = mixed(SHADE, TEST_COLOUR, strength) if count else mixed(PAPER_COLOUR, SHADE, 0.4)
        corner = self.x(answer) - self.width / 2 + 0.015, self.y(digit) - self.height / 2 + 0.015
        size = self.width - 0.03, self.height - 0.03
        self.axes.add_patch(Rectangle(corner, *size, facecolor=fill, linewidth=0))
        if count:
            colour = QUIET if digit == answer else legible_on(fill)
            self.write(self.x(answer), self.y(digit), count, color=colour)

    def draw_heads(self, digits: int) -> None:
        """Name rows and columns."""
        for digit in range(digits):
            self.write(self.x(digit), self.y(-1), digit, size=12)
            self.write(self.left - 0.2, self.y(digit), digit, size=12)
        middle = (digits - 1) / 2
        self.write(self.x(middle), self.y(-1.75), "answered", color=QUIET)
        self.write(self.left - 0.45, self.y(middle), "shown", color=QUIET, rotation=90, va="center")
        self.write(self.total, self.y(-1), "digits", color=QUIET)
        self.write(self.errors, self.y(-1), "errors", color=QUIET)

    def draw_totals(self, counts: np.ndarray, shown: np.ndarray) -> None:
        """Write the sums of rows and columns."""
        right, below = {"ha": "right"}, self.y(len(counts) + 0.15)
        errors = shown - np.diag(counts)
        for digit, (total, wrong) in enumerate(zip(shown, errors, strict=True)):
            self.write(self.total + 0.14, self.y(digit), total, color=QUIET, **right)
            self.write(self.errors + 0.12, self.y(digit), wrong, color=TEST_COLOUR, **right)
            self.write(self.x(digit), below, counts[:, digit].sum(), color=QUIET)
        self.write(self.left - 0.2, below, "all", color=QUIET)
        self.write(self.total + 0.14, below, shown.sum(), color=QUIET, **right)
        self.write(self.errors + 0.12, below, errors.sum(), color=TEST_COLOUR, **right)


def _commonest_in_words(counts: np.ndarray) -> str:
    """Say which digits are taken for which most often."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:3]
    pairs = [np.unravel_index(place, wrong.shape) for place in order if wrong.flat[place]]
    said = [f"{digit} for {answer} ({wrong[digit, answer]} times)" for digit, answer in pairs]
    return f"Most often taken: {', '.join(said)}." if said else "Nothing is confused."


# --- the misclassified digits ---------------------------------------------------------------


@dataclass(frozen=True)
class _Grid:
    """Where misclassified digits stand: in their own pixels, 5 dots of a PNG each."""

    columns: int = 13
    cell_width: int = 20
    cell_height: int = 27
    pixels_an_inch: int = 40
    margin: int = 12
    top: int = 34


@styled
def misclassified(
    digits: Digits, outputs: np.ndarray, who: str = "the network", most: int = MOST_SHOWN
) -> Figure:
    """Draw the digits that a network gets wrong, each with its class and the answer.

    In the order of their classes; within one, the surest answers first, by the difference of the
    two top outputs.

    Parameters
    ----------
    digits : Digits
    outputs : ndarray, shape (n, 10, 1)
        Of one network, for these digits.
    who : str
        What the heading calls the network.
    most : int
        Show no more than so many, and say so.
    """
    wrong, answers = _wrong_answers(digits.labels, outputs)
    shown = wrong[:most]
    grid = _Grid()
    rows = -(-len(shown) // grid.columns)
    height = (grid.top + rows * grid.cell_height + 4) / grid.pixels_an_inch
    title = f"{len(wrong)} of {len(digits)} test digits misclassified"
    subtitle = f"digit → answer of {who}; within a class the surest errors first"
    if len(shown) < len(wrong):
        subtitle = f"the first {len(shown)}: {subtitle}"
    figure = sheet(height, title, subtitle[0].upper() + subtitle[1:] if rows else "")
    axes = whole_axes(figure)
    if len(shown):
        _show_images(axes, grid, digits.images[shown], rows)
        _label_images(axes, grid, digits.labels[shown], answers[: len(shown)])
    figure.set_label(f"{title} by {who}.")
    return figure


def _wrong_answers(labels: np.ndarray, outputs: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Give the numbers of the errors in the order in which they are shown, and the answers."""
    highest, second = evaluation.top_two(outputs)
    sureness = (highest - second)[:, 0]
    wrong = np.flatnonzero(evaluation.wrong(outputs, labels)[:, 0])
    wrong = wrong[np.lexsort((-sureness[wrong], labels[wrong]))]
    answers = evaluation.answers(outputs)[wrong, 0]
    unsound = np.isnan(sureness[wrong])
    return wrong, ["?" if nan else str(a) for a, nan in zip(answers, unsound, strict=True)]


def _show_images(axes: Axes, grid: _Grid, images: np.ndarray, rows: int) -> None:
    """Put all images into one picture, and that where the grid is."""
    mosaic = np.full((rows * grid.cell_height, grid.columns * grid.cell_width), -1.0)
    for number, image in enumerate(images):
        row, column = divmod(number, grid.columns)
        top, left = row * grid.cell_height, column * grid.cell_width
        mosaic[top : top + len(image), left : left + len(image)] = image
    x, y = grid.margin / grid.pixels_an_inch, grid.top / grid.pixels_an_inch
    height, width = np.array(mosaic.shape) / grid.pixels_an_inch
    limits = axes.get_xlim(), axes.get_ylim()
    axes.imshow(
        mosaic,
        cmap=LinearSegmentedColormap.from_list("ink", [PAPER_COLOUR, INK]),
        vmin=-1,
        vmax=1,
        extent=(x, x + width, y + height, y),
        aspect="auto",
    )
    axes.set(xlim=limits[0], ylim=limits[1])


def _label_images(axes: Axes, grid: _Grid, labels: np.ndarray, answers: Sequence[str]) -> None:
    """Write "digit → answer" under each image."""
    for number, (label, answer) in enumerate(zip(labels, answers, strict=True)):
        row, column = divmod(number, grid.columns)
        x = grid.margin + column * grid.cell_width + 8
        y = grid.top + row * grid.cell_height + 21.5
        place = x / grid.pixels_an_inch, y / grid.pixels_an_inch
        axes.text(*place, f"{label} → {answer}", ha="center", va="baseline", size=SMALL)
