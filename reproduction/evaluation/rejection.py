"""Rejection: which digits are left to people, so that the rest are read well enough.

It is the paper's own measure of a reader of mail: digits that the network is unsure of are left
to people until at most one in a hundred of the rest is read wrongly. The thresholds that say
"unsure" are fitted on the very digits for which the result is stated, as in the paper (LeCun et
al., NIPS 1989, p. 402). They are the only thing that test digits ever decide.

Every function takes `outputs`, the ten outputs of each network for each pattern, and `labels`,
the digits that the patterns show; it gives one result for each network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isinf, prod
from typing import Any

import numpy as np

from reproduction.evaluation.measures import spread, wrong

_DENSE_CELLS = 2**15  # that many triples of thresholds are counted at once, in about 2 MB


@dataclass(frozen=True)
class Thresholds:
    """What the two highest outputs must show for a pattern to be accepted.

    Accepted: highest > top, second highest < second, and highest - second > difference; the
    paper's t1, t2 and td (p. 402). The defaults accept everything but NaN, which is above nothing.
    """

    top: float = -inf
    second: float = inf
    difference: float = -inf

    def accept(self, outputs: np.ndarray) -> np.ndarray:
        """Tell which patterns are accepted.

        Parameters
        ----------
        outputs : ndarray, shape (n, 10, networks)

        Returns
        -------
        ndarray of bool, shape (n, networks)
        """
        highest, second = top_two(outputs)
        return (highest > self.top) & (second < self.second) & (highest - second > self.difference)

    def to_json(self) -> dict[str, float | None]:
        """Give the thresholds by name; None stands for no threshold."""
        return {name: None if isinf(value) else value for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, float | None]) -> Thresholds:
        """Read what `to_json` wrote."""
        return cls(**{name: value for name, value in values.items() if value is not None})


@dataclass(frozen=True)
class Rejection:
    """What one network rejects of one set of patterns.

    Attributes
    ----------
    thresholds : Thresholds
        Fitted on this set.
    patterns : int
        The whole set.
    rejected : int
        The patterns that the thresholds do not accept.
    errors : int
        The errors among the accepted; 100 errors <= patterns - rejected.
    """

    thresholds: Thresholds
    patterns: int
    rejected: int
    errors: int

    @property
    def rejected_percent(self) -> float:
        """Rejected patterns in percent of the whole set."""
        return 100 * self.rejected / self.patterns


def top_two(outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the highest and the second highest output, equal if two outputs share the top.

    In float64, where the difference of float32 outputs loses nothing that could make two
    patterns tie. NaN counts as highest.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)

    Returns
    -------
    highest, second : ndarray, float64, shape (n, networks)
    """
    ordered = np.partition(outputs, (-2, -1), axis=1)
    return ordered[:, -1].astype(np.float64), ordered[:, -2].astype(np.float64)


def surest_errors(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the patterns that a network gets wrong, class by class, within one the surest first.

    By the difference of the two top outputs; those for which an output is NaN are the last.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, 1)
        Of one network.
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of int, shape (errors,)
    """
    highest, second = top_two(outputs)
    bad = np.flatnonzero(wrong(outputs, labels)[:, 0])
    return bad[np.lexsort(((second - highest)[bad, 0], labels[bad]))]


def reject_by_difference(outputs: np.ndarray, labels: np.ndarray) -> list[Rejection]:
    """Reject as few patterns as leave 1 % error on the rest, by the difference of the top two.

    A pattern is accepted if its difference exceeds a threshold, so that patterns of equal
    difference stay together. Of all thresholds with 100 errors <= accepted, that with most
    accepted: over the whole error-reject curve, which need not be monotone. The sister paper's
    rule (Neural Computation 1989), and the plainer one of the two.

    The threshold is fitted on the set for which the result is stated, as in the paper (p. 402);
    such thresholds are the only thing that test digits ever decide.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)

    Returns
    -------
    list of Rejection
        One a network. The threshold is the largest difference that is rejected; none if all
        patterns are accepted.
    """
    return [
        _as_rejection(_best_difference(sureness, bad), len(labels))
        for sureness, bad in _networks(outputs, labels)
    ]


def reject_by_thresholds(outputs: np.ndarray, labels: np.ndarray) -> list[Rejection]:
    """Reject as few patterns as leave 1 % error on the rest, by the paper's three thresholds.

    Accepted: highest output above t1, second below t2, difference of both above td (p. 402). The
    paper does not say how the three were found. Here they are the exact optimum: of all triples
    with 100 errors <= accepted, that with most accepted; of these, that with fewest errors; then
    the loosest t1, the loosest t2, the loosest td. So never more are rejected than by the
    difference alone.

    The thresholds are fitted on the set for which the result is stated, as in the paper; such
    thresholds are the only thing that test digits ever decide.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)

    Returns
    -------
    list of Rejection
        One a network. Each threshold stands at a value of a wrong pattern, or nowhere.
    """
    return [
        _as_rejection(
            _best_triple(sureness, bad, at_least=_best_difference(sureness, bad)), len(labels)
        )
        for sureness, bad in _networks(outputs, labels)
    ]


def reject_curve(outputs: np.ndarray, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give the error-reject curve of each network, by the difference of the top two.

    Returns
    -------
    list of (rejected, error)
        Two float64 arrays a network: patterns rejected in percent of all, rising, and errors in
        percent of the accepted. One point for each distinct difference, none for accepting
        nothing.
    """
    curves = []
    for sureness, bad in _networks(outputs, labels):
        _, accepted, left = (column[:0:-1] for column in _curve(sureness[:, 2], bad))
        curves.append((100 * (len(labels) - accepted) / len(labels), 100 * left / accepted))
    return curves


def reject_curve_at(
    outputs: np.ndarray, labels: np.ndarray, rejected_percent: np.ndarray
) -> np.ndarray:
    """Give the error left when at most so many percent are rejected, for a band over networks.

    Between the points of a curve nothing is drawn straight: as ties are never split, the value is
    that of the last point that rejects no more.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    rejected_percent : ndarray, shape (points,)

    Returns
    -------
    ndarray, float64, shape (points, networks)
        Errors in percent of the accepted; NaN where a network rejects more than that anyway,
        because some of its outputs are NaN.
    """
    columns = []
    for rejected, error in reject_curve(outputs, labels):
        last = np.searchsorted(rejected, rejected_percent, side="right")
        columns.append(np.append(np.nan, error)[last])
    return np.stack(columns, axis=1)


def rejection_summary(outputs: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Give the percentage rejected for 1 % error on the rest, by either rule, for one set.

    The thresholds are fitted on this very set, for each network by itself.

    Returns
    -------
    dict
        {"difference": spread, "thresholds": spread}, see `spread`.
    """
    rules = {"difference": reject_by_difference, "thresholds": reject_by_thresholds}
    return {
        name: spread([network.rejected_percent for network in reject(outputs, labels)])
        for name, reject in rules.items()
    }


# --- the search for the thresholds ----------------------------------------------------------
#
# A choice of thresholds is ranked by a tuple, the greater the better:
# (accepted, -errors, -t1, t2, -td), each a count or a looseness.

_Choice = tuple[int, int, float, float, float]


def _networks(outputs: np.ndarray, labels: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give for each network the patterns' sureness (m, 3) and whether they are wrong (m,).

    Sureness is highest output, second output negated, difference: of each, more is surer, and
    each of the three thresholds is a lower bound. Patterns with NaN can't be accepted: left out.
    """
    bad = wrong(outputs, labels)
    highest, second = top_two(outputs)
    sureness = np.stack([highest, -second, highest - second], axis=-1)
    for network in range(outputs.shape[2]):
        sound = ~np.isnan(sureness[:, network, 2])
        yield sureness[sound, network], bad[sound, network]


def _curve(difference: np.ndarray, bad: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each threshold worth a thought, from the strictest, with its accepted and its errors.

    The strictest, the greatest difference itself, accepts nothing; the loosest, -inf, all.
    """
    negated, place = np.unique(-difference, return_inverse=True)
    accepted = np.bincount(place, minlength=len(negated)).cumsum()
    left = np.bincount(place[bad], minlength=len(negated)).cumsum()
    return np.append(-negated, -inf), np.append(0, accepted), np.append(0, left)


def _best_difference(sureness: np.ndarray, bad: np.ndarray) -> _Choice:
    """Find the threshold of the difference that accepts most with 100 errors <= accepted."""
    threshold, accepted, left = _curve(sureness[:, 2], bad)
    best = np.flatnonzero(100 * left <= accepted)[-1]
    return (int(accepted[best]), -int(left[best]), inf, inf, -float(threshold[best]))


@dataclass(frozen=True, eq=False)
class _Box:
    """All triples of thresholds with lowest <= t <= highest, and the patterns they decide about.

    Attributes
    ----------
    lowest, highest : ndarray, shape (3,)
    sureness : ndarray, shape (m, 3)
        The patterns that some of these triples accept and others reject.
    bad : ndarray of bool, shape (m,)
    right, wrong : int
        Count of the patterns that all of these triples accept.
    """

    lowest: np.ndarray
    highest: np.ndarray
    sureness: np.ndarray
    bad: np.ndarray
    right: int = 0
    wrong: int = 0

    def bound(self) -> _Choice | None:
        """Give a choice that no triple of this box surpasses, or None if none can be legal.

        100 errors <= accepted is 99 errors <= right ones, of which there are at most `right`.
        """
        undecided = int(self.bad.sum())
        right = self.right + len(self.bad) - undecided
        if 99 * self.wrong > right:
            return None
        return _choice(right + min(self.wrong + undecided, right // 99), self.wrong, self.lowest)

    def candidates(self) -> list[np.ndarray]:
        """Give for each threshold the values to try, rising: the lowest, and those of errors.

        A threshold between two of them can be lowered to the one below: that accepts no error
        more, and all that was accepted before.
        """
        by_axis = zip(self.lowest, self.highest, self.sureness[self.bad].T, strict=True)
        return [np.append(low, np.unique(values[values <= high])) for low, high, values in by_axis]

    def part(self, axis: int, low: float, high: float) -> _Box:
        """Give the part of the box with one of its thresholds from low to high."""
        lowest, highest = self.lowest.copy(), self.highest.copy()
        lowest[axis], highest[axis] = low, high
        sure = (self.sureness > highest).all(axis=1)
        undecided = (self.sureness[:, axis] > low) & ~sure
        wrong = int(self.bad[sure].sum())
        right = int(sure.sum()) - wrong
        return _Box(
            lowest,
            highest,
            self.sureness[undecided],
            self.bad[undecided],
            self.right + right,
            self.wrong + wrong,
        )


def _best_triple(sureness: np.ndarray, bad: np.ndarray, at_least: _Choice) -> _Choice:
    """Find the best triple of thresholds by branch and bound.

    A box of triples whose bound is no better than the best known choice is dropped, a small one
    is counted out triple by triple, any other is cut in two. Exact, and quick: of the
    (errors + 1)^3 triples the bounds leave few to count, for trained and for untrained networks.
    """
    best = at_least
    boxes = [_Box(np.full(3, -inf), np.full(3, inf), sureness, bad)]
    while boxes:
        box = boxes.pop()
        bound = box.bound()
        if bound is None or bound <= best:
            continue
        candidates = box.candidates()
        sizes = [len(values) for values in candidates]
        if prod(sizes) <= _DENSE_CELLS:
            best = max(best, _best_of_all(box, candidates))
            continue
        axis = int(np.argmax(sizes))
        values, middle = candidates[axis], sizes[axis] // 2
        boxes.append(box.part(axis, values[middle], box.highest[axis]))
        boxes.append(box.part(axis, box.lowest[axis], values[middle - 1]))
    return best


def _best_of_all(box: _Box, candidates: list[np.ndarray]) -> _Choice:
    """Count accepted and errors for all triples of candidates, and give the best choice.

    A histogram of the patterns over the cells between the candidates, summed up from the surest
    cell, holds at each cell what the triple at its lower corner accepts.
    """
    sizes = [len(values) for values in candidates]
    cell = np.ravel_multi_index(
        [
            np.searchsorted(values, column) - 1
            for values, column in zip(candidates, box.sureness.T, strict=True)
        ],
        sizes,
    )

    def accepted_of(cells: np.ndarray) -> np.ndarray:
        count = np.bincount(cells, minlength=prod(sizes)).reshape(sizes)[::-1, ::-1, ::-1]
        return count.cumsum(axis=0).cumsum(axis=1).cumsum(axis=2)[::-1, ::-1, ::-1].ravel()

    left = box.wrong + accepted_of(cell[box.bad])
    accepted = box.right + box.wrong + accepted_of(cell)
    legal = np.flatnonzero(100 * left <= accepted)
    if len(legal) == 0:
        return (-1, 0, inf, inf, inf)
    best = legal[np.lexsort((legal, left[legal], -accepted[legal]))[0]]
    at = np.unravel_index(best, sizes)
    triple = np.array([values[i] for values, i in zip(candidates, at, strict=True)])
    return _choice(int(accepted[best]), int(left[best]), triple)


def _choice(accepted: int, errors: int, lower_bounds: np.ndarray) -> _Choice:
    t1, t2_negated, td = (float(value) for value in lower_bounds)
    return (accepted, -errors, -t1, -t2_negated, -td)


def _as_rejection(choice: _Choice, patterns: int) -> Rejection:
    accepted, errors_negated, t1_negated, t2, td_negated = choice
    thresholds = Thresholds(top=-t1_negated, second=t2, difference=-td_negated)
    return Rejection(thresholds, patterns, patterns - accepted, -errors_negated)
