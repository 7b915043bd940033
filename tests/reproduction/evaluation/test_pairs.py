"""What is said of pairs of networks is counted pattern by pattern, here in plain loops."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from reproduction.evaluation.pairs import agreement, errors_in_common

RNG = np.random.default_rng(1989)
OUTPUTS, LABELS = RNG.normal(size=(60, 10, 4)), RNG.integers(0, 10, 60)
OUTPUTS[np.arange(60), LABELS] += 1.5
SAID = OUTPUTS.argmax(axis=1)
PAIRS = list(combinations(range(4), 2))


def test_networks_agree_on_the_patterns_to_which_they_give_one_answer() -> None:
    alike = [sum(SAID[n, a] == SAID[n, b] for n in range(60)) for a, b in PAIRS]
    assert 0 < min(alike) < max(alike) < 60
    assert agreement(OUTPUTS) == pytest.approx([100 * each / 60 for each in alike])


def test_errors_in_common_are_among_those_of_either() -> None:
    wanted = []
    for a, b in PAIRS:
        one, other = ({n for n in range(60) if SAID[n, each] != LABELS[n]} for each in (a, b))
        wanted.append(100 * len(one & other) / len(one | other))
    assert 0 < min(wanted) < max(wanted) < 100
    assert errors_in_common(OUTPUTS, LABELS) == pytest.approx(wanted)


def test_who_misreads_nothing_has_no_errors_in_common() -> None:
    right = np.eye(10)[:, :, np.newaxis].repeat(2, axis=2)
    assert np.isnan(errors_in_common(right, np.arange(10))).tolist() == [True]
    assert errors_in_common(right[:, :, :1], np.arange(10)).shape == (0,)
