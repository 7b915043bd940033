"""What was published, with pages: the one place where the papers' numbers stand.

Tables, figures, tests and chapters read them from here, so that a figure which is compared with
ours can be traced to its page. `PAPER` is the paper reproduced; `SISTER` and `BASELINE` are the
two networks of its sister paper; `MARKS` are error rates of others on the same test digits.
`HANDWRITTEN_ROWS` and `WHOLE_ROWS` say which published figure stands beside which of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """A publication. `pages` are those of the whole of it, empty if it has none of its own."""

    key: str
    authors: tuple[str, ...]
    title: str
    venue: str
    year: int
    pages: str = ""

    def __str__(self) -> str:
        where = f"{self.venue}, {self.pages}" if self.pages else self.venue
        return f"{', '.join(self.authors)} ({self.year}). {self.title}. {where}."


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


@dataclass(frozen=True)
class Layer:
    """A layer as published: its feature maps, their side in units, the side of a unit's window."""

    name: str
    kind: str
    maps: int
    side: int
    window: int
    page: str


# --- sources --------------------------------------------------------------------------------

_BELL_LABS_SEVEN = (
    "Y. Le Cun",
    "B. Boser",
    "J. S. Denker",
    "D. Henderson",
    "R. E. Howard",
    "W. Hubbard",
    "L. D. Jackel",
)

SOURCES = {
    source.key: source
    for source in (
        Source(
            "lecun1989handwritten",
            _BELL_LABS_SEVEN,
            "Handwritten Digit Recognition with a Back-Propagation Network",
            "Advances in Neural Information Processing Systems 2 (meeting of 1989, printed 1990)",
            1989,
            "396-404",
        ),
        Source(
            "lecun1989backpropagation",
            ("Y. LeCun", *_BELL_LABS_SEVEN[1:]),
            "Backpropagation Applied to Handwritten Zip Code Recognition",
            "Neural Computation 1(4)",
            1989,
            "541-551",
        ),
        Source(
            "becker1989improving",
            ("S. Becker", "Y. Le Cun"),
            "Improving the Convergence of Back-Propagation Learning with Second-Order Methods",
            "Proceedings of the 1988 Connectionist Models Summer School",
            1989,
            "29-37",
        ),
        Source(
            "lecun1990optimal",
            ("Y. Le Cun", "J. S. Denker", "S. A. Solla"),
            "Optimal Brain Damage",
            "Advances in Neural Information Processing Systems 2",
            1990,
            "598-605",
        ),
        Source(
            "lecun1998gradient",
            ("Y. LeCun", "L. Bottou", "Y. Bengio", "P. Haffner"),
            "Gradient-Based Learning Applied to Document Recognition",
            "Proceedings of the IEEE 86(11)",
            1998,
            "2278-2324",
        ),
        Source(
            "lecun1998efficient",
            ("Y. LeCun", "L. Bottou", "G. B. Orr", "K.-R. Müller"),
            "Efficient BackProp",
            "Neural Networks: Tricks of the Trade, LNCS 1524",
            1998,
            "9-50",
        ),
        Source(
            "bromley1991neural",
            ("J. Bromley", "E. Säckinger"),
            "Neural-Network and k-Nearest-Neighbor Classifiers",
            "AT&T Bell Laboratories, technical report 11359-910819-16TM",
            1991,
        ),
        Source(
            "simard1993efficient",
            ("P. Simard", "Y. LeCun", "J. Denker"),
            "Efficient Pattern Recognition Using a New Transformation Distance",
            "Advances in Neural Information Processing Systems 5",
            1993,
            "50-58",
        ),
        Source(
            "schoelkopf1995extracting",
            ("B. Schölkopf", "C. Burges", "V. Vapnik"),
            "Extracting Support Data for a Given Task",
            "Proceedings of the First International Conference on Knowledge Discovery and Data "
            "Mining",
            1995,
            "252-257",
        ),
    )
}


def _facts(source: str, **rows: tuple[Any, ...]) -> dict[str, Fact]:
    """Give each row, (value, unit, page) and perhaps a note, its source."""
    return {
        name: Fact(value, unit, source, page, *note)
        for name, (value, unit, page, *note) in rows.items()
    }


# --- the paper ------------------------------------------------------------------------------

_DERIVED_ERRORS = "derived: 3.4 % of 2707, no printed digit among the errors; 91 to 93 fit as well"

PAPER: Mapping[str, Fact] = _facts(
    "lecun1989handwritten",
    handwritten_patterns=(9298, "patterns", "397"),
    train_handwritten_patterns=(7291, "patterns", "397"),
    test_handwritten_patterns=(2007, "patterns", "397"),
    printed_patterns=(3349, "patterns", "397", "100 more than its two parts, 2549 and 700"),
    train_printed_patterns=(2549, "patterns", "397"),
    test_printed_patterns=(700, "patterns", "397"),
    printed_fonts=(35, "fonts", "397"),
    train_patterns=(9840, "patterns", "397"),
    test_patterns=(2707, "patterns", "397"),
    units=(4635, "units", "402", "with the 784 inputs and the bias unit"),
    connections=(98442, "connections", "402"),
    parameters=(2578, "parameters", "402"),
    passes=(30, "passes", "402"),
    training_time=(3, "days", "402", "about; on a SPARCstation 1, with the simulator SN2"),
    train_error_percent=(1.1, "%", "402"),
    train_mse=(0.017, "", "402", "fits half the mean over outputs and patterns"),
    test_error_percent=(3.4, "%", "402", "every error on a handwritten digit"),
    test_handwritten_errors=(92, "patterns", "402", _DERIVED_ERRORS),
    test_handwritten_error_percent=(4.6, "%", "402", _DERIVED_ERRORS),
    test_printed_error_percent=(0, "%", "402", "derived: every error is on a handwritten digit"),
    test_mse=(0.024, "", "402", "fits half the mean over outputs and patterns"),
    error_percent_after_rejection=(1, "%", "402"),
    reject_percent=(5.7, "%", "402", "thresholds fitted on the test set"),
    reject_percent_handwritten=(9, "%", "396, 402", "about; thresholds fitted on the test set"),
    digits_per_second=(30, "digits/s", "402-403", "normalised digits, on an AT&T DSP-32C"),
    digits_per_second_from_paper=(10, "digits/s", "402-403", "10 to 12, with acquisition"),
)

LAYERS = (
    Layer("input", "plane", maps=1, side=28, window=0, page="400"),
    Layer("H1", "convolution", maps=4, side=24, window=5, page="400"),
    Layer("H2", "subsampling", maps=4, side=12, window=2, page="400"),
    Layer("H3", "convolution by Table 1", maps=12, side=8, window=5, page="400-402"),
    Layer("H4", "subsampling", maps=12, side=4, window=2, page="402"),
    Layer("output", "full connection", maps=10, side=1, window=4, page="402"),
)


# --- the sister paper -----------------------------------------------------------------------

SISTER: Mapping[str, Fact] = _facts(
    "lecun1989backpropagation",
    units=(1256, "units", "541-551", "with the 256 inputs, without border and bias unit"),
    connections=(64660, "connections", "541-551"),
    connections_into_h1=(19968, "connections", "541-551"),
    connections_into_h2=(38592, "connections", "541-551"),
    connections_into_h3=(5790, "connections", "541-551"),
    parameters=(9760, "parameters", "541-551"),
    passes=(23, "passes", "541-551"),
    presentations=(167693, "presentations", "541-551"),
    training_time=(3, "days", "541-551", "on a SUN-4/260"),
    train_error_percent=(0.14, "%", "541-551"),
    train_errors=(10, "patterns", "541-551"),
    train_mse=(0.0025, "", "541-551"),
    test_error_percent=(5.0, "%", "541-551", "its 102 errors of 2007 are 5.08 %"),
    test_errors=(102, "patterns", "541-551"),
    test_mse=(0.018, "", "541-551"),
    reject_percent=(12.1, "%", "541-551", "by the difference of the two top outputs"),
)

BASELINE: Mapping[str, Fact] = _facts(
    "lecun1989backpropagation",
    parameters=(10690, "parameters", "541-551", "256-40-10, fully connected"),
    train_error_percent=(1.6, "%", "541-551"),
    test_error_percent=(8.1, "%", "541-551"),
    reject_percent=(19.4, "%", "541-551"),
)


# --- other marks on the same 2007 test digits -----------------------------------------------

MARKS: Mapping[str, Fact] = {
    "humans": Fact(2.5, "%", "bromley1991neural", "", "about"),
    "tangent distance": Fact(2.6, "%", "simard1993efficient", "50-58", "about; 2.5 to 2.7"),
    "support vectors": Fact(4.0, "%", "schoelkopf1995extracting", "252-257", "about"),
}


# --- paper | reproduced ---------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of the table: a published figure and the place of ours in a run's summary.

    Attributes
    ----------
    what : str
        What is measured, in words.
    key : str
        The way through the summary, from key to key, with dots between.
    published : Fact
    note : str
        How the paper's set or rule differs from ours; empty if it does not.
    """

    what: str
    key: str
    published: Fact
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """A row with what a run reached, over its networks; None if one of them has diverged."""

    row: Row
    median: float | None
    min: float | None
    max: float | None


_REJECTED = "reject_percent_for_1_percent_error"
_WITH_PRINTED_9840 = "paper: of 9840, printed digits among them"
_WITH_PRINTED_2707 = "paper: of 2707, printed digits among them"
_DERIVED = "paper: derived, 3.4 % of 2707, every error handwritten"
_LEARNED_PRINTED = "paper: after learning printed digits too"
_BY_DIFFERENCE = "paper: by its three thresholds"

HANDWRITTEN_ROWS = (
    Row("train error", "train.error_percent", PAPER["train_error_percent"], _WITH_PRINTED_9840),
    Row("train MSE", "train.mse", PAPER["train_mse"], _WITH_PRINTED_9840),
    Row(
        "test error",
        "test_handwritten.error_percent",
        PAPER["test_handwritten_error_percent"],
        _DERIVED,
    ),
    Row("test MSE", "test_handwritten.mse", PAPER["test_mse"], _WITH_PRINTED_2707),
    Row(
        "rejected for 1 %, by thresholds",
        f"{_REJECTED}.test_handwritten.thresholds",
        PAPER["reject_percent_handwritten"],
        _LEARNED_PRINTED,
    ),
    Row(
        "rejected for 1 %, by difference",
        f"{_REJECTED}.test_handwritten.difference",
        PAPER["reject_percent_handwritten"],
        f"{_BY_DIFFERENCE}, {_LEARNED_PRINTED.removeprefix('paper: ')}",
    ),
)

WHOLE_ROWS = (
    Row("train error", "train.error_percent", PAPER["train_error_percent"]),
    Row("train MSE", "train.mse", PAPER["train_mse"]),
    Row("test error", "test.error_percent", PAPER["test_error_percent"]),
    Row("test MSE", "test.mse", PAPER["test_mse"]),
    Row(
        "test error, handwritten",
        "test_handwritten.error_percent",
        PAPER["test_handwritten_error_percent"],
        _DERIVED,
    ),
    Row(
        "test error, printed",
        "test_printed.error_percent",
        PAPER["test_printed_error_percent"],
        _DERIVED,
    ),
    Row(
        "rejected for 1 %, by thresholds",
        f"{_REJECTED}.test.thresholds",
        PAPER["reject_percent"],
    ),
    Row(
        "rejected for 1 %, by difference",
        f"{_REJECTED}.test.difference",
        PAPER["reject_percent"],
        _BY_DIFFERENCE,
    ),
    Row(
        "handwritten rejected, by thresholds",
        f"{_REJECTED}.test_handwritten.thresholds",
        PAPER["reject_percent_handwritten"],
    ),
    Row(
        "handwritten rejected, by difference",
        f"{_REJECTED}.test_handwritten.difference",
        PAPER["reject_percent_handwritten"],
        _BY_DIFFERENCE,
    ),
)


SISTER_ROWS = (
    Row("train error", "train.error_percent", SISTER["train_error_percent"]),
    Row("train MSE", "train.mse", SISTER["train_mse"]),
    Row("test error", "test_handwritten.error_percent", SISTER["test_error_percent"]),
    Row("test MSE", "test_handwritten.mse", SISTER["test_mse"]),
    Row(
        "rejected for 1 %, by difference",
        f"{_REJECTED}.test_handwritten.difference",
        SISTER["reject_percent"],
    ),
)

BASELINE_ROWS = (
    Row("train error", "train.error_percent", BASELINE["train_error_percent"]),
    Row("test error", "test_handwritten.error_percent", BASELINE["test_error_percent"]),
    Row(
        "rejected for 1 %, by difference",
        f"{_REJECTED}.test_handwritten.difference",
        BASELINE["reject_percent"],
    ),
)

ROWS_OF_RELATIVES = {"NET1989": SISTER_ROWS, "FC40": BASELINE_ROWS}


def rows_of(summary: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the rows that a run's summary can be put beside."""
    of_both = WHOLE_ROWS if "test_printed" in summary else HANDWRITTEN_ROWS
    if summary.get("energy", "squares") != "squares":  # an MSE of probabilities is another thing
        return tuple(row for row in of_both if not row.key.endswith(".mse"))
    return ROWS_OF_RELATIVES.get(summary.get("architecture", ""), of_both)


def side_by_side(rows: Iterable[Row], summary: Mapping[str, Any]) -> list[Comparison]:
    """Put a run's figures beside the published ones.

    Parameters
    ----------
    rows : iterable of Row
        `HANDWRITTEN_ROWS` or `WHOLE_ROWS`.
    summary : mapping
        A run's summary.json, as read.

    Raises
    ------
    KeyError
        If the summary lacks one of the rows' figures.
    """
    comparisons = []
    for row in rows:
        ours: Any = summary
        for step in row.key.split("."):
            ours = ours[step]
        comparisons.append(Comparison(row, ours["median"], ours["min"], ours["max"]))
    return comparisons
