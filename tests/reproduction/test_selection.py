"""The recipe is the one that the recorded choice gives, by the rule that is written down."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reproduction import selection
from reproduction.learning import HANDWRITTEN, Recipe
from reproduction.records import converter
from tests.reproduction.made import TRAIN

RECORD = json.loads((Path(__file__).parents[2] / selection.RECORD).read_text())


def results(**figures: tuple[float, float, float, float]) -> dict:
    """Make results in which every fold has the given figures, plus the same small noise."""
    keys = ("train error", "train mse", "held out error", "held out mse")
    return {
        name.replace("_", " "): [
            {key: [value + 0.01 * fold] for key, value in zip(keys, four, strict=True)}
            for fold in range(selection.FOLDS)
        ]
        for name, four in figures.items()
    }


def test_the_recipe_is_the_chosen_one() -> None:
    chosen = converter.structure(RECORD["recipes"][RECORD["chosen"]], Recipe)
    assert chosen == selection.CANDIDATES[RECORD["chosen"]] == HANDWRITTEN


def test_the_recorded_results_lead_to_the_recorded_choice() -> None:
    again = selection.choose(RECORD["results"])
    assert again["chosen"] == RECORD["chosen"]
    for name, figures in again["candidates"].items():
        assert figures == pytest.approx(RECORD["candidates"][name])


def test_held_out_digits_are_never_learned_from() -> None:
    split = selection.folds(TRAIN)
    held = np.concatenate([sets["held out"].images for sets in split])
    np.testing.assert_array_equal(held, TRAIN.images)
    for sets in split:
        assert len(sets["train"]) + len(sets["held out"]) == len(TRAIN)
        ours = {image.tobytes() for image in sets["train"].images}
        assert not any(image.tobytes() in ours for image in sets["held out"].images)


def test_the_better_on_held_out_digits_wins() -> None:
    names = list(selection.CANDIDATES)
    figures = dict.fromkeys(names, (1.1, 0.017, 2.0, 0.02))
    figures[names[-1]] = (3.0, 0.03, 1.9, 0.019)
    assert selection.choose(results(**figures))["chosen"] == names[-1]


def test_a_tie_goes_to_the_simplest_and_then_to_the_paper() -> None:
    names = list(selection.CANDIDATES)
    figures = dict.fromkeys(names, (1.3, 0.019, 2.0, 0.02))
    figures[names[-1]] = (1.1, 0.017, 2.0, 0.020)  # nearer to the paper, but its eta falls
    figures[names[2]] = (1.12, 0.0171, 2.0, 0.020)
    assert selection.choose(results(**figures))["chosen"] == names[2]
