"""What the chapters of the book share: their material, figures and tables, numbers in words."""

from reproduction.pages.arms import beside, ends, groups, layers, reached, recipes, saved
from reproduction.pages.compared import above, errors_saved, stopped
from reproduction.pages.material import (
    RECORDS,
    by_hand,
    choice,
    errors_of,
    measurement,
    outputs,
    record,
    run,
    sets,
    usps,
)
from reproduction.pages.placed import sides
from reproduction.pages.shown import show, source, table
from reproduction.pages.terminal import go_to_new_folder, terminal
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
    "above",
    "beside",
    "by_hand",
    "choice",
    "count",
    "ends",
    "errors_of",
    "errors_saved",
    "go_to_new_folder",
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
    "sides",
    "source",
    "span",
    "spread",
    "stopped",
    "table",
    "terminal",
    "usps",
]
