"""The ledger: every claim of the sources, what was done about it, and what shows it.

The rows are data (book/ledger.toml). Their texts hold no figure of their own: what a source prints
is named by its fact in `reproduction.paper`, and what was reached here by its place in a run's
summary or in a study's record; all are filled in when a table is made. `faults` says what in the
rows leads nowhere.
"""

from __future__ import annotations

import ast
import html
import re
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from reproduction import studies
from reproduction.learning import recipes
from reproduction.learning.converter import converter
from reproduction.network import LENET1
from reproduction.network.relatives import TUTORIAL as TUTORIAL_NETWORK
from reproduction.network.relatives import TUTORIAL_CODE
from reproduction.paper import PUBLISHED, SOURCES, Fact, Source
from reproduction.studies import comparison

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "book" / "ledger.toml"
RECORDS = ROOT / "book" / "records"

TUTORIAL = "tutorial"
"""The source without pages: a reader's starting point of 2025."""


STATUSES = {
    "reproduced": "Reproduced",
    "differs": "Differs",
    "open": "Left open",
    "contradiction": "The source contradicts itself",
}
_MARKS = {"reproduced": "✓", "differs": "≠", "open": "○", "contradiction": "!"}

SummaryOf = Callable[[str], Mapping[str, Any]]
"""Gives a run's summary by the name of its recipe."""


@dataclass(frozen=True)
class Row:
    """A claim, and what became of it.

    Attributes
    ----------
    claim : str
        What the source says, in our words; `{LENET1[name]}` stands for a published figure.
    status : str
        One of `STATUSES`.
    done : str
        What was done; `{ours[key]}` stands for a figure of a run.
    shown : tuple of str
        What shows it: tests, as "tests/.../test_x.py::test_y", and chapters, as "book/x.md" or
        "book/x.md#heading".
    page : str
        The page, or the section by its name; by default those of the published figures.
    source : str
        A key of `SOURCES` or `TUTORIAL`; by default the group's.
    """

    claim: str
    status: str
    done: str
    shown: tuple[str, ...]
    page: str = ""
    source: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """The published figures that the claim names, as "LENET1[units]"."""
        return tuple(name.split("]")[0] + "]" for name in _fields(self.claim) if name[0].isupper())

    @property
    def pages(self) -> str:
        """The page given, or those of the published figures."""
        return self.page or ", ".join(dict.fromkeys(fact_of(name).page for name in self.facts))


@dataclass(frozen=True)
class Group:
    """Rows on one subject, in the order of the source; `head` stands above the claims."""

    name: str
    source: str
    rows: tuple[Row, ...]
    head: str = "The source says"

    def source_of(self, row: Row) -> str:
        """Return the key of a row's source."""
        return row.source or self.source


@dataclass(frozen=True)
class Ledger:
    """All groups, in their order."""

    groups: tuple[Group, ...]

    def __iter__(self) -> Iterator[tuple[Group, Row]]:
        return ((group, row) for group in self.groups for row in group.rows)

    def group(self, name: str) -> Group:
        """Return a group by its name."""
        return {group.name: group for group in self.groups}[name]


def load(file: Path = FILE) -> Ledger:
    """Read the rows."""
    return converter.structure(tomllib.loads(file.read_text(encoding="utf-8")), Ledger)


# ---- The figures in the texts -----------------------------------------------------------------


def fact_of(name: str) -> Fact:
    """Return the published figure that is named "LENET1[units]"."""
    table, key = name.rstrip("]").split("[")
    return PUBLISHED[table][key]


def _fields(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name)


@dataclass(frozen=True)
class Figures:
    """The figures of runs, by their way through the summary: median and range over the networks.

    "test.error_percent" is a figure of the recipe "paper", "staged/test.error_percent" of another;
    "test.errors" are the patterns misclassified.
    """

    summary_of: SummaryOf

    def __getitem__(self, name: str) -> str:
        recipe, _, key = f"paper/{name}".rpartition("/")
        recipe = recipe.rpartition("/")[2]
        found: Any = self.summary_of(recipe)
        factor = 1.0
        if key.endswith(".errors"):
            part = key.removesuffix(".errors")
            factor = found[part]["patterns"] / 100
            key = f"{part}.error_percent"
            form, unit = "{:.4g}", ""
        else:
            form, unit = ("{:.4f}", "") if key.endswith("mse") else ("{:.2f}", " %")
        for step in key.split("."):
            found = found[step]
        if not isinstance(found, Mapping):
            return f"{found:.0f}" if key == "seconds" else form.format(found) + unit
        if found["median"] is None:
            return "diverged"
        median, low, high = (
            form.format(factor * found[which]) for which in ("median", "min", "max")
        )
        return f"{median}{unit} ({low} to {high}{unit})"


@dataclass(frozen=True)
class Studied:
    """The figures in the records of studies, by study, arm and figure: median and range.

    "relatives/NET1989/test_handwritten.errors", the figure as in `comparison.values`; or
    "cpu_seconds", the median over banks.
    """

    records: Path

    def __getitem__(self, name: str) -> str:
        study, arm, figure = name.split("/")
        record = _record(self.records / f"{study}.json")
        if figure == "cpu_seconds":
            seconds = [bank[figure] for bank in record["banks"] if bank["arm"] == arm]
            return f"{np.median(seconds):.0f}"
        found = comparison.values(record, arm, figure)
        if not np.isfinite(found).all():
            return "diverged"
        if figure.endswith("mse"):
            form, unit = "{:.4f}", ""
        else:
            form, unit = ("{:.4g}", "") if figure.endswith("errors") else ("{:.2f}", " %")
        median, low, high = (
            form.format(number) for number in (np.median(found), found.min(), found.max())
        )
        return f"{median}{unit} ({low} to {high}{unit})"


@dataclass(frozen=True)
class Answers:
    """What the published figures say about the arms of a study, by its name, in a sentence."""

    records: Path

    def __getitem__(self, study: str) -> str:
        return comparison.answer(_record(self.records / f"{study}.json")).sentence


@cache
def _record(path: Path) -> Mapping[str, Any]:
    return studies.read_record(path)


@cache
def derived() -> dict[str, float]:
    """Return what follows from published figures, or from a description, by arithmetic."""
    errors, patterns = (
        PUBLISHED["NET1989"]["test_handwritten.errors"].value,
        PUBLISHED["LENET1"]["test_handwritten_patterns"].value,
    )
    return {
        "printed": PUBLISHED["LENET1"]["train_printed_patterns"].value
        + PUBLISHED["LENET1"]["test_printed_patterns"].value,
        "sister_test_percent": 100 * errors / patterns,
        "tutorial_described": TUTORIAL_NETWORK.counts().parameters,
        "tutorial_plain": TUTORIAL_CODE.counts().parameters,
    }


def fill(text: str, summary_of: SummaryOf, records: Path = RECORDS) -> str:
    """Put the figures into a text."""
    filled = text.format(
        **PUBLISHED,
        ours=Figures(summary_of),
        study=Studied(records),
        answer=Answers(records),
        counts=LENET1.counts(),
        stage=recipes.PAPER.stages[0],
        derived=derived(),
    )
    return filled.replace(" %", "\N{NO-BREAK SPACE}%")


# ---- Checking ---------------------------------------------------------------------------------


def faults(ledger: Ledger, root: Path = ROOT) -> list[str]:
    """Return what is wrong with the rows, a line each.

    Parameters
    ----------
    ledger : Ledger
    root : Path
        The folder with tests/ and book/.
    """
    found = []
    for group, row in ledger:
        where = f"{group.name}, {row.claim[:40]!r}"
        if row.status not in STATUSES:
            found.append(f"{where}: the status {row.status!r} is none of {', '.join(STATUSES)}.")
        if fault := _fault_of_source(group.source_of(row), row):
            found.append(f"{where}: {fault}")
        if not row.shown:
            found.append(f"{where}: nothing shows it.")
        found += [f"{where}: {fault}" for place in row.shown if (fault := _astray(place, root))]
    return found


def _fault_of_source(key: str, row: Row) -> str:
    if key != TUTORIAL and key not in SOURCES:
        return f"there is no source {key!r}."
    unknown = [name for name in row.facts if not _is_fact(name)]
    if unknown:
        return f"there is no published figure {', '.join(unknown)}."
    if strange := [name for name in row.facts if key not in (TUTORIAL, fact_of(name).source)]:
        return f"{', '.join(strange)} is not a figure of {key}."
    if key == TUTORIAL:
        return ""
    if not row.pages:
        return "there is no page."
    if not row.pages[0].isdigit():  # a section by its name
        return ""
    first, last = _span(SOURCES[key].pages)
    from_page, to_page = _span(row.pages)
    return "" if first <= from_page <= to_page <= last else f"page {row.pages} is not in {key}."


def _is_fact(name: str) -> bool:
    table, _, key = name.rstrip("]").partition("[")
    return key in PUBLISHED.get(table, {})


def _span(pages: str) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", pages)]
    return min(numbers), max(numbers)


def _astray(place: str, root: Path) -> str:
    """Say where a test or a chapter is missing, if it is."""
    path, separator, name = place.partition("::") if "::" in place else place.partition("#")
    folder = "tests" if separator == "::" else "book"
    file = root / path
    if not path.startswith(f"{folder}/") or not file.is_file():
        return f"there is no {path}."
    text = file.read_text(encoding="utf-8")
    if separator == "::" and name not in functions(text):
        return f"{path} has no function {name}."
    if separator == "#" and name not in anchors(text):
        return f"{path} has no heading {name!r}."
    return ""


def functions(source: str) -> set[str]:
    """Return the names of the test functions that a module defines."""
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def anchors(chapter: str) -> set[str]:
    """Return the anchors of a chapter's headings on its page, and its labels."""
    text = re.sub(r"^(```+|~~~+).*?^\1", "", chapter, flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ +(.+?) *$", text, flags=re.MULTILINE)
    named = {re.sub(r"[^a-z0-9]+", "-", line.lower()).strip("-0123456789") for line in headings}
    return named | set(re.findall(r"^\(([\w-]+)\)=$", text, flags=re.MULTILINE))


# ---- The page ---------------------------------------------------------------------------------


def counts(ledger: Ledger) -> dict[str, int]:
    """Return how many rows there are of each status."""
    statuses = [row.status for _, row in ledger]
    return {status: statuses.count(status) for status in STATUSES}


def choice(ledger: Ledger) -> str:
    """Return the head of the page, as HTML: which rows to show, and how many there are of each."""
    options = {"all": f"All {len(list(ledger))}"} | {
        status: f"{_MARKS[status]} {STATUSES[status]}: {number}"
        for status, number in counts(ledger).items()
    }
    inputs = "".join(
        f'<label><input type="radio" name="ledger" id="ledger-{status}" '
        f"{'checked' if status == 'all' else ''}> {text}</label>"
        for status, text in options.items()
    )
    hiding = "".join(
        f"body:has(#ledger-{status}:checked) table.ledger tr[data-status]"
        f":not([data-status={status}]) {{display: none}}"
        for status in STATUSES
    )
    legend = "<legend>Rows to show</legend>"
    return f"<style>{_STYLE}{hiding}</style><fieldset class='ledger'>{legend}{inputs}</fieldset>"


def table(group: Group, summary_of: SummaryOf, root: Path = ROOT) -> str:
    """Return a group of rows as a table, in HTML."""
    rows = "".join(_row(group, row, summary_of, root) for row in group.rows)
    head = '<th scope="col" role="columnheader">{}</th>'
    return (
        '<table class="ledger" role="table"><thead role="rowgroup"><tr role="row">'
        f"{head.format(group.head)}{head.format('Here')}</tr></thead>"
        f'<tbody role="rowgroup">{rows}</tbody></table>'
    )


def _row(group: Group, row: Row, summary_of: SummaryOf, root: Path) -> str:
    claim, done = (_marked(fill(text, summary_of)) for text in (row.claim, row.done))
    source = SOURCES.get(group.source_of(row))
    where = [_short(source)] if source and row.source else []
    if source and row.pages != source.pages:  # more than that it is in there somewhere
        where.append(_said_page(row.pages))
    page = f'<span class="page">{html.escape(", ".join(where))}</span>'
    shown = ", ".join(_link(place, root) for place in row.shown)
    status = f'<span class="status">{_MARKS[row.status]} {STATUSES[row.status]}</span>'
    return (
        f'<tr role="row" data-status="{row.status}"><td role="cell">{claim} {page}</td>'
        f'<td role="cell">{status} {done} <span class="shown">Shown by {shown}.</span></td></tr>'
    )


def _said_page(pages: str) -> str:
    if not pages[:1].isdigit():
        return pages
    return f"pp. {pages}" if re.search(r"\D", pages) else f"p. {pages}"


def _short(source: Source) -> str:
    names = [author.split(". ")[-1] for author in source.authors]
    who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{who} {source.year}, “{source.title}”"


def _marked(text: str) -> str:
    """Escape a text, and mark the code in it."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def _link(place: str, root: Path) -> str:
    if "::" in place:
        path, _, name = place.partition("::")
        module = path.rpartition("/")[2]
        return f"<code>{module}::{name}</code>".replace("_", "_<wbr>").replace("::", "::<wbr>")
    path, _, anchor = place.partition("#")
    file = root / path
    address = f"{file.stem}.html" + (f"#{anchor}" if anchor else "")
    return f'<a href="{address}">{html.escape(_title(file))}</a>'


def _title(chapter: Path) -> str:
    text = chapter.read_text(encoding="utf-8") if chapter.is_file() else ""
    heading = re.search(r"^# +(.+?) *$", text.partition("```")[0], flags=re.MULTILINE)
    return heading[1] if heading else chapter.stem.replace("-", " ")


_STYLE = """
table.ledger {width: 100%; border-collapse: collapse; margin: 0 0 1.5rem; line-height: 1.45}
table.ledger th {text-align: left; border-bottom: 2px solid var(--pst-color-border)}
table.ledger th, table.ledger td {padding: .6rem .75rem; vertical-align: top; text-align: left}
table.ledger td {border-bottom: 1px solid var(--pst-color-border); overflow-wrap: anywhere}
table.ledger td:first-child {width: 42%}
table.ledger .page, table.ledger .shown {color: var(--pst-color-text-muted); font-size: .85em}
table.ledger .shown {display: block; margin-top: .3rem}
table.ledger .shown code {color: inherit; font-size: .95em; background: none; border: 0; padding: 0}
table.ledger .status {font-weight: 600; display: block}
table.ledger tr[data-status] td:first-child {border-left: 4px solid var(--tint)}
table.ledger tr[data-status=reproduced] {--tint: #009e73}
table.ledger tr[data-status=differs] {--tint: #d55e00}
table.ledger tr[data-status=open] {--tint: #8a8a8a}
table.ledger tr[data-status=contradiction] {--tint: #cc79a7}
fieldset.ledger {border: 0; padding: 0; margin: 1rem 0; display: flex; flex-wrap: wrap;
  gap: .35rem 1.25rem}
fieldset.ledger legend {font-weight: 600; font-size: 1em; margin: 0}
@media (max-width: 40rem) {
  table.ledger, table.ledger tbody, table.ledger tr, table.ledger td {display: block}
  table.ledger thead {position: absolute; clip-path: inset(50%); width: 1px; height: 1px;
    overflow: hidden}
  table.ledger td:first-child {width: auto; border-bottom: 0; padding-bottom: 0}
  table.ledger tr[data-status] {border-left: 4px solid var(--tint)}
  table.ledger tr[data-status] td:first-child {border-left: 0; font-weight: 600}
  table.ledger .page {font-weight: 400}
}
"""
