"""Every study asks what it says: its arms differ in that, and cover what there is to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction.learning import RECIPES, Linear, Mixed, Running, Sampled, Shuffled, recipes
from reproduction.learning.recipe import MIXINGS
from reproduction.learning.training import check_recipe
from reproduction.network import ARCHITECTURES, LENET1, Initial, Subsampling
from reproduction.network.relatives import (
    FC40,
    LENET1_SOFTMAX,
    NET1989_SOFTMAX,
    SCHEMES,
    net1989,
)
from reproduction.paper import PUBLISHED
from reproduction.runs import Plan
from reproduction.studies import Arm, Job, Study
from reproduction.studies.questions import (
    AVERAGING,
    CURVATURE,
    ETA_AND_MU,
    FIRST_WEIGHTS,
    FULL,
    GAP,
    MIXING,
    MUS,
    ORDER,
    QUESTIONS,
    RATIOS,
    RELATIVES,
    SOME,
    SQUASHED,
    STAGES,
    TABLES,
    THE_HUNDRED,
    grid,
)
from tests.reproduction.made import MADE, SMALL, made_digits, with_eta

every_study = pytest.mark.parametrize("study", QUESTIONS.values(), ids=lambda study: study.name)


def key(arm: Arm, study: Study) -> str:
    """Return the key of an arm's first bank, by which equal trainings are told."""
    return Job(Plan(arm.recipe, arm.architecture, study.banks[0], {}, {}), study.follow).key


@every_study
def test_no_two_arms_are_the_same_training(study: Study) -> None:
    assert len({key(arm, study) for arm in study.arms}) == len(study.arms) > 1


@every_study
def test_names_are_short_and_plain(study: Study) -> None:
    assert QUESTIONS[study.name] is study
    assert study.name.replace("-", "").isalnum()
    assert study.name == study.name.lower()
    for arm in study.arms:
        assert 0 < len(arm.name) < 40
        assert arm.name.isprintable()
        assert arm.name == arm.name.strip()


@every_study
def test_a_study_asks_a_question(study: Study) -> None:
    assert study.question.endswith("?")


@every_study
def test_a_study_fills_whole_banks(study: Study) -> None:
    assert study.seeds == tuple(range(len(study.seeds)))
    assert len(study.seeds) % 16 == 0


@every_study
def test_every_arm_finds_what_its_recipe_asks_for(study: Study) -> None:
    made = made_digits(60)
    digits = Digits(made.images, made.labels, np.resize(["printed", "handwritten"], 60))
    for arm in study.arms:
        check_recipe(arm.recipe, arm.architecture, digits)


@every_study
def test_a_network_is_called_what_it_is(study: Study) -> None:
    """An architecture that has the name of a known one differs in what it leaves open alone."""
    for arm in study.arms:
        known = ARCHITECTURES.get(arm.architecture.name)
        if known is not None and arm.architecture != known:
            assert study is TABLES
            assert arm.architecture.counts() == known.counts()


# --- what each of them covers ------------------------------------------------------------------


def changes(study: Study) -> dict[str, tuple[object, object]]:
    """Return by name the arms after the first."""
    return {arm.name: (arm.recipe, arm.architecture) for arm in study.arms[1:]}


ONE_THING = (CURVATURE, FIRST_WEIGHTS, ORDER, MIXING, SQUASHED, AVERAGING, FULL, STAGES)


@pytest.mark.parametrize("study", ONE_THING, ids=lambda study: study.name)
def test_an_open_question_starts_from_the_papers_recipe_as_it_stands(study: Study) -> None:
    assert study.arms[0] == Arm("as in the recipe", recipes.PAPER, LENET1)
    assert study.seeds == SOME


def test_the_gap_starts_from_the_sister_papers_recipe_as_it_stands() -> None:
    assert GAP.arms[0] == Arm("as in the recipe", recipes.NET1989, ARCHITECTURES["NET1989"])


def test_the_table_is_asked_of_one_of_the_recipes_for_the_gap() -> None:
    """Of the network as it stands first, and of that recipe alone."""
    (recipe,) = {arm.recipe for arm in TABLES.arms}
    assert recipe in {arm.recipe for arm in GAP.arms}
    assert TABLES.arms[0].architecture == ARCHITECTURES["NET1989"]


@pytest.mark.parametrize("study", [SQUASHED, AVERAGING], ids=lambda study: study.name)
def test_where_the_network_is_open_the_recipe_stays(study: Study) -> None:
    assert {arm.recipe for arm in study.arms} == {recipes.PAPER}


@pytest.mark.parametrize("study", [CURVATURE, FIRST_WEIGHTS, ORDER, MIXING, FULL, STAGES])
def test_where_the_recipe_is_open_the_network_stays(study: Study) -> None:
    assert {arm.architecture for arm in study.arms} == {LENET1}


def test_a_hundred_networks_are_six_banks_of_both_recipes_followed() -> None:
    assert [arm.recipe for arm in THE_HUNDRED.arms] == [recipes.PAPER, recipes.HANDWRITTEN]
    assert {arm.architecture for arm in THE_HUNDRED.arms} == {LENET1}
    assert len(THE_HUNDRED.seeds) == 96
    assert THE_HUNDRED.follow


def test_the_relatives_are_all_architectures_by_recipes_of_their_own() -> None:
    found = {arm.architecture for arm in RELATIVES.arms}
    later = {LENET1_SOFTMAX, NET1989_SOFTMAX}  # of no source of the time, nor of the tutorial
    assert found == set(ARCHITECTURES.values()) - later
    for arm in RELATIVES.arms:
        own = ARCHITECTURES[arm.recipe.architecture]
        assert own == arm.architecture or arm.name.split(",")[0] == arm.architecture.name
        assert arm.name.startswith(arm.architecture.name)


def test_eta_and_mu_are_the_full_product() -> None:
    found = {}
    for arm in ETA_AND_MU.arms:
        (stage,) = arm.recipe.stages
        found[stage.rule.mu, stage.eta.eta] = arm
        assert replace(arm.recipe, stages=recipes.PAPER.stages) == recipes.PAPER
        assert arm.architecture == LENET1
        assert f"mu {stage.rule.mu:g}, eta {stage.eta.eta:g}" == arm.name
    wanted = sorted((mu, mu * ratio) for mu, ratio in product(MUS, RATIOS))
    assert len(found) == len(MUS) * len(RATIOS) == len(ETA_AND_MU.arms)
    for (mu, eta), (asked_mu, asked_eta) in zip(sorted(found), wanted, strict=True):
        assert mu == asked_mu
        assert eta == pytest.approx(asked_eta, rel=5e-3)


def test_the_map_of_eta_and_mu_holds_the_papers_recipe() -> None:
    keys = {key(arm, ETA_AND_MU) for arm in ETA_AND_MU.arms}
    assert key(Arm("paper", recipes.PAPER, LENET1), ETA_AND_MU) in keys


def test_curvature_is_sampled_otherwise_or_eta_falls() -> None:
    (stage,) = recipes.PAPER.stages
    found = {}
    for name, (recipe, _) in changes(CURVATURE).items():
        (other,) = recipe.stages
        assert other.passes == stage.passes
        assert (other.rule.mu == stage.rule.mu) is (name != "eta and mu as in 1998")
        found[name] = (other.rule.curvature, other.eta)
    as_it_is = stage.rule.curvature
    assert as_it_is == Sampled(500)
    assert found == {
        "from 50 patterns": (Sampled(50), stage.eta),
        "from 5000 patterns": (Sampled(5000), stage.eta),
        "every 5 passes": (Sampled(500, every=5), stage.eta),
        "once": (Sampled(500, every=stage.passes), stage.eta),
        "running average": (Running(1e-3), stage.eta),
        "eta falling": (as_it_is, Linear(stage.eta.eta, stage.eta.eta / 50)),
        "eta and mu as in 1998": (as_it_is, recipes.LECUN1998.stages[0].eta),
    }


def test_first_weights_are_read_in_three_ways() -> None:
    found = [recipe for recipe, _ in changes(FIRST_WEIGHTS).values()]
    wanted = [Initial(square_root=True), Initial(bias_counts=False)]
    assert found == [replace(recipes.PAPER, initial=initial) for initial in wanted]


def test_the_order_is_that_of_the_file_or_new_in_every_pass() -> None:
    ((recipe, _),) = changes(ORDER).values()
    (stage,) = recipes.PAPER.stages
    assert recipe == replace(recipes.PAPER, stages=(replace(stage, order=Shuffled()),))


def test_mixing_has_all_six_combinations() -> None:
    found = {arm.recipe.digits for arm in MIXING.arms}
    assert found == {Mixed(mixing, slant) for mixing in MIXINGS for slant in (True, False)}
    assert len(MIXING.arms) == 6
    for arm in MIXING.arms:
        assert replace(arm.recipe, digits=recipes.PAPER.digits) == recipes.PAPER
    for name, (recipe, _) in changes(MIXING).items():
        assert name.startswith(recipe.digits.mixing)
        assert name.endswith("as printed") is not recipe.digits.deslanted


def test_the_averages_are_squashed_or_not_in_all_four_ways() -> None:
    found = {}
    for arm in SQUASHED.arms:
        averages = [layer for layer in arm.architecture.layers if isinstance(layer, Subsampling)]
        found[arm.name] = {layer.name: layer.squashed for layer in averages}
        layers = tuple(
            replace(layer, squashed=True) if layer in averages else layer
            for layer in arm.architecture.layers
        )
        assert replace(arm.architecture, name="LENET1", layers=layers) == LENET1
    assert found == {
        "as in the recipe": {"H2": True, "H4": True},
        "H2 not": {"H2": False, "H4": True},
        "H4 not": {"H2": True, "H4": False},
        "neither": {"H2": False, "H4": False},
    }


def test_averaging_is_sum_or_mean_with_the_curvature_of_four_or_of_one() -> None:
    found = {}
    for arm in AVERAGING.arms:
        averages = [layer for layer in arm.architecture.layers if isinstance(layer, Subsampling)]
        ((mean, once),) = {(layer.mean, layer.summed_first) for layer in averages}
        found[arm.name] = (mean, once)
    assert found == {
        "as in the recipe": (False, False),
        "sum, one connection": (False, True),
        "mean, four connections": (True, False),
        "mean, one connection": (True, True),
    }


def test_full_curvature_differs_in_that_alone() -> None:
    ((recipe, _),) = changes(FULL).values()
    (stage,) = recipes.PAPER.stages
    assert recipe == replace(
        recipes.PAPER, stages=(replace(stage, rule=replace(stage.rule, full=True)),)
    )


def test_stages_are_all_recipes_of_lenet1_that_have_several() -> None:
    staged = [
        recipe
        for recipe in RECIPES.values()
        if recipe.architecture == "LENET1" and len(recipe.stages) > 1
    ]
    assert [recipe for recipe, _ in changes(STAGES).values()] == staged
    assert staged == [recipes.STAGED, recipes.PARTS, recipes.LAYERWISE]
    assert {arm.recipe.passes for arm in STAGES.arms} == {recipes.PAPER.passes}


def test_tables_have_all_schemes_and_what_lies_around_the_maps() -> None:
    networks = [arm.architecture for arm in TABLES.arms]
    for scheme in SCHEMES:
        assert net1989(scheme) in networks
    tables = {network.layers[1].table for network in networks}
    assert len(tables) == len(SCHEMES) + 2
    assert net1989(before=2) in networks
    assert net1989(around_h1=0.0) in networks


def test_the_gap_is_searched_in_what_the_sister_paper_allows() -> None:
    """Its network stays, as do its digits."""
    assert {arm.architecture for arm in GAP.arms} == {net1989()}
    assert {arm.recipe.digits for arm in GAP.arms} == {recipes.NET1989.digits}
    for arm in GAP.arms:
        passes = arm.recipe.passes
        assert passes == PUBLISHED["NET1989"]["passes"].value or arm.name == f"{passes} passes"
    assert GAP.follow


# --- studies of one's own ----------------------------------------------------------------------


def test_a_grid_is_every_recipe_on_every_architecture() -> None:
    recipes = [with_eta(1e-3, "slow"), with_eta(2e-3, "fast")]
    study = grid("mine", recipes, [SMALL, FC40], range(3))
    assert [(arm.name, arm.recipe, arm.architecture) for arm in study.arms] == [
        (f"{recipe.name} on {network.name}", recipe, network)
        for recipe in recipes
        for network in (SMALL, FC40)
    ]
    assert study.name == "mine"
    assert study.seeds == (0, 1, 2)


def test_without_architectures_recipes_have_their_own() -> None:
    study = grid("mine", iter([recipes.PAPER, recipes.NET1989]), iter([]), iter([5]))
    assert [arm.architecture.name for arm in study.arms] == ["LENET1", "NET1989"]


def test_a_grid_may_be_given_as_anything_that_runs_out() -> None:
    study = grid("mine", iter([recipes.PAPER, recipes.NET1989]), iter([SMALL, FC40]), iter([5]))
    assert len(study.arms) == 4


def test_a_recipe_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="two arms of one name"):
        grid("mine", [MADE, with_eta(5.0)], [SMALL], [0])
