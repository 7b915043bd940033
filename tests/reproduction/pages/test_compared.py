"""Runs are compared network by network, and stopped where errors say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reproduction.pages import compared
from reproduction.studies.comparison import mean_interval

ERRORS = {
    "paper": np.array([[9, 8, 9], [5, 7, 6], [4, 6, 5]]),
    "sgd": np.array([[9, 9, 9], [6, 6, 6], [5, 3, 6]]),
}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two runs of three networks and three passes, on 200 digits."""
    made = {
        name: SimpleNamespace(
            errors=lambda part, name=name: ERRORS[name],
            percent=lambda part, name=name: ERRORS[name] / 2,
        )
        for name in ERRORS
    }
    monkeypatch.setattr(compared.material, "run", made.__getitem__)


@pytest.mark.usefixtures("runs")
def test_errors_are_saved_in_pairs_at_the_end_or_after_a_pass() -> None:
    at_the_end = compared.errors_saved("sgd")
    assert at_the_end.pairs.tolist() == [-1, 3, -1]
    assert at_the_end.mean == mean_interval(at_the_end.pairs)
    assert compared.errors_saved("sgd", after=2).pairs.tolist() == [0, 4, 0]
    assert compared.errors_saved("paper", over="sgd").pairs.tolist() == [1, -3, 1]


@pytest.mark.usefixtures("runs")
def test_one_recipe_is_above_another_pass_by_pass() -> None:
    found = compared.above("sgd", "paper", "test")
    assert [each.mean for each in found] == pytest.approx([1 / 6, 0, -1 / 6])
    assert found[0] == mean_interval(np.array([0, 0.5, 0]))


@given(arrays(int, st.tuples(st.integers(1, 8), st.integers(2, 5)), elements=st.integers(0, 9)))
def test_networks_are_stopped_at_their_own_best_pass_and_at_that_of_the_others(
    errors: np.ndarray,
) -> None:
    found = compared.stopped(errors)
    own, others = [], []
    for network, of_network in enumerate(errors.T):
        rest = np.delete(errors, network, axis=1).mean(axis=1)
        stop = found.pass_of_others[network] - 1
        assert rest[stop] == pytest.approx(rest.min())
        assert not np.any(rest[:stop] <= rest[stop] - 1e-9)
        own.append(of_network[-1] - min(of_network))
        others.append(of_network[-1] - of_network[stop])
    assert found.by_own == pytest.approx(np.mean(own))
    assert found.by_others == pytest.approx(np.mean(others))
    assert found.by_own >= max(found.by_others, 0)
