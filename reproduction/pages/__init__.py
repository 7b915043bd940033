"""What the chapters of the book share."""

from reproduction.pages.chapter import (
    RECORDS,
    RUNS,
    record,
    run,
    sets,
    show,
    usps,
)

__all__ = [
    "RECORDS",
    "RUNS",
    "record",
    "run",
    "sets",
    "show",
    "usps",
]
