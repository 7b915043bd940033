"""The studies of MNIST differ in what they ask, and train nothing twice that they share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproduction.learning import MNIST, Across, Handwritten, Shuffled, recipes
from reproduction.network import ARCHITECTURES, LENET1
from reproduction.studies import Study
from reproduction.studies.mnist import ACROSS, FORMS

ARMS = {arm.name: arm for arm in FORMS.arms}


def test_the_forms_are_deslanted_or_not_and_fill_the_image_or_not() -> None:
    found = {arm.recipe.digits for arm in ARMS.values()}
    assert found == {MNIST(), MNIST(deslanted=False), MNIST(deslanted=False, filled=False)}
    for arm in ARMS.values():
        is_slanted = arm.name.startswith("as they are")
        assert arm.recipe.digits.deslanted is not is_slanted


def test_every_form_has_the_rates_that_were_chosen_for_it() -> None:
    for name, recipe in (
        ("deslanted", recipes.ON_MNIST),
        ("as they are", recipes.ON_MNIST_SLANTED),
    ):
        assert ARMS[name].recipe == recipe
    unfilled = ARMS["as they are, not filling 16 x 16"].recipe
    assert replace(unfilled, digits=MNIST(deslanted=False)) == recipes.ON_MNIST_SLANTED
    (stage,) = recipes.ON_MNIST.stages
    shuffled = replace(recipes.ON_MNIST, stages=(replace(stage, order=Shuffled()),))
    assert ARMS["deslanted, shuffled"].recipe == shuffled


def test_the_schedule_of_1998_is_the_published_one() -> None:
    (stage,) = ARMS["as they are, eta and mu as in 1998"].recipe.stages
    (published,) = recipes.LECUN1998.stages
    assert (stage.eta, stage.rule, stage.passes) == (published.eta, published.rule, 20)


def test_the_tutorials_network_learns_the_same_digits_in_as_many_passes() -> None:
    for name in ("TUTORIAL-CODE", "TUTORIAL-CODE, SGD"):
        arm = ARMS[name]
        assert arm.architecture == ARCHITECTURES["TUTORIAL-CODE"]
        assert arm.recipe.digits == recipes.ON_MNIST.digits
        assert arm.recipe.passes == recipes.ON_MNIST.passes


SETS = {"USPS": Handwritten(), "MNIST": MNIST(), "MNIST as they are": MNIST(deslanted=False)}


def test_an_arm_across_says_whose_digits_are_read_and_which_were_learned() -> None:
    for arm in ACROSS.arms:
        tried, _, learned = arm.name.partition(" by ")
        wanted = (SETS["USPS"], SETS["MNIST"]) if learned == "both" else (SETS[learned],)
        if wanted == (SETS[tried],):
            assert arm.recipe.digits == SETS[tried]
        else:
            assert arm.recipe.digits == Across(wanted, SETS[tried])
        assert arm.architecture == LENET1


def test_networks_across_are_those_of_the_recipes() -> None:
    """But for what they are tried on."""
    by_learned = {
        "USPS": recipes.HANDWRITTEN,
        "MNIST": recipes.ON_MNIST,
        "MNIST as they are": recipes.ON_MNIST_SLANTED,
        "both": recipes.ON_MNIST,
    }
    for arm in ACROSS.arms:
        recipe = by_learned[arm.name.partition(" by ")[2]]
        assert replace(arm.recipe, digits=recipe.digits) == recipe


def test_more_passes_are_all_that_is_more() -> None:
    longer = ARMS["as they are, 48 passes"].recipe
    assert longer.passes == 3 * recipes.ON_MNIST_SLANTED.passes
    assert longer.with_passes(16) == recipes.ON_MNIST_SLANTED


@pytest.mark.parametrize("study", [ACROSS, FORMS], ids=lambda study: study.name)
def test_studies_fill_whole_banks(study: Study) -> None:
    assert study.question.endswith("?")
    assert study.seeds == tuple(range(16))
