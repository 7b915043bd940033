"""The chapter on a hundred networks: all networks of an arm of a study's record.

Networks that diverged are left out, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from reproduction.figures.colours import TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.distributions import error_counts, panels
from reproduction.figures.training import Series, by_pass
from reproduction.learning.sets import TRAIN
from reproduction.studies import comparison
from reproduction.studies.measured import by_measure, errors_by_arm
from reproduction.studies.record import BY_HAND, Record
from reproduction.words import lettered, said_of_band, whose


def distributions(record: Record, arm: str) -> Figure:
    """Draw how each published number lies among those of an arm's networks, a panel each.

    Raises
    ------
    ValueError
        When nothing is published that the arm can be put beside.
    """
    network = comparison.beside(record, arm)
    return panels(by_measure(record, arm), f"Where the {whose(network)}’s numbers lie among ours")


def errors(record: Record, title: str, arms: Sequence[str] | None = None) -> Figure:
    """Draw the errors on handwritten test digits of arms, by default all, a dot a network."""
    chosen = list(arms or record["arms"])
    patterns = comparison.patterns_of(record, chosen[0], BY_HAND)
    return error_counts(errors_by_arm(record, chosen), patterns, title)


def curves(record: Record, arm: str) -> Figure:
    """Draw the errors on training and on handwritten test digits after every pass.

    The record is of a study that was followed.
    """
    learned = ~comparison.diverged(record, arm)
    series, network = [], comparison.beside(record, arm)
    for name, part, colour in (("train", TRAIN, TRAIN_COLOUR), ("test", BY_HAND, TEST_COLOUR)):
        patterns = comparison.patterns_of(record, arm, part)
        shares = 100 * comparison.followed(record, arm, part)[learned].T / patterns
        published = comparison.published_percent(network, part, patterns)
        series.append(Series(name, shares, colour, published))
    known = int(learned.sum())
    said = said_of_band(known, len(learned) - known) if known else "No network has learned"
    title = f"The errors of “{lettered(arm)}”, pass by pass"
    return by_pass(series, title, f"Test: handwritten digits. {said}", whose(network))
