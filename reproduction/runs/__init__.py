"""Runs: a training's plan, and the folder that keeps what came of it."""

from reproduction.runs.folder import (
    RECIPE_FILE,
    SUMMARY_FILE,
    read_history,
    read_json,
    write,
    write_json,
)
from reproduction.runs.plan import (
    Plan,
    digits_sha256,
    made_by,
    plan_of,
    versions,
    weights_sha256,
)
from reproduction.runs.run import Run, read_plan, read_run, train_run
from reproduction.runs.summary import outputs_of, summarize

__all__ = [
    "RECIPE_FILE",
    "SUMMARY_FILE",
    "Plan",
    "Run",
    "digits_sha256",
    "made_by",
    "outputs_of",
    "plan_of",
    "read_history",
    "read_json",
    "read_plan",
    "read_run",
    "summarize",
    "train_run",
    "versions",
    "weights_sha256",
    "write",
    "write_json",
]
