"""What a person sees on the terminal: a line a pass, and the tables."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from data_prep.digits import HANDWRITTEN, DataSet, Digits
from data_prep.errors import shown
from reproduction import words
from reproduction.learning import Recipe
from reproduction.learning.deletion import maps_without_input
from reproduction.learning.sets import HELD_OUT, SETS, TEST_OF, TRAIN, tried_on
from reproduction.network import Architecture
from reproduction.network.architecture import IMAGE_SIDE
from reproduction.paper import PUBLISHED, Comparison, Row

if TYPE_CHECKING:
    from reproduction.learning.training import Progress as TrainingProgress
    from reproduction.studies import Study
    from reproduction.studies.selection import Choice

WIDTH = 100
"""Columns of what is printed where there is no terminal."""

STAGE = 12
"""Columns for the name of a stage."""


class Plain(Console):
    """A console on which texts are shown letter for letter, whatever a name holds."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text for a line or a cell of a table."""
        return super().render_str(shown(text), **options)


def messages(quiet: bool = False) -> Console:
    """Return the console for progress and messages: stderr, or nothing."""
    return Plain(
        stderr=True, quiet=quiet, highlight=False, markup=False, emoji=False, soft_wrap=True
    )


def results() -> Console:
    """Return the console for results: stdout."""
    console = Plain(highlight=False, markup=False, emoji=False)
    console.width = max(console.width, WIDTH) if console.is_terminal else WIDTH
    return console  # a narrow terminal breaks lines; rich would leave out what does not fit


def counted(number: int, what: str) -> str:
    """Write how many there are of something: 1 network, 16 networks."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


FITTED = (
    "Thresholds of rejection are fitted on the very digits that they are reported for, as in the "
    f"paper (p. {PUBLISHED['LENET1']['test.rejected.thresholds'].page})."
)
"""Said wherever a rejection shows: it is the one thing that test digits decide."""


DIVERGED = "diverged: outputs are no numbers"
UNLEARNED = "learned nothing: no more digits right than by always saying the same"


def seeded(seeds: Iterable[int]) -> str:
    """Name networks by their seeds."""
    named = [str(seed) for seed in sorted(seeds)]
    few = ", ".join(named[:SEEDS]) + (f" and {len(named) - SEEDS} more" if named[SEEDS:] else "")
    plural = "s" if named[1:] else ""
    return f"{counted(len(named), 'network')} (seed{plural} {few})"


SEEDS = 20
"""Seeds of a sentence at most."""


def remarks(summary: dict[str, Any]) -> list[str]:
    """Return a sentence on the networks that diverged, and on those that learned nothing."""
    found = ((summary["diverged"], DIVERGED), (summary["unlearned"], UNLEARNED))
    return [f"{seeded(seeds)} {what}." for seeds, what in found if seeds]


def without_weights(architecture: Architecture, left: np.ndarray) -> str:
    """Return a sentence on maps that have no weight left; nothing if there are none.

    Parameters
    ----------
    architecture : Architecture
    left : ndarray of bool, shape (p, networks)
    """
    counts = Counter(chain(*maps_without_input(architecture, left)))
    names = sorted(counts, key=lambda name: (name.rpartition(" ")[0], int(name.split()[-1])))
    named = [f"{name} ({counted(counts[name], 'network')})" for name in names]
    return f"Constant, as no weight is left: {', '.join(named)}." if named else ""


class PassLines:
    """A line a pass, as the simulators of the time printed them, over a bar on a terminal.

    Parameters
    ----------
    console : Console
        Where the lines go.
    recipe : Recipe
        What is being trained.
    learned : Digits
        What is learned from.
    architecture : Architecture
        Of the networks.
    """

    def __init__(
        self, console: Console, recipe: Recipe, learned: Digits, architecture: Architecture
    ) -> None:
        self.console = console
        self.learned = learned
        self.architecture = architecture
        self.silent = ""
        self.lost: set[int] = set()
        self.passes = recipe.passes
        self.started = time.perf_counter()
        self.first: int | None = None
        self.bar = Progress(
            BarColumn(bar_width=40, complete_style="default", finished_style="default"),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.task = self.bar.add_task("", total=self.passes)

    def __enter__(self) -> PassLines:
        self.bar.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.bar.stop()

    def __call__(self, progress: TrainingProgress) -> None:
        """Print the line of the last finished pass."""
        if self.first is None:
            self.first = progress.passes
            self.console.print(pass_head(progress.history))
        left = self._time_left(progress.passes)
        self.console.print(pass_line(progress.history, progress.passes, left))
        self._name_the_lost(progress)
        self._name_the_silent(progress)
        self.bar.update(
            self.task,
            completed=progress.passes,
            description=f"pass {progress.passes} of {self.passes}, {left} left",
        )

    def _name_the_lost(self, progress: TrainingProgress) -> None:
        """Name networks that have diverged since the last pass, or are no better than chance."""
        latest = progress.history[progress.history["pass"] == progress.passes]
        train = latest[latest["part"] == TRAIN]
        diverged = ~np.isfinite(train["mse"])
        by_chance = train["errors"] >= len(self.learned) - self.learned.counts.max()
        where = f'Stage "{latest["stage"][0]}", pass {progress.passes}'
        for lost, what in ((diverged, DIVERGED), (by_chance & ~diverged, UNLEARNED)):
            if new := set(train["network"][lost].tolist()) - self.lost:
                self.console.print(f"{where}: {seeded(new)} {what}.")
        self.lost = set(train["network"][diverged | by_chance].tolist())

    def _name_the_silent(self, progress: TrainingProgress) -> None:
        """Name maps that deletion has left without a weight, whenever they are others."""
        silent = without_weights(self.architecture, np.hstack(progress.left))
        if silent != self.silent:
            self.console.print(silent, soft_wrap=True)
        self.silent = silent

    def _time_left(self, passes: int) -> str:
        """Return minutes and seconds for the passes to come, from those done since the start."""
        done = passes - (self.first or 0)
        if passes == self.passes:
            return "0:00"
        if not done:  # the first pass holds the start; a run that goes on has none yet
            self.started = time.perf_counter()
            return "-:--"
        seconds = (time.perf_counter() - self.started) / done * (self.passes - passes)
        return f"{int(seconds // 60)}:{int(seconds % 60):02}"


class BankBar:
    """How many banks of a study are trained: a bar on a terminal, elsewhere a line a bank.

    Parameters
    ----------
    console : Console
        Where it is shown.
    banks : int
        How many are to be trained.
    """

    def __init__(self, console: Console, banks: int) -> None:
        self.console = console
        self.banks = banks
        self.done = 0
        self.bar = Progress(
            BarColumn(bar_width=40, complete_style="default", finished_style="default"),
            MofNCompleteColumn(),
            TextColumn("banks,"),
            TimeElapsedColumn(),
            TextColumn("gone,"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
            transient=True,
            disable=not console.is_terminal or not banks,
        )
        self.task = self.bar.add_task("", total=banks)

    def __enter__(self) -> BankBar:
        self.bar.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.bar.stop()

    def __call__(self, figures: Mapping[str, Any]) -> None:
        """Count a bank that is trained."""
        self.done += 1
        self.bar.update(self.task, completed=self.done)
        if not self.console.is_terminal:
            self.console.print(
                f"bank {self.done} of {self.banks}: {counted(len(figures['seeds']), 'network')} in "
                f"{figures['cpu_seconds']:.0f} s of one processor"
            )


def pass_head(history: np.ndarray) -> str:
    """Return the line above the passes."""
    heads = [part.partition("_")[0] for part in _whole_sets(history)]
    parts = "   ".join(f"{head + ' %':>7}  MSE   " for head in heads)
    return f" pass   {'stage':{STAGE}}   {parts}    left"


def pass_line(history: np.ndarray, number: int, left: str) -> str:
    """Return the line of a pass: medians over the networks of error (%) and MSE on every set."""
    latest = history[history["pass"] == number]
    cells = [f"{number:5}", f"{latest['stage'][0]:{STAGE}.{STAGE}}"]
    for part in _whole_sets(latest):
        lines = latest[latest["part"] == part]
        error = np.median(100 * lines["errors"] / lines["patterns"])
        cells.append(f"{error:7.2f}  {np.median(lines['mse']):.4f}")
    return "   ".join([*cells, f"{left:>5}"])


def _whole_sets(history: np.ndarray) -> list[str]:
    """Return the sets that are no parts of others: "train", and all digits tried on."""
    there = set(history["part"].tolist())
    return [part for part in (TRAIN, tried_on(there)) if part in there]


def facts_of(architecture: Architecture) -> str:
    """Return a line on a network's size."""
    plane = architecture.plane
    counts = architecture.counts((plane.height, plane.width) != (IMAGE_SIDE, IMAGE_SIDE))
    return (
        f"{architecture.name}: {counts.units} units, {counts.connections} connections, "
        f"{counts.parameters} free parameters"
    )


def paper_table(comparisons: Iterable[Comparison], networks: int) -> Table:
    """Lay out the published figures beside ours."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("paper", justify="right", no_wrap=True)
    table.add_column("page")
    table.add_column(f"median of {networks}", justify="right", no_wrap=True)
    table.add_column("range", justify="right", no_wrap=True)
    for comparison in comparisons:
        fact = comparison.row.published
        table.add_row(
            comparison.row.what,
            str(fact),
            fact.page,
            written(comparison.median, fact.unit),
            range_of(comparison),
        )
    return table


def notes(rows: Iterable[Row]) -> list[str]:
    """Return a line for each way in which published figures are not quite for the same thing."""
    by_note: dict[str, list[str]] = {}
    for row in rows:
        if row.note:
            by_note.setdefault(row.note, []).append(row.what)
    return [f"{'; '.join(whats)} - {note}" for note, whats in by_note.items()]


def printed_errors(summary: dict[str, Any]) -> str:
    """Return a sentence on the paper's remark that every error is on a handwritten digit."""
    printed = summary["test_printed"]
    patterns = printed["patterns"]
    counts = [round(percent * patterns / 100) for percent in printed["error_percent"]["each"]]
    if not any(counts):
        return f"{counted(len(counts), 'network')}: no error on a printed digit, as in the paper."
    return (
        f"{counts.count(0)} of {len(counts)} networks make no error on a printed digit, the others "
        f"at most {max(counts)} of {patterns}; in the paper every error is on a handwritten one."
    )


def digits_table(found: DataSet) -> Table:
    """Lay out how many digits of each class there are."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("set")
    for digit in range(10):
        table.add_column(str(digit), justify="right")
    table.add_column("all", justify="right")
    for name, digits in (("train", found.train), ("test", found.test)):
        table.add_row(name, *(str(count) for count in digits.counts), str(len(digits)))
    return table


def range_of(comparison: Comparison) -> str:
    """Write the range of a measure of ours over the networks."""
    unit = comparison.row.published.unit
    low, high = written(comparison.min, unit), written(comparison.max, unit)
    return f"{low.removesuffix(' %')} - {high}"


def written(value: float | None, unit: str) -> str:
    """Write a measure of ours in a unit."""
    return "diverged" if value is None else words.written(value, unit)


def sets_table(summary: dict[str, Any]) -> Table:
    """Lay out error, MSE and rejection of every set: medians over the networks."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("set, medians", no_wrap=True)
    table.add_column("patterns", justify="right")
    for head in ("error", "MSE", "rejected by difference", "rejected by thresholds"):
        table.add_column(head, justify="right")
    for name in SETS:
        if name not in summary:
            continue
        one = summary[name]
        table.add_row(
            name.replace("_", ", "),
            str(one["patterns"]),
            written(one["error_percent"]["median"], "%"),
            written(one["mse"]["median"], ""),
            written(one["rejected"]["difference"]["median"], "%"),
            written(one["rejected"]["thresholds"]["median"], "%"),
        )
    return table


def studies_table(studies: Iterable[Study]) -> Table:
    """Lay out what studies there are."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("study", no_wrap=True)
    table.add_column("arms", justify="right")
    table.add_column("networks", justify="right")
    table.add_column("question")
    for study in studies:
        networks = len(study.arms) * len(study.seeds)
        table.add_row(study.name, str(len(study.arms)), str(networks), study.question)
    return table


def study_table(record: Mapping[str, Any]) -> Table:
    """Lay out every arm's errors: medians over the networks, ranges on the digits tried."""
    by_hand = TEST_OF[HANDWRITTEN]
    is_tested = by_hand in record["banks"][0]["sets"]
    tried = by_hand if is_tested else HELD_OUT
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("arm, medians")
    errors = "handwritten errors" if is_tested else "held-out errors"
    rejected = ["rejected for 1 %"] if is_tested else []
    for head in ("networks", "train error", errors, "range", *rejected):
        table.add_column(head, justify="right", no_wrap=True)
    for arm in record["arms"]:
        banks = [bank for bank in record["banks"] if bank["arm"] == arm]
        train = [bank["sets"]["train"] for bank in banks]
        test = [bank["sets"][tried] for bank in banks]
        wrong = np.concatenate([one["errors"] for one in test])
        learned = np.concatenate([one["errors"] for one in train]) / train[0]["patterns"]
        patterns = test[0]["patterns"]
        cells = [
            str(len(wrong)),
            words.median_of(100 * learned),
            f"{np.median(wrong):g} of {patterns}",
            f"{wrong.min()} - {wrong.max()}",
        ]
        if is_tested:
            apart = np.concatenate([one["rejected"]["difference"] for one in test])
            cells.append(words.median_of(100 * apart / patterns))
        table.add_row(arm, *cells)
    return table


def choice_table(choice: Choice) -> Table:
    """Lay out what the candidates for a recipe's rule and eta did, the best on top: percents.

    What training on all digits came to is left out where nothing was trained on all.
    """
    on_all = not math.isnan(choice.chosen.train_mse)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("candidate, means", no_wrap=True)
    for head in ("held-out error", "above the best", *(("train error", "train MSE") * on_all), ""):
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    for each in sorted(choice.candidates.values(), key=lambda each: each.held_out_error):
        learned = words.in_percent(each.train_error), f"{each.train_mse:.4f}"
        table.add_row(
            each.name,
            words.in_percent(each.held_out_error),
            f"{each.above_best:.2f} ± {each.standard_error:.2f}",
            *(learned if on_all else ()),
            "chosen" if each is choice.chosen else "ties" if each.ties else "",
        )
    return table
