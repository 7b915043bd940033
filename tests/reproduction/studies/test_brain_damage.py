"""The studies of deletion: what their arms are, and what their records keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from reproduction import console
from reproduction.learning import Handwritten, Prune, recipes
from reproduction.learning.damage import Curve
from reproduction.learning.deletion import KERNELS
from reproduction.network import LENET1, Architecture, Connection, Convolution, Plane
from reproduction.network.relatives import DENSE, NET1989
from reproduction.studies import Arm, Study, brain_damage
from reproduction.studies.brain_damage import (
    AVERAGES_KEPT,
    CUT,
    DELETIONS,
    KERNELS_LEFT,
    NOTHING,
    PAPERS_TABLE,
    SISTER_SIZES,
    SIZES,
    learning_on,
)
from reproduction.studies.record import differences, read_record, unpacked
from tests.reproduction.made import PLAIN_STAGE, SMALL, recipe

RECORDS = Path(__file__).parents[3] / "book" / "records"


def test_the_sister_network_loses_nearly_half_its_parameters_with_a_layer() -> None:
    """Of 9760 parameters 5590 are left, "half" in the paper (p. 603)."""
    assert NET1989.counts().parameters == 9760
    assert CUT.counts().parameters == 5590
    assert [layer.name for layer in CUT.layers] == ["H1", "H2", "output"]


def test_the_last_sizes_are_those_of_lenet1() -> None:
    assert SISTER_SIZES[-1] == LENET1.counts().parameters
    assert KERNELS_LEFT[-1] == sum(len(row) for row in LENET1.layers[2].table)
    assert sum(len(row) for row in DENSE.shapes[2].table) == 48


def test_every_study_has_an_arm_that_learns_on_as_long_and_deletes_nothing() -> None:
    for study in DELETIONS.values():
        deleting = [arm for arm in study.arms if any(stage.prune for stage in arm.recipe.stages)]
        assert deleting
        for arm in deleting:
            assert any(
                other.recipe.passes == arm.recipe.passes
                and other.recipe.digits == arm.recipe.digits
                and other.architecture == arm.architecture
                and not any(stage.prune for stage in other.recipe.stages)
                for other in study.arms
            )


def test_the_records_have_as_many_parameters_left_as_their_steps_say() -> None:
    record = read_record(RECORDS / "brain-damage.json")
    nothing, *deleting = record["arms"]
    assert (brain_damage.sizes(record, nothing) == 2578).all()
    for arm in deleting:
        assert brain_damage.sizes(record, arm).tolist() == [2578, *SIZES]
        assert (brain_damage.left(record, arm).sum(axis=0) == SIZES[-1]).all()
    for curve in brain_damage.errors(record).values():
        assert curve.sizes == (2578, *SIZES)  # beside the sizes where nothing is deleted
    spared = brain_damage.left(record, AVERAGES_KEPT)
    for layer in ("H2", "H4"):
        for what in ("weights", "biases"):
            assert spared[LENET1.parameters[f"{layer}.{what}"][0]].all()


def test_errors_on_held_out_digits_are_summed_over_the_folds() -> None:
    record = read_record(RECORDS / "brain-damage-size.json")
    found = brain_damage.held_out_errors(record)
    for name, kind in (("learned on", "saliency"), (NOTHING, NOTHING)):
        folds = [bank for bank in record["banks"] if bank["arm"].startswith(f"{kind}, fold")]
        assert len(folds) == brain_damage.FOLDS
        ends = [bank["sets"]["held_out"]["errors"] for bank in folds]
        assert found[name][SIZES[-1]].tolist() == np.sum(ends, axis=0).tolist()


def test_parameters_are_enough_down_to_the_first_loss_beyond_chance() -> None:
    beside = Curve((40, 30, 20, 10), np.full((4, 5), 100))
    more = np.array([[0] * 5, [-1, 1, 2, -2, 1], [3, 4, 5, 3, 4], [0, 1, 0, -1, 0]])
    deleting = Curve(beside.sizes, beside.values + more)
    assert brain_damage.smallest_without_loss(deleting, beside) == 30
    assert brain_damage.smallest_without_loss(beside, deleting) == 10


def test_the_papers_table_is_wholly_like_itself_and_all_of_it_is_read() -> None:
    shuffled = PAPERS_TABLE[::-1][:, [2, 3, 1, 0]]
    lopsided = PAPERS_TABLE.copy()
    lopsided[:, 0] = False
    found = brain_damage.beside_table_1([shuffled, lopsided])
    assert found.alike == (20, 15)
    np.testing.assert_array_equal(found.arranged[0], PAPERS_TABLE)
    assert sorted(map(sorted, found.readers.tolist())) == [[0, 5, 5, 5], [5, 5, 5, 5]]
    assert found.unread == 1


def test_tables_by_lot_have_as_many_connections_and_come_again() -> None:
    drawn = brain_damage.tables_by_lot(7)
    assert [table.shape for table in drawn] == [(12, 4)] * 7
    assert {int(table.sum()) for table in drawn} == {20}
    assert len({table.tobytes() for table in drawn}) == 7
    np.testing.assert_array_equal(drawn[:3], brain_damage.tables_by_lot(3))


def test_a_study_on_held_out_digits_is_printed_too() -> None:
    record = read_record(RECORDS / "brain-damage-size.json")
    table = console.study_table(record)
    assert [column.header for column in table.columns][3] == "held-out errors"
    errors = record["banks"][0]["sets"]["held_out"]
    shown = next(iter(table.columns[3].cells))
    assert shown == f"{np.median(errors['errors']):g} of {errors['patterns']}"


def test_without_deleting_the_stages_are_the_same_but_for_it() -> None:
    steps = [Prune(2000), Prune(1000)]
    deleted, control = (learning_on(recipes.PAPER, steps, deleting=each) for each in (True, False))
    assert [stage.prune for stage in deleted.stages] == [None, *steps]
    for a, b in zip(deleted.stages, control.stages, strict=True):
        assert replace(a, name="any", prune=None) == replace(b, name="any")


def test_a_bank_keeps_which_parameters_are_left_and_the_mse_of_every_stage(
    run: Callable[[Study], dict],
) -> None:
    made = replace(learning_on(recipe(PLAIN_STAGE), [Prune(300), Prune(100)]), digits=Handwritten())
    record = run(Study("made", "?", (Arm("made", made, SMALL),), (0, 1), follow=True))
    (bank,) = record["banks"]
    left = unpacked(bank["left"], SMALL.counts().parameters)
    assert left.sum(axis=0).tolist() == [100, 100]
    for name in bank["sets"]:
        at_ends = np.array(bank["mse"][name])
        assert at_ends.shape == (2, 3)
        np.testing.assert_array_equal(at_ends[:, -1], bank["sets"][name]["mse"])
    assert brain_damage.sizes(record, "made").tolist() == [SMALL.counts().parameters, 300, 100]
    np.testing.assert_array_equal(brain_damage.left(record, "made"), left)
    for name in bank["sets"]:
        (ends,), (mse,) = (
            each(record, name).values() for each in (brain_damage.errors, brain_damage.mse)
        )
        assert ends.sizes == mse.sizes == (SMALL.counts().parameters, 300, 100)
        assert ends[100].tolist() == bank["sets"][name]["errors"]
        assert mse[100].tolist() == bank["sets"][name]["mse"]
        risen = brain_damage.risen(record, name)["made"]
        np.testing.assert_allclose(mse.values, mse.values[0] * 10 ** (risen.values / 10))
    other = {**record, "banks": [{**bank, "left": bank["misread"]}]}
    assert differences(record, other) == [
        "made, seeds 0 to 1: other measures from the same weights"
    ]


def test_a_table_is_read_off_the_kernels_that_are_left(run: Callable[[Study], dict]) -> None:
    layers = (
        Convolution("H2", 3, 7, stride=3),
        Convolution("H3", 2, 3, table=((0, 2), (0, 1, 2))),
        Connection("output", 10),
    )
    network = Architecture("TWO", Plane(16, 16), layers)
    step = Prune(3, of=KERNELS, layers=("H3",))
    made = replace(learning_on(recipe(PLAIN_STAGE), [step]), digits=Handwritten())
    record = run(Study("made", "?", (Arm("made", made, network),), (0, 1), follow=True))
    found = brain_damage.tables(record, "made")
    assert found.shape == (2, 2, 3)
    assert found.sum(axis=(1, 2)).tolist() == [3, 3]
    assert not found[:, 0, 1].any()
    kept = brain_damage.left(record, "made")[network.parameters["H3.weights"][0]]
    pairs = [(0, 0), (0, 2), (1, 0), (1, 1), (1, 2)]
    for number, (above, below) in enumerate(pairs):
        kernel = kept[9 * number : 9 * number + 9]
        np.testing.assert_array_equal(found[:, above, below], kernel.all(axis=0))
