"""The chapter on a hundred networks: all networks of an arm of a study's record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from reproduction.figures.digits import grid
from reproduction.figures.distributions import Panel, error_counts, panels, said_of_panels
from reproduction.figures.results import misread_by as by_networks
from reproduction.figures.sheet import TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.training import Series, Stage, by_pass
from reproduction.figures.words import (
    WORDS,
    lettered,
    patterns_of,
    published_percents,
    said_of_band,
    said_of_diverged,
    said_of_dots,
    sound,
    whose,
)
from reproduction.learning.sets import TRAIN
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record

HARDEST = 24
"""So many of the hardest digits are shown."""


def distributions(record: Record, arm: str) -> Figure:
    """Draw how each published number lies among those of an arm's networks, a panel each.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str
        One that published numbers can be put beside.

    Raises
    ------
    ValueError
        When there are none.
    """
    facts = comparison.published(record, arm)
    if not facts:
        raise ValueError(f"nothing is published that the arm {arm!r} could be put beside")
    lost, found = comparison.diverged(record, arm), []
    for measure, fact in facts.items():
        part, _, key = measure.partition(".")
        shares = key == "error_percent" or key.startswith("rejected.")
        step = 100 / patterns_of(record, arm, part) if shares else float(key == "errors")
        found.append(Panel(WORDS[measure], sound(record, arm, measure), fact, step))
    said = said_of_panels(len(lost), whose(record, arm))
    title = f"Where the {whose(record, arm)}’s numbers lie among ours"
    return panels(found, title, said, whose(record, arm), lost)


def errors(record: Record, arms: Sequence[str] | None = None) -> Figure:
    """Draw the errors on handwritten test digits of arms one above the other, a dot a network.

    Parameters
    ----------
    record : mapping
        A study's record.
    arms : sequence of str, optional
        By default all.
    """
    arms = tuple(arms or record["arms"])
    named = {f"“{arm}”": arm for arm in arms}
    counts = {name: sound(record, arm, f"{BY_HAND}.errors") for name, arm in named.items()}
    facts = {name: _published_errors(record, arm) for name, arm in named.items()}
    return error_counts(
        counts,
        patterns_of(record, arms[0], BY_HAND),
        {name: fact for name, fact in facts.items() if fact},
        said_of_dots(len(record["seeds"])),
        {name: comparison.diverged(record, arm) for name, arm in named.items()},
    )


def _published_errors(record: Record, arm: str) -> Fact | None:
    """Give the published count of errors on handwritten test digits, if there is one."""
    facts = comparison.published(record, arm)
    if "test.error_percent" in facts:  # every error is on a handwritten digit
        return PUBLISHED["LENET1"][f"{BY_HAND}.errors"]
    return facts.get(f"{BY_HAND}.errors")


def curves(record: Record, arm: str) -> Figure:
    """Draw the errors on training and on handwritten test digits after every pass.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        The record of a study that was followed.
    arm : str
    """
    learned = ~comparison.diverged(record, arm)
    published = published_percents(record, arm)
    series = []
    for name, part, colour in (("train", TRAIN, TRAIN_COLOUR), ("test", BY_HAND, TEST_COLOUR)):
        found = comparison.followed(record, arm, part)[learned].T / patterns_of(record, arm, part)
        series.append(Series(name, 100 * found, colour, published.get(part)))
    title = f"“{lettered(arm)}”, pass by pass"
    said = said_of_band(int(learned.sum())) if learned.any() else "No network has learned"
    if learned.any() and not learned.all():
        said = f"{int((~learned).sum())} diverged, not shown; {said.lower()}"
    stage = Stage("", 1, len(series[0].percent))
    return by_pass(series, title, f"Test: handwritten digits. {said}", whose(record, arm), [stage])


def _misread(record: Record, arm: str) -> np.ndarray:
    """Tell which handwritten test digits the networks that learned misread: (digits, networks)."""
    lost = comparison.diverged(record, arm)
    if lost.all():
        raise ValueError(f"no network of the arm {arm!r} has learned")
    return comparison.misread(record, arm)[:, ~lost]


def misread_by(record: Record, arm: str) -> Figure:
    """Draw how many networks misread each handwritten test digit.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str

    Raises
    ------
    ValueError
        When all networks diverged.
    """
    wrong, lost = _misread(record, arm), comparison.diverged(record, arm)
    said = f"{said_of_diverged(lost)}, left out" if lost.any() else ""
    return by_networks(wrong.sum(axis=1), wrong.shape[1], said)


def hardest(record: Record, arm: str, images: np.ndarray, labels: np.ndarray) -> Figure:
    """Draw the digits that most networks misread, with their class and the networks' share.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str
    images : ndarray, shape (n, height, width)
        The handwritten test digits, -1 paper and 1 ink.
    labels : ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        When all networks diverged.
    """
    wrong = _misread(record, arm)
    counts, networks = wrong.sum(axis=1), wrong.shape[1]
    shown = np.argsort(-counts, kind="stable")[:HARDEST]
    below = [f"{labels[digit]}: {100 * counts[digit] / networks:.0f} %" for digit in shown]
    equal = int((counts == networks).sum())
    title = f"The {len(shown)} hardest handwritten test digits"
    if equal > len(shown):
        title = f"The first {len(shown)} of the {equal} that all misread"
    said = f"What they are, and the share of {networks} networks that misread them"
    return grid(images[shown], below, title, said)
