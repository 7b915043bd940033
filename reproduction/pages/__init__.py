"""What the chapters of the book share: their material, figures and tables, numbers in words."""

from reproduction.pages.arms import beside, ended, groups, layers, reached, recipes, saved
from reproduction.pages.material import (
    RECORDS,
    by_hand,
    measurement,
    outputs,
    record,
    run,
    sets,
    usps,
)
from reproduction.pages.shown import show, source, table
from reproduction.pages.terminal import terminal
from reproduction.pages.words import (
    Words,
    count,
    interval,
    median,
    names,
    number,
    percent,
    span,
    spread,
)

__all__ = [
    "RECORDS",
    "Words",
    "beside",
    "by_hand",
    "count",
    "ended",
    "groups",
    "interval",
    "layers",
    "measurement",
    "median",
    "names",
    "number",
    "outputs",
    "percent",
    "reached",
    "recipes",
    "record",
    "run",
    "saved",
    "sets",
    "show",
    "source",
    "span",
    "spread",
    "table",
    "terminal",
    "usps",
]
