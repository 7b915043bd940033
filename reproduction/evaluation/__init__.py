"""What outputs are worth: `measures` of right and wrong, `rejection`, and digits misread."""

from reproduction.evaluation.halves import reject_by_halves
from reproduction.evaluation.measures import (
    CLASSES,
    Voices,
    answers,
    committee,
    confusion,
    cross_entropy,
    error_percent,
    error_percent_by_class,
    errors,
    mean_squared_error,
    median_network,
    spread,
    summarize,
    targets,
    wrong,
)
from reproduction.evaluation.reading import Reading
from reproduction.evaluation.rejection import (
    Rejection,
    Thresholds,
    reject_by_difference,
    reject_by_thresholds,
    reject_curve,
    reject_curve_at,
    rejection_summary,
    top_two,
)

__all__ = [
    "CLASSES",
    "Reading",
    "Rejection",
    "Thresholds",
    "Voices",
    "answers",
    "committee",
    "confusion",
    "cross_entropy",
    "error_percent",
    "error_percent_by_class",
    "errors",
    "mean_squared_error",
    "median_network",
    "reject_by_difference",
    "reject_by_halves",
    "reject_by_thresholds",
    "reject_curve",
    "reject_curve_at",
    "rejection_summary",
    "spread",
    "summarize",
    "targets",
    "top_two",
    "wrong",
]
