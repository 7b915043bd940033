"""Laws of thresholds on other digits than those they were fitted on."""

import numpy as np
import pytest

from reproduction import evaluation
from reproduction.evaluation.halves import reject_by_halves

REJECT = [evaluation.reject_by_difference, evaluation.reject_by_thresholds]


def made(seed, n=301, networks=3):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, n).astype(np.uint8)
    outputs = rng.uniform(-1.7, 0.7, (n, 10, networks))
    outputs[np.arange(n), labels] += rng.uniform(0, 3, (n, networks))
    return outputs.astype(np.float32), labels


@pytest.mark.parametrize("reject", REJECT)
@pytest.mark.parametrize("seed", range(3))
def test_each_digit_is_judged_by_thresholds_of_the_other_half(reject, seed):
    outputs, labels = made(seed)
    rejected, left = reject_by_halves(reject, outputs, labels)
    for network in range(outputs.shape[2]):
        own = outputs[:, :, network : network + 1]
        fitted = [reject(own[half::2], labels[half::2])[0].thresholds for half in (0, 1)]
        accepted = [
            number
            for number in range(len(labels))
            if fitted[1 - number % 2].accept(own[number : number + 1])[0, 0]
        ]
        bad = sum(int(own[number, :, 0].argmax() != labels[number]) for number in accepted)
        assert rejected[network] == pytest.approx(100 - 100 * len(accepted) / len(labels))
        assert left[network] == pytest.approx(100 * bad / len(accepted))


@pytest.mark.parametrize("reject", REJECT)
def test_halves_that_are_alike_leave_what_each_leaves(reject):
    outputs, labels = made(7, n=150)
    twice = np.repeat(outputs, 2, axis=0), np.repeat(labels, 2)
    rejected, left = reject_by_halves(reject, *twice)
    for network, found in enumerate(reject(outputs, labels)):
        assert rejected[network] == pytest.approx(found.rejected_percent)
        accepted = found.patterns - found.rejected
        assert left[network] == pytest.approx(100 * found.errors / accepted)
        assert left[network] <= 1


@pytest.mark.parametrize("reject", REJECT)
def test_a_network_without_answers_rejects_everything(reject):
    outputs, labels = made(1)
    outputs[:, 2, 1] = np.nan
    rejected, left = reject_by_halves(reject, outputs, labels)
    assert rejected[1] == 100
    assert np.isnan(left[1])
    assert not np.isnan(left[[0, 2]]).any()
