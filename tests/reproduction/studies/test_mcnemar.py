"""McNemar's test is the binomial sum over the digits on which two networks disagree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reproduction.studies import packed
from reproduction.studies.mcnemar import duel, duel_of, duels, told_apart
from tests.reproduction.studies.by_hand import one_set, record

quick = settings(max_examples=100, deadline=None)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
@quick
def test_mcnemar_is_the_binomial_sum(pairs: list[tuple[bool, bool]]) -> None:
    """Both tails of a fair coin, thrown once for each digit that only one of them misreads."""
    first, second = np.array(pairs).T
    found = duel(first, second)
    counts = (sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs))
    n = sum(counts)
    tail = sum(math.comb(n, k) for k in range(min(counts) + 1)) / 2**n
    assert (found.first_only, found.second_only) == counts
    assert found.p == pytest.approx(min(1.0, 2 * tail))
    assert duel(second, first).p == pytest.approx(found.p)


@given(st.integers(0, 50), st.integers(0, 50))
@quick
def test_a_duel_needs_no_more_than_two_counts(first: int, second: int) -> None:
    numbers = np.arange(100)
    found = duel(numbers < first, numbers >= 100 - second)
    assert found == duel_of(first, second)
    assert found.for_first is (first < second)


def test_networks_duel_with_those_of_the_same_seed() -> None:
    made = record({arm: [{"test_handwritten": one_set(9, [0])}] for arm in "ab"})
    first, second = (np.arange(27).reshape(9, 3) % step == 0 for step in (4, 5))
    made["banks"][0]["misread"], made["banks"][1]["misread"] = packed(first), packed(second)
    assert duels(made, "a", "b") == [duel(first[:, n], second[:, n]) for n in range(3)]


def test_pairs_of_networks_are_told_apart_by_the_digits_on_which_they_disagree() -> None:
    misreads = np.zeros((20, 3), bool)
    misreads[:5, 1] = misreads[:6, 2] = True
    assert told_apart(misreads) == pytest.approx(100 / 3)  # p is 2 / 2**5, 2 / 2**6 and 1
    assert told_apart(misreads, level=0.1) == pytest.approx(200 / 3)
