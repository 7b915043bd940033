"""Networks trained again are the run's, pass by pass, or are refused."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from reproduction.learning.training import Progress, banks_of, training_passes
from reproduction.pages import passes
from tests.reproduction.made import PLAIN_STAGE, SMALL, TEST, TRAIN, recipe

SETS = {"train": TRAIN, "test_handwritten": TEST}


@pytest.fixture(scope="module")
def run() -> SimpleNamespace:
    """Return three networks trained for as many passes as are kept at most."""
    made = recipe(replace(PLAIN_STAGE, passes=max(passes.PASSES)))
    banks = banks_of(SMALL, (2, 0, 5), made.initial)
    progress = Progress()
    for _ in training_passes(banks, made, SETS, progress):
        pass
    plan = SimpleNamespace(architecture=SMALL, recipe=made, seeds=(2, 0, 5))
    return SimpleNamespace(plan=plan, banks=lambda: banks, history=progress.history)


def test_weights_are_those_before_after_and_between(run: SimpleNamespace) -> None:
    found = passes._trained_again(run, SETS, (5, 2))
    (bank,) = run.banks()
    (first,) = banks_of(SMALL, (5, 2), run.plan.recipe.initial)
    assert found.shape == (len(passes.PASSES), len(bank.parameters), 2)
    np.testing.assert_array_equal(found[0], first.parameters)
    np.testing.assert_array_equal(found[-1], bank.parameters[:, [2, 0]])
    assert all(np.any(one != other) for one, other in pairwise(found))


def test_another_run_is_refused(run: SimpleNamespace) -> None:
    (other,) = banks_of(SMALL, (2, 0, 5), run.plan.recipe.initial)
    strange = SimpleNamespace(plan=run.plan, banks=lambda: [other])
    with pytest.raises(ValueError, match="other weights"):
        passes._trained_again(strange, SETS, (2,))


def test_errors_are_those_of_the_history(run: SimpleNamespace) -> None:
    found = passes._errors(run.history, 0)
    assert len(found) == max(passes.PASSES)
    outputs = run.banks()[0].outputs(SMALL.planes(TEST.images))[:, :, 1]
    wrong = np.mean(outputs.argmax(axis=1) != TEST.labels)
    assert found[-1] == pytest.approx(100 * wrong, abs=1e-3)


def test_likeness_is_the_correlation_with_the_last(
    run: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = passes._trained_again(run, SETS, (5, 2))
    monkeypatch.setattr(passes.material, "run", lambda recipe: run)
    monkeypatch.setattr(passes, "weights", lambda recipe, seeds: found)
    alike = passes.likeness([5, 2], "made")
    (place, shape) = SMALL.parameters["H1.weights"]
    kernels = found[:, place].reshape(len(found), shape[0], -1, 2)
    wanted = np.corrcoef(kernels[3, 1, :, 0], kernels[-1, 1, :, 0])[0, 1]
    assert tuple(alike) == passes.PASSES
    assert alike[passes.PASSES[3]][1, 0] == pytest.approx(wanted)
    np.testing.assert_allclose(alike[passes.PASSES[-1]], 1)
