"""Runs: a training's plan, and the folder that keeps what came of it."""

from reproduction.runs.folder import (
    FIGURES_FILE,
    PICTURES,
    RECIPE_FILE,
    SUMMARY_FILE,
    Unwritable,
    alone_in,
    read_history,
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
from reproduction.sealed import read_json, write_json

__all__ = [
    "FIGURES_FILE",
    "PICTURES",
    "RECIPE_FILE",
    "SUMMARY_FILE",
    "Plan",
    "Run",
    "Unwritable",
    "alone_in",
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
    "write_json",
]
