"""Figures and tables as a page shows them, and as those hear them who do not see it."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure

from reproduction import figures
from reproduction.pages.inline import drawn
from reproduction.pages.words import Words


@dataclass(frozen=True)
class Html:
    """What a page or a notebook shows as HTML."""

    text: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.text

    def __add__(self, below: Html) -> Html:
        """Return both, one below the other."""
        return Html(self.text + below.text)


def show(figure: Figure, caption: str = "") -> Html:
    """Return a figure for the page, with its description for those who do not see it.

    Parameters
    ----------
    figure : Figure
        Its label is the description; it must have one.
    caption : str
        What stands below it, as HTML: what to notice.

    Raises
    ------
    ValueError
        If the figure has no description.
    """
    if not figures.description(figure):
        raise ValueError("The figure has no description: set its label.")
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return Html(f'<figure class="drawn">{drawn(figure)}{below}</figure>')


def source(*functions: Callable) -> Words:
    """Return the source of functions as a page shows it; of compiled ones, what was compiled."""
    texts = (inspect.getsource(getattr(each, "py_func", each)) for each in functions)
    return Words("```python\n" + "\n\n".join(texts) + "```")


def table(
    head: Sequence[object], rows: Iterable[Sequence[object]], label: str, folded: bool = False
) -> Html:
    """Return a table, which scrolls in a box of its own where the page is narrow.

    Parameters
    ----------
    head : sequence
        What stands above the columns; each cell as its text.
    rows : iterable of sequence
        Cells; the first of a row names it.
    label : str
        What the table shows: read out, and the line to unfold it by.
    folded : bool
        Whether the reader unfolds it.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than the head.
    """
    head, lines = list(head), [list(row) for row in rows]
    if ragged := next((row for row in lines if len(row) != len(head)), None):
        raise ValueError(f"The row {ragged[0]} has {len(ragged)} cells under {len(head)} heads.")
    above = "".join(f'<th scope="col">{html.escape(str(cell))}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{html.escape(str(first))}</th>'
        + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in lines
    )
    said = html.escape(label)
    whole = (
        f'<div class="wide" tabindex="0" role="region" aria-label="{said}"><table class="numbers">'
        f"<thead><tr>{above}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    return Html(f"<details><summary>{said}</summary>{whole}</details>" if folded else whole)
