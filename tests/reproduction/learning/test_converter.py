"""Recipes and architectures come back from JSON as they were."""

from __future__ import annotations

import json

import cattrs
import pytest
from hypothesis import given

from reproduction.learning import Recipe, recipes
from reproduction.learning.converter import converter
from reproduction.network import LENET1, Architecture
from tests.reproduction.learning.made_recipes import any_recipe


@given(any_recipe)
def test_a_recipe_comes_back_from_json(recipe: Recipe) -> None:
    text = json.dumps(converter.unstructure(recipe))
    back = converter.structure(json.loads(text), Recipe)
    assert back == recipe
    assert hash(back) == hash(recipe)


def test_an_architecture_comes_back_from_json() -> None:
    text = json.dumps(converter.unstructure(LENET1))
    assert converter.structure(json.loads(text), Architecture) == LENET1


def test_keys_that_came_later_need_not_be_there() -> None:
    """Recipes and architectures that were written before them mean what they meant."""
    data = converter.unstructure(recipes.HANDWRITTEN)
    del data["initial"]
    for stage in data["stages"]:
        del stage["rule"]["full"], stage["rule"]["curvature"]["every"]
    assert converter.structure(data, Recipe) == recipes.HANDWRITTEN
    data = converter.unstructure(LENET1)
    del data["squashing"], data["energy"]
    for n in (1, 3):
        del data["layers"][n]["learned"], data["layers"][n]["mean"]
        del data["layers"][n]["summed_first"]
    assert converter.structure(data, Architecture) == LENET1


def test_what_came_later_is_written_only_where_it_is_used() -> None:
    """Banks that were kept before are named by what they were."""
    (stage,) = converter.unstructure(recipes.HANDWRITTEN)["stages"]
    assert list(stage) == ["name", "passes", "eta", "rule", "part", "order", "layers", "prune"]
    (stage,) = converter.unstructure(recipes.MODERN)["stages"]
    assert list(stage)[-1] == "distortion"


def test_unknown_keys_are_refused() -> None:
    data = converter.unstructure(recipes.HANDWRITTEN)
    data["stages"][0]["momentum"] = 0.9
    with pytest.raises(cattrs.ClassValidationError):
        converter.structure(data, Recipe)
