"""Errors by pass and stages, read from a run's history."""

from __future__ import annotations

import numpy as np


def errors(history: np.ndarray, part: str) -> np.ndarray:
    """Return the errors on a set of digits by pass and network: int, (passes, networks).

    Parameters
    ----------
    history : ndarray of HISTORY
    part : str
        The set, as "train".
    """
    lines = history[history["part"] == part]
    return np.asarray(lines["errors"].reshape(len(np.unique(lines["pass"])), -1))


def percent(history: np.ndarray, part: str) -> np.ndarray:
    """Return the errors on a set in percent of its digits: float, (passes, networks)."""
    patterns = history["patterns"][history["part"] == part]
    return 100 * errors(history, part) / (patterns[0] if len(patterns) else 1)


def stages_of(history: np.ndarray) -> list[tuple[int, str]]:
    """Return the first pass and the name of every stage; nothing if there is but one."""
    passes, where = np.unique(history["pass"], return_index=True)
    names = history["stage"][where]
    begun = np.flatnonzero(np.append(True, names[1:] != names[:-1]))
    return [(int(passes[at]), str(names[at])) for at in begun] if len(begun) > 1 else []
