"""The recipe is the one that the recorded choice gives, by the rule that is written down."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reproduction.learning import (
    FC40,
    HANDWRITTEN,
    NET1989,
    PAPER,
    SGD,
    TUTORIAL,
    TUTORIAL_SGD,
    Recipe,
)
from reproduction.learning.converter import converter
from reproduction.studies import selection
from tests.reproduction.made import TRAIN

ROOT = Path(__file__).parents[2]
RECORDS = {
    rule: json.loads((ROOT / selection.record_of(rule)).read_text())
    for rule in selection.CANDIDATES
}
SECOND_ORDER = selection.CANDIDATES["second-order"]


def results(**figures: tuple[float, float, float]) -> dict:
    """Make results of a train error, a train MSE and held-out errors, alike in every fold."""
    return {
        name.replace("_", " "): {
            "folds": [
                {"held out error": [held_out + 0.01 * fold], "held out mse": [0.02]}
                for fold in range(selection.FOLDS)
            ],
            "whole": [{"train error": [error], "train mse": [mse]}],
        }
        for name, (error, mse, held_out) in figures.items()
    }


def test_the_recipes_are_those_chosen() -> None:
    chosen_for = {
        "second-order": PAPER,
        "first-order": SGD,
        "net1989": NET1989,
        "fc40": FC40,
        "tutorial-second-order": TUTORIAL,
        "tutorial-first-order": TUTORIAL_SGD,
    }
    assert list(chosen_for) == list(selection.CANDIDATES)
    for rule, stages in ((rule, recipe.stages) for rule, recipe in chosen_for.items()):
        record = RECORDS[rule]
        chosen = converter.structure(record["recipes"][record["chosen"]], Recipe)
        assert chosen == selection.CANDIDATES[rule][record["chosen"]]
        (wanted,), (used,) = chosen.stages, stages
        assert (wanted.rule, wanted.eta, wanted.passes) == (used.rule, used.eta, used.passes)
    assert HANDWRITTEN.stages[0].rule == PAPER.stages[0].rule
    assert HANDWRITTEN.stages[0].eta == PAPER.stages[0].eta


@pytest.mark.parametrize("rule", selection.CANDIDATES)
def test_the_recorded_results_lead_to_the_recorded_choice(rule: str) -> None:
    record = RECORDS[rule]
    published = selection.PUBLISHED.get(rule, {})
    again = selection.choose(selection.CANDIDATES[rule], record["results"], published)
    assert again["chosen"] == record["chosen"]
    for name, figures in again["candidates"].items():
        assert figures == pytest.approx(record["candidates"][name])


def test_held_out_digits_are_never_learned_from() -> None:
    split = selection.folds(TRAIN)
    held = np.concatenate([sets["held out"].images for sets in split])
    np.testing.assert_array_equal(held, TRAIN.images)
    for sets in split:
        assert len(sets["train"]) + len(sets["held out"]) == len(TRAIN)
        ours = {image.tobytes() for image in sets["train"].images}
        assert not any(image.tobytes() in ours for image in sets["held out"].images)


def test_the_better_on_held_out_digits_wins() -> None:
    names = list(SECOND_ORDER)
    figures = dict.fromkeys(names, (1.1, 0.017, 2.0))
    figures[names[-1]] = (3.0, 0.03, 1.9)
    assert selection.choose(SECOND_ORDER, results(**figures))["chosen"] == names[-1]


def test_a_tie_goes_to_the_simplest_and_then_to_the_paper() -> None:
    names = list(SECOND_ORDER)
    figures = dict.fromkeys(names, (1.3, 0.019, 2.0))
    figures[names[-1]] = (1.1, 0.017, 2.0)  # nearer to the paper, but its eta falls
    figures[names[2]] = (1.12, 0.0171, 2.0)
    assert selection.choose(SECOND_ORDER, results(**figures))["chosen"] == names[2]
