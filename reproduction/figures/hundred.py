"""The chapter on a hundred networks: all networks of an arm of a study's record."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from reproduction.figures.colours import TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.distributions import Panel, error_counts, panels
from reproduction.figures.training import Series, by_pass
from reproduction.figures.words import lettered, said_of_band, whose
from reproduction.learning.sets import TRAIN
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record


def distributions(record: Record, arm: str) -> Figure:
    """Draw how each published number lies among those of an arm's networks, a panel each.

    Networks that diverged are left out, and counted.

    Raises
    ------
    ValueError
        When nothing is published that the arm can be put beside.
    """
    facts = comparison.published(record, arm)
    if not facts:
        raise ValueError(f"nothing is published that the arm {arm!r} could be put beside")
    lost, found = int(comparison.diverged(record, arm).sum()), []
    for measure, fact in facts.items():
        part, _, key = measure.partition(".")
        shares = key == "error_percent" or key.startswith("rejected.")
        patterns = comparison.patterns_of(record, arm, part)
        step = 100 / patterns if shares else float(key == "errors")
        values = comparison.sound(record, arm, measure)
        found.append(Panel(comparison.WORDS[measure], values, fact, step, lost))
    network = comparison.beside(record, arm)
    return panels(found, f"Where the {whose(network)}’s numbers lie among ours")


def errors(record: Record, title: str, arms: Sequence[str] | None = None) -> Figure:
    """Draw the errors on handwritten test digits of arms, by default all, a dot a network."""
    found = []
    for arm in arms or record["arms"]:
        fact = PUBLISHED.get(comparison.beside(record, arm), {}).get(comparison.ERRORS)
        values = comparison.sound(record, arm, comparison.ERRORS)
        lost = int(comparison.diverged(record, arm).sum())
        found.append(Panel(f"“{arm}”", values, fact, 1.0, lost))
    return error_counts(found, comparison.patterns_of(record, arm, BY_HAND), title)


def curves(record: Record, arm: str) -> Figure:
    """Draw the errors on training and on handwritten test digits after every pass.

    The record is of a study that was followed. Networks that diverged are left out, and counted.
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
