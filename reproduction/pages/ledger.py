"""The ledger: every claim of the sources, what was done about it, and what shows it.

The rows are data (book/ledger.toml). Their texts hold no measure of ours: what a source prints is
named by its fact in `reproduction.paper`, and what was reached here by its place in a run's summary
or in a study's record; all are filled in when a table is made. The tests say what is asked of a
row, and the book's style sheet how it looks.
"""

from __future__ import annotations

import html
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reproduction.learning.converter import converter
from reproduction.pages.filling import SummaryOf, fill, run_summary
from reproduction.pages.shown import Html
from reproduction.pages.words import names
from reproduction.paper import PUBLISHED, Fact
from reproduction.sources import SOURCES, Source

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "book" / "ledger.toml"

TUTORIAL = "tutorial"
"""The source without pages: a reader's starting point of 2025."""

STATUSES = {
    "reproduced": "✓ Reproduced",
    "differs": "≠ Differs",
    "open": "○ Left open",
    "contradiction": "! The source contradicts itself",
}


# ---- The rows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A claim, and what became of it.

    Attributes
    ----------
    claim : str
        What the source says, in our words; `{LENET1[units]}` stands for a published fact.
    status : str
        One of `STATUSES`.
    done : str
        What was done; `fill` says which measures it can name.
    shown : tuple of str
        What shows it: tests, as "tests/.../test_x.py::test_y", and chapters, as "book/x.md".
    page : str
        The page, or the section by its name; by default those of the published facts.
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
    def facts(self) -> dict[str, Fact | None]:
        """The published facts that the claim names, as "LENET1[units]"; None if there is none."""
        fields = (name for _, name, _, _ in string.Formatter().parse(self.claim) if name)
        named = [re.match(r"([A-Z]\w*)\[([^]]+)\]", name) for name in fields]
        return {found[0]: PUBLISHED.get(found[1], {}).get(found[2]) for found in named if found}

    @property
    def pages(self) -> str:
        """The page given, or those of the published facts."""
        return self.page or ", ".join(
            dict.fromkeys(fact.page for fact in self.facts.values() if fact)
        )


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

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each status."""
        statuses = [row.status for _, row in self]
        return {status: statuses.count(status) for status in STATUSES}


@cache
def load(file: Path = FILE) -> Ledger:
    """Read the rows."""
    return converter.structure(tomllib.loads(file.read_text(encoding="utf-8")), Ledger)


# ---- The page ---------------------------------------------------------------------------------

# The roles keep the table a table for those who hear it where a phone stacks its cells.
_TABLE = """
<table class="ledger" role="table">
  <thead role="rowgroup">
    <tr role="row">
      <th scope="col" role="columnheader">{head}</th>
      <th scope="col" role="columnheader">Here</th>
    </tr>
  </thead>
  <tbody role="rowgroup">{rows}</tbody>
</table>
"""
_ROW = """
<tr role="row" data-status="{status}">
  <td role="cell">{claim} <span class="page">{where}</span></td>
  <td role="cell">
    <span class="status">{said}</span> {done} <span class="shown">Shown by {shown}.</span>
  </td>
</tr>
"""
_CHOICE = """
<fieldset class="ledger">
  <legend>Rows to show</legend>
  <label><input type="radio" name="ledger" id="ledger-all" checked> All {all}</label>{rest}
</fieldset>
"""
_ONE = """
  <label><input type="radio" name="ledger" id="ledger-{status}"> {said}: {count}</label>"""


def choice(ledger: Ledger | None = None) -> Html:
    """Return the head of the page: which rows to show, and how many there are of each."""
    counts = (ledger or load()).counts()
    rest = "".join(
        _ONE.format(status=status, said=STATUSES[status], count=count)
        for status, count in counts.items()
    )
    return Html(_CHOICE.format(all=sum(counts.values()), rest=rest))


def table(group: Group | str, summary_of: SummaryOf = run_summary) -> Html:
    """Return a group of rows, or that of a name, as a table."""
    group = load().group(group) if isinstance(group, str) else group
    rows = "".join(
        _ROW.format(
            status=row.status,
            said=STATUSES[row.status],
            claim=_marked(fill(row.claim, summary_of)),
            done=_marked(fill(row.done, summary_of)),
            where=html.escape(_where(group, row)),
            shown=", ".join(_link(place) for place in row.shown),
        )
        for row in group.rows
    )
    return Html(_TABLE.format(head=group.head, rows=rows))


def _where(group: Group, row: Row) -> str:
    """Return the source, where it is not the group's, and the page, where there is one of many."""
    source = SOURCES.get(group.source_of(row))
    if source is None:
        return ""
    where = [_short(source)] if row.source else []
    if row.pages != source.pages:
        several = "pp." if re.search(r"\D", row.pages) else "p."
        where.append(f"{several} {row.pages}" if row.pages[:1].isdigit() else row.pages)
    return re.sub(r"(?<=\d)-(?=\d)", "–", ", ".join(where))


def _short(source: Source) -> str:
    authors = [author.split(". ")[-1] for author in source.authors]
    who = names(authors) if len(authors) < 3 else f"{authors[0]} et al."
    return f"{who} {source.year}, “{source.title}”"


def _marked(text: str) -> str:
    """Escape a text, set its apostrophes, products and minus signs, and mark the code in it."""
    text = html.escape(text, quote=False).replace("'", "’")
    text = re.sub(r"(?<=\d) x (?=\d)", " × ", text)
    text = re.sub(r"(?<![\w-])-(?=\d)", "−", text)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def _link(place: str) -> str:
    path, _, test = place.partition("::")
    if test:
        module = path.rpartition("/")[2]
        return f"<code>{module}::{test}</code>".replace("_", "_<wbr>").replace("::", "::<wbr>")
    file = ROOT / path
    return f'<a href="{file.stem}.html">{html.escape(_title(file))}</a>'


def _title(chapter: Path) -> str:
    text = chapter.read_text(encoding="utf-8") if chapter.is_file() else ""
    heading = re.search(r"^# +(.+?) *$", text.partition("```")[0], flags=re.MULTILINE)
    return heading[1] if heading else chapter.stem.replace("-", " ")
