"""What was published, with pages: the one place where the papers' numbers stand.

Tables, figures, tests and chapters read them from here, so that a number which is compared with
ours can be traced to its page. `PUBLISHED` has them by network and measure: LENET1 is the paper's,
NET1989 and FC40 are the two of its sister paper, DAMAGE is what Optimal Brain Damage states of the
first two, and MNIST what was stated in 1998 of LeNet-1 on other digits. A measure that a run has,
too, bears the same name as in the run's summary and in the records of studies, as
"test_handwritten.errors". Beside networks stand the `MARKS`: error rates of others on the same test
digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any


@dataclass(frozen=True)
class Fact:
    """A number that a source states, in its unit ("" for pure numbers), and the page.

    Where the page is not known, all pages of the source; `note` says what the number leaves open.
    """

    value: float
    unit: str
    source: str
    page: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip()

    def _repr_markdown_(self) -> str:  # on a page a number and its unit stay on one line
        return str(self).replace(" ", "\N{NO-BREAK SPACE}")


@dataclass(frozen=True)
class Layer:
    """A layer as published: its feature maps, their side in units, the side of a unit's window."""

    name: str
    kind: str
    maps: int
    side: int
    window: int
    page: str


# --- the numbers ----------------------------------------------------------------------------

_WHOLE_PAPER = "541-551"
_FITS_HALF = "fits half the mean over outputs and patterns"
_FITTED = "thresholds fitted on the test set"
_DERIVED_ERRORS = "derived: 3.4 % of 2707, no printed digit among the errors; 91 to 93 fit as well"

_LENET1: dict[str, tuple[float, str, str, str]] = {
    "handwritten_patterns": (9298, "patterns", "397", ""),
    "train_handwritten_patterns": (7291, "patterns", "397", ""),
    "test_handwritten_patterns": (2007, "patterns", "397", ""),
    "printed_patterns": (3349, "patterns", "397", "100 more than its two parts, 2549 and 700"),
    "train_printed_patterns": (2549, "patterns", "397", ""),
    "test_printed_patterns": (700, "patterns", "397", ""),
    "printed_fonts": (35, "fonts", "397", "those of the test are others than those of training"),
    "train_patterns": (9840, "patterns", "397", ""),
    "test_patterns": (2707, "patterns", "397", ""),
    "units": (4635, "units", "402", "with the 784 inputs and the bias unit"),
    "connections": (98442, "connections", "402", ""),
    "parameters": (2578, "parameters", "402", ""),
    "times_fewer_parameters": (4, "", "402", "than the network that it was derived from"),
    "passes": (30, "passes", "402", ""),
    "training_time": (3, "days", "402", "about; on a SPARCstation 1, with the simulator SN2"),
    "train.error_percent": (1.1, "%", "402", ""),
    "train.mse": (0.017, "", "402", _FITS_HALF),
    "test.error_percent": (3.4, "%", "402", "every error on a handwritten digit"),
    "test.mse": (0.024, "", "402", _FITS_HALF),
    "test.rejected.thresholds": (5.7, "%", "402", _FITTED),
    "test_handwritten.errors": (92, "patterns", "402", _DERIVED_ERRORS),
    "test_handwritten.error_percent": (4.6, "%", "402", _DERIVED_ERRORS),
    "test_handwritten.rejected.thresholds": (9, "%", "396, 402", f"about; {_FITTED}"),
    "test_printed.error_percent": (0, "%", "402", "derived: every error is on a handwritten digit"),
    "error_percent_after_rejection": (1, "%", "402", ""),
    "errors_badly_cut": (50, "%", "402", "about; of the errors on test digits"),
    "errors_wrongly_labelled": (25, "%", "402", "about; of the errors on test digits"),
    "multiply_adds_per_second": (12.5e6, "multiply-adds/s", "402", "peak of the AT&T DSP-32C"),
    "digits_per_second": (30, "digits/s", "403", "more than; normalised digits, by the DSP-32C"),
    "digits_per_second_from_paper": (10, "digits/s", "403", "10 to 12, with acquisition"),
}

_NET1989: dict[str, tuple[float, str, str, str]] = {
    "units": (1256, "units", _WHOLE_PAPER, "with the 256 inputs, without border and bias unit"),
    "connections": (64660, "connections", _WHOLE_PAPER, ""),
    "connections_into_h1": (19968, "connections", _WHOLE_PAPER, ""),
    "connections_into_h2": (38592, "connections", _WHOLE_PAPER, ""),
    "connections_into_h3": (5790, "connections", _WHOLE_PAPER, ""),
    "parameters": (9760, "parameters", _WHOLE_PAPER, ""),
    "passes": (23, "passes", _WHOLE_PAPER, ""),
    "presentations": (167693, "presentations", _WHOLE_PAPER, ""),
    "training_time": (3, "days", _WHOLE_PAPER, "on a SUN-4/260"),
    "train.error_percent": (0.14, "%", _WHOLE_PAPER, ""),
    "train.errors": (10, "patterns", _WHOLE_PAPER, ""),
    "train.mse": (0.0025, "", _WHOLE_PAPER, ""),
    "test_handwritten.error_percent": (5.0, "%", _WHOLE_PAPER, "102 errors of 2007 are 5.08 %"),
    "test_handwritten.errors": (102, "patterns", _WHOLE_PAPER, ""),
    "test_handwritten.mse": (0.018, "", _WHOLE_PAPER, ""),
    "test_handwritten.rejected.difference": (12.1, "%", _WHOLE_PAPER, ""),
}

_FC40: dict[str, tuple[float, str, str, str]] = {
    "parameters": (10690, "parameters", _WHOLE_PAPER, "256-40-10, fully connected"),
    "train.error_percent": (1.6, "%", _WHOLE_PAPER, ""),
    "test_handwritten.error_percent": (8.1, "%", _WHOLE_PAPER, ""),
    "test_handwritten.rejected.difference": (19.4, "%", _WHOLE_PAPER, ""),
}

_DAMAGE: dict[str, tuple[float, str, str, str]] = {
    "parameters": (2578, "parameters", "602", "with 100 000 connections: LeNet-1"),
    "train_patterns": (9300, "patterns", "602", "about"),
    "test_patterns": (3350, "patterns", "602", "about"),
    "decibels": (16, "dB", "602", "the height of figure 1, which random deletion leaves"),
    "deleted_as_foretold": (800, "parameters", "603", "about; 30 % of all"),
    "deleted_without_change": (1500, "parameters", "603", "up to; 60 % of all, after retraining"),
    "times_fewer_by_a_layer": (
        2,
        "",
        "603",
        "of the 10 000 parameters, a layer cut out",
    ),
    "times_train_mse": (10, "", "603", "of that network, with the layer cut out"),
    "percent_more_test_mse": (50, "%", "603", "of that network, with the layer cut out"),
    "times_fewer_by_hand": (4, "", "604", "interactively"),
    "times_fewer_automatically": (2, "", "604", "more than; an additional factor"),
}

_MNIST: dict[str, tuple[float, str, str, str]] = {
    "test_handwritten.error_percent": (1.7, "%", "2278-2324", "section III; digits at 16 x 16"),
    "test_patterns": (10_000, "patterns", "2278-2324", "section III"),
    "parameters": (2600, "parameters", "2278-2324", "section III; about"),
}

MARKS: Mapping[str, Fact] = {
    "humans": Fact(2.5, "%", "bromley1991neural", "", "about"),
    "tangent distance": Fact(2.6, "%", "simard1993efficient", "50-58", "about; 2.5 to 2.7"),
    "support vectors": Fact(4.0, "%", "schoelkopf1995extracting", "252-257", "about"),
}
"""Error rates of others on the same 2007 test digits."""

PUBLISHED: Mapping[str, Mapping[str, Fact]] = {
    network: {
        name: Fact(value, unit, source, page, note)
        for name, (value, unit, page, note) in rows.items()
    }
    for network, source, rows in (
        ("LENET1", "lecun1989handwritten", _LENET1),
        ("NET1989", "lecun1989backpropagation", _NET1989),
        ("FC40", "lecun1989backpropagation", _FC40),
        ("DAMAGE", "lecun1990optimal", _DAMAGE),
        ("MNIST", "lecun1998gradient", _MNIST),
    )
} | {"MARKS": MARKS}
"""By network, and by measure or other quantity: what its paper states."""

LAYERS = (
    Layer("input", "plane", maps=1, side=28, window=0, page="400"),
    Layer("H1", "convolution", maps=4, side=24, window=5, page="400"),
    Layer("H2", "subsampling", maps=4, side=12, window=2, page="400"),
    Layer("H3", "convolution by Table 1", maps=12, side=8, window=5, page="400-402"),
    Layer("H4", "subsampling", maps=12, side=4, window=2, page="402"),
    Layer("output", "full connection", maps=10, side=1, window=4, page="402"),
)


# --- paper | reproduced ---------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of the table: a measure, and the published value that it is put beside.

    Attributes
    ----------
    what : str
        What is measured, in words.
    measure : str
        The way through a run's summary, from key to key, with dots between.
    published : Fact
    note : str
        How the paper's set or rule differs from ours; empty if it does not.
    """

    what: str
    measure: str
    published: Fact
    note: str = ""

    def measured(self, summary: Mapping[str, Any]) -> Any:
        """Return what a run's summary has of the measure."""
        return reduce(getitem, self.measure.split("."), summary)


@dataclass(frozen=True)
class Comparison:
    """A row with what a run reached, over its networks; None if one of them has diverged."""

    row: Row
    median: float | None
    min: float | None
    max: float | None

    @property
    def holds_published(self) -> bool:
        """Whether the published value lies in our range; not if a network has diverged."""
        if self.min is None or self.max is None:
            return False
        return self.min <= self.row.published.value <= self.max


def _beside(network: str, *rows: tuple[str, ...]) -> tuple[Row, ...]:
    """Make rows of words, a measure, a note, and the published measure if that is another."""
    made = []
    for what, measure, *rest in rows:
        note, other = (*rest, "", "")[:2]
        made.append(Row(what, measure, PUBLISHED[network][other or measure], note))
    return tuple(made)


_OF_9840 = "paper: of 9840, printed digits among them"
_OF_2707 = "paper: of 2707, printed digits among them"
_DERIVED = "paper: derived, 3.4 % of 2707, every error handwritten"
_LEARNED_PRINTED = "paper: after learning printed digits too"
_BY_THRESHOLDS = "paper: by its three thresholds"

WHOLE_ROWS = _beside(
    "LENET1",
    ("train error", "train.error_percent"),
    ("train MSE", "train.mse"),
    ("test error", "test.error_percent"),
    ("test MSE", "test.mse"),
    ("test error, handwritten", "test_handwritten.error_percent", _DERIVED),
    ("test error, printed", "test_printed.error_percent", _DERIVED),
    ("rejected for 1 %, by thresholds", "test.rejected.thresholds"),
    (
        "rejected for 1 %, by difference",
        "test.rejected.difference",
        _BY_THRESHOLDS,
        "test.rejected.thresholds",
    ),
    ("handwritten rejected, by thresholds", "test_handwritten.rejected.thresholds"),
    (
        "handwritten rejected, by difference",
        "test_handwritten.rejected.difference",
        _BY_THRESHOLDS,
        "test_handwritten.rejected.thresholds",
    ),
)
"""LeNet-1 on the whole experiment."""

HANDWRITTEN_ROWS = _beside(
    "LENET1",
    ("train error", "train.error_percent", _OF_9840),
    ("train MSE", "train.mse", _OF_9840),
    ("test error", "test_handwritten.error_percent", _DERIVED),
    ("test MSE", "test_handwritten.mse", _OF_2707, "test.mse"),
    (
        "rejected for 1 %, by thresholds",
        "test_handwritten.rejected.thresholds",
        _LEARNED_PRINTED,
    ),
    (
        "rejected for 1 %, by difference",
        "test_handwritten.rejected.difference",
        f"{_BY_THRESHOLDS}, {_LEARNED_PRINTED.removeprefix('paper: ')}",
        "test_handwritten.rejected.thresholds",
    ),
)
"""A network that learned handwritten digits alone, beside the paper's, which learned both kinds."""

ROWS_OF_RELATIVES = {
    "NET1989": _beside(
        "NET1989",
        ("train error", "train.error_percent"),
        ("train MSE", "train.mse"),
        ("test error", "test_handwritten.error_percent"),
        ("test MSE", "test_handwritten.mse"),
        ("rejected for 1 %, by difference", "test_handwritten.rejected.difference"),
    ),
    "FC40": _beside(
        "FC40",
        ("train error", "train.error_percent"),
        ("test error", "test_handwritten.error_percent"),
        ("rejected for 1 %, by difference", "test_handwritten.rejected.difference"),
    ),
}


def rows_of(summary: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the rows that a run's summary can be put beside."""
    of_both = WHOLE_ROWS if "test_printed" in summary else HANDWRITTEN_ROWS
    if summary.get("test_handwritten", {}).get("patterns") == _MNIST["test_patterns"][0]:
        return _beside("MNIST", ("test error", "test_handwritten.error_percent"))
    if summary.get("energy", "squares") != "squares":  # an MSE of probabilities is another thing
        return tuple(row for row in of_both if not row.measure.endswith(".mse"))
    return ROWS_OF_RELATIVES.get(summary.get("architecture", ""), of_both)


def side_by_side(rows: Iterable[Row], summary: Mapping[str, Any]) -> list[Comparison]:
    """Put what a run measured beside what was published.

    Parameters
    ----------
    rows : iterable of Row
        `HANDWRITTEN_ROWS` or `WHOLE_ROWS`.
    summary : mapping
        A run's summary.json, as read.

    Raises
    ------
    KeyError
        If the summary lacks one of the rows' measures.
    """
    found = [(row, row.measured(summary)) for row in rows]
    return [Comparison(row, ours["median"], ours["min"], ours["max"]) for row, ours in found]
