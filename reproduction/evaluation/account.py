"""The paper's account of its errors, as far as the released images can bear it out.

The paper puts about half of its errors on test digits down to faulty segmentation and another
quarter to wrong labels (LeCun et al., NIPS 1989, p. 402). How that was judged it does not say. The
zip codes themselves were not released, only the digits, cut out and normalised; so the rules here
are of thumb: each says what it looks at, and none has seen an envelope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from data_prep.digits import Digits
from reproduction.evaluation.measures import CLASSES, answers, wrong

AT_ONCE = 256
"""How many digits are put beside all others at once: with 9840 of these, in 20 MB."""


# --- nearest digits -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest of some digits to each of others.

    Attributes
    ----------
    which : ndarray of int, shape (n, k)
        Their places, the nearest first; of equally near ones the first.
    labels : ndarray, uint8, shape (n, k)
    distances : ndarray, float64, shape (n, k)
        Root of the summed squared differences of the pixels, gray levels from -1 to 1: 2 for a
        single pixel of ink instead of background, at most 32.
    """

    which: np.ndarray
    labels: np.ndarray
    distances: np.ndarray

    @property
    def apart(self) -> np.ndarray:
        """How far the nearest one is: float64, shape (n,)."""
        return np.asarray(self.distances[:, 0])


def nearest(learned: Digits, tried: Digits, k: int = 1) -> Neighbours:
    """Find the nearest digits, by the distance that `Neighbours` states.

    Parameters
    ----------
    learned : Digits
        Among which they are sought.
    tried : Digits
        For each of which they are sought.
    k : int
        How many.

    Raises
    ------
    ValueError
        If there are not so many.
    """
    if not 1 <= k <= len(learned):
        raise ValueError(f"{k} nearest of {len(learned)} digits cannot be found.")
    among, others = (each.images.reshape(len(each), -1).astype(float) for each in (learned, tried))
    found, apart = np.empty((len(others), k), int), np.empty((len(others), k))
    for start in range(0, len(others), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        distances = scipy.spatial.distance.cdist(others[here], among)
        rows = np.arange(len(distances))
        for rank in range(k):  # of equals, the first
            closest = distances.argmin(axis=1)
            found[here, rank], apart[here, rank] = closest, distances[rows, closest]
            distances[rows, closest] = np.inf
    return Neighbours(found, learned.labels[found], apart)


def misread_by_nearest(learned: Digits, tried: Digits) -> np.ndarray:
    """Tell which digits have a nearest one of another class, without any network: bool, (n,)."""
    return nearest(learned, tried).labels[:, 0] != tried.labels


# --- labels ---------------------------------------------------------------------------------


def unanimous(outputs: np.ndarray, neighbours: Neighbours) -> np.ndarray:
    """Give the class on which all networks and all nearest digits agree, -1 where they do not.

    Where all networks have one answer, their committee has it too: its outputs are their means.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    neighbours : Neighbours
        Of the same patterns.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    voices = np.hstack([answers(outputs), neighbours.labels])
    agree = (voices == voices[:, :1]).all(axis=1) & ~np.isnan(outputs).any(axis=(1, 2))
    return np.where(agree, voices[:, 0], -1)


def wrong_label_suspects(
    outputs: np.ndarray, labels: np.ndarray, neighbours: Neighbours
) -> np.ndarray:
    """Tell which patterns all networks and all nearest digits put into one other class: (n,).

    That makes a label suspect, not wrong: networks and neighbours know the same training digits,
    and a rare way of writing misleads both.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    neighbours : Neighbours
        Of the same patterns.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    agreed = unanimous(outputs, neighbours)
    return (agreed >= 0) & (agreed != labels)


# --- fragments ------------------------------------------------------------------------------

RARE = 0.01
"""The share of a class's training digits that may be smaller than what is no fragment."""


def sizes(digits: Digits) -> np.ndarray:
    """Measure digits: their ink, and the width and the height of the box around it.

    Returns
    -------
    ndarray, float64, shape (n, 3)
        Ink in pixels, a black one counting 1 and a gray one its share; width and height in
        pixels that are not background, 0 where there is no ink.
    """
    inked = digits.images > -1
    ink = (digits.images.astype(float) + 1).sum(axis=(1, 2)) / 2
    return np.stack([ink, _extent(inked.max(axis=1)), _extent(inked.max(axis=2))], axis=1)


def _extent(marks: np.ndarray) -> np.ndarray:
    """Give the length from the first to the last mark of each row; bool, shape (n, length)."""
    length = marks.shape[1] - marks.argmax(axis=1) - marks[:, ::-1].argmax(axis=1)
    return np.where(marks.any(axis=1), length, 0)


def fragments(learned: Digits, tried: Digits, rare: float = RARE) -> np.ndarray:
    """Tell which digits look like fragments of what they are said to be: bool, shape (n,).

    The rule: its ink, or the width or the height of its box, is below that of all but a rare share
    of the training digits of its class. A rule of thumb, which sees a stroke that was cut off a
    digit. It does not see a digit that lost a stroke and was then brought to the full height again,
    nor one with a piece of its neighbour.

    Parameters
    ----------
    learned : Digits
        What digits of each class are like.
    tried : Digits
        Of classes that `learned` has.
    rare : float

    Raises
    ------
    ValueError
        If a class has no digit to compare with.
    """
    if missing := sorted(set(tried.labels.tolist()) - set(learned.labels.tolist())):
        raise ValueError(f"No digit to compare with in class {missing[0]}.")
    usual, found = sizes(learned), sizes(tried)
    small = np.zeros(len(tried), bool)
    for digit in range(CLASSES):
        own = tried.labels == digit
        if own.any():
            least = np.quantile(usual[learned.labels == digit], rare, axis=0, method="lower")
            small[own] = (found[own] < least).any(axis=1)
    return small


# --- atypical digits ------------------------------------------------------------------------


def atypical(
    outputs: np.ndarray, labels: np.ndarray, neighbours: Neighbours, most: int
) -> np.ndarray:
    """Find the patterns that all networks read, though nothing like them was learned.

    The paper's figure 5 shows such digits (p. 403). Here: of those that all networks read, those
    whose nearest training digit is farthest.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    neighbours : Neighbours
        Of the same patterns.
    most : int
        How many to give.

    Returns
    -------
    ndarray of int, shape (up to most,)
        The farthest first; of equally far ones the first.
    """
    read = np.flatnonzero(~wrong(outputs, labels).any(axis=1))
    return read[np.argsort(-neighbours.apart[read], kind="stable")][:most]


# --- counts that chance would not give ------------------------------------------------------


@dataclass(frozen=True)
class Overlap:
    """How many patterns are of two kinds, beside what chance would give.

    Attributes
    ----------
    both : int
    expected : float
        The mean, were as many patterns of the one kind drawn at random.
    p : float
        The probability that at least so many would be of both kinds then: Fisher's exact test,
        one-sided.
    """

    both: int
    expected: float
    p: float


def overlap(of_a_kind: np.ndarray, missed: np.ndarray) -> Overlap:
    """Ask whether a kind of pattern is over-represented among those that are missed.

    Parameters
    ----------
    of_a_kind, missed : ndarray of bool, shape (n,)
    """
    kind, drawn, both = int(of_a_kind.sum()), int(missed.sum()), int((of_a_kind & missed).sum())
    p = scipy.stats.hypergeom.sf(both - 1, len(missed), kind, drawn)
    return Overlap(both, kind * drawn / len(missed), float(p))


def by_class(labels: np.ndarray, missed: np.ndarray) -> list[Overlap]:
    """Ask of each class, 0 to 9, whether it is over-represented among what is missed.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
    missed : ndarray of bool, shape (n,)
    """
    return [overlap(labels == digit, missed) for digit in range(CLASSES)]


def share_of_errors(of_a_kind: np.ndarray, misread: np.ndarray) -> np.ndarray:
    """Return how much of each network's errors is of a kind: percent, float64, (networks,).

    Parameters
    ----------
    of_a_kind : ndarray of bool, shape (n,)
    misread : ndarray of bool, shape (n, networks)
        Of each network one pattern at least.
    """
    return 100 * misread[of_a_kind].sum(axis=0) / misread.sum(axis=0)
