"""What the chapter on deletion shows is what networks, curves and a picture's words say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from reproduction.learning import Prune, damage
from reproduction.learning.damage import Curve
from reproduction.learning.deletion import saliencies
from reproduction.network import LENET1, Bank
from reproduction.pages import deletion, material, record
from reproduction.studies import brain_damage
from tests.reproduction.made import SMALL, TEST, TRAIN

FEW = deletion.Trained(Bank(SMALL, range(3)), TRAIN, median=1)


def test_what_networks_lose_is_measured_on_every_tenth_digit() -> None:
    some = TRAIN.select(slice(0, None, 10))
    np.testing.assert_array_equal(FEW.worth, saliencies(FEW.bank, SMALL.planes(some.images)))
    size, worth = FEW.of_median()
    np.testing.assert_array_equal(size, np.abs(FEW.bank.parameters[:, 1]))
    np.testing.assert_array_equal(worth, FEW.worth[:, 1])
    steps = [Prune(200), Prune(50)]
    for tried, given in ((some, None), (TEST, TEST)):
        wanted = damage.costs(FEW.bank, TRAIN, steps, tried)
        np.testing.assert_array_equal(FEW.costs(steps, given).values, wanted.values)
    foretold = damage.foretold(FEW.bank, TRAIN, steps, some)
    np.testing.assert_array_equal(FEW.foretold(steps).diagonal.values, foretold.diagonal.values)


def test_networks_without_parameters_say_nothing() -> None:
    assert not FEW.outputs_after(Prune(0)).any()
    assert FEW.outputs_after(Prune(10_000)).any()


def test_the_networks_of_a_recipe_are_those_of_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run = SimpleNamespace(banks=lambda: [Bank(SMALL, (4, 2, 9))], median=1)
    monkeypatch.setattr(material, "run", lambda recipe: run)
    monkeypatch.setattr(material, "sets", lambda recipe: {"train": TRAIN, "test": TEST})
    found = deletion.trained("paper")
    assert (found.bank.seeds, found.median, found.digits) == ((4, 2, 9), 1, TRAIN)


# ---- The averages -----------------------------------------------------------------------------


def lenet1(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return sizes and saliencies in which two maps of H4 have fallen silent."""
    rng = np.random.default_rng(seed)
    size, worth = rng.uniform(0.02, 0.5, (2, 2578))
    h2, h4 = (LENET1.parameters[f"{name}.weights"][0] for name in ("H2", "H4"))
    worth[np.r_[h2, h4]] *= 100
    size[h4][[3, 7]] = 0.001, 0.002
    kernels = worth[LENET1.parameters["H3.weights"][0]]
    reads = [len(row) for row in LENET1.shapes[2].table]
    for at in (3, 7):
        kernels[25 * sum(reads[:at]) :][: 25 * reads[at]] = 1e-6
    return size, worth


def averages_of(size: np.ndarray, worth: np.ndarray) -> deletion.Averages:
    networks = SimpleNamespace(of_median=lambda: (size, worth))
    return deletion.averages(networks)  # type: ignore[arg-type]


def test_averages_are_compared_with_the_other_parameters() -> None:
    size, worth = lenet1()
    found = averages_of(size, worth)
    names = {name.split(".")[0]: [] for name in LENET1.parameters}
    for name, (place, _) in LENET1.parameters.items():
        names[name.split(".")[0]] += range(place.start, place.stop) if "weights" in name else []
    ours = {*names["H2"], *names["H4"]}
    others = [at for at in range(2578) if at not in ours]
    assert found.count == len(ours) == 16
    middle = np.median([size[at] for at in ours])
    assert found.percent_smaller == pytest.approx(
        100 * sum(size[at] < middle for at in others) / len(others)
    )
    assert found.worth == pytest.approx(
        np.median([worth[at] for at in ours]) / np.median([worth[at] for at in others])
    )
    shares = []
    for at in ours:
        alike = [n for n in others if size[at] / 1.15 < size[n] < size[at] * 1.15]
        if size[at] > 0.01:
            shares.append(100 * sum(worth[n] > worth[at] for n in alike) / len(alike))
    assert found.percent_worth_more == pytest.approx(max(shares))


def test_maps_that_fell_silent_and_their_kernels_are_told() -> None:
    size, worth = lenet1()
    found = averages_of(size, worth)
    assert found.silent == 2
    heard = np.delete(size[LENET1.parameters["H4.weights"][0]], [3, 7])
    assert found.smallest_heard == heard.min()
    kernels = worth[LENET1.parameters["H3.weights"][0]]
    assert found.unheard == pytest.approx(1e-6 / np.median(kernels[kernels > 1e-6]))


# ---- Pictures ---------------------------------------------------------------------------------


def curve(height: float, sizes: tuple[int, ...] = (2578, 1500, 500)) -> Curve:
    return Curve(sizes, np.linspace(0, height, len(sizes))[:, np.newaxis] + np.zeros(3))


def test_curves_are_drawn_at_the_sizes_that_all_have() -> None:
    costs = {"by saliency": curve(4), "by size": curve(8, (2578, 1500, 500, 100))}
    text = deletion.figure_1a(costs, "Size is not worth", "Look.").text
    assert "by saliency: 0.0 at 2578 and 4.0 at 500" in text
    assert "by size: 0.0 at 2578 and 5.3 at 500" in text


def test_three_terms_stand_beside_what_is_measured() -> None:
    found = damage.Foretold(*(curve(height) for height in (5, 2, 3, 4, -1)))
    text = deletion.figure_1b(found, "What is missing", "Look.").text
    for name, height in (
        ("measured", 5),
        ("saliencies", 2),
        ("quadratic form", 4),
        ("exact diagonal", 3),
    ):
        assert f"{name}: 0.0 at 2578 and {height}.0 at 500" in text


def test_figure_2_has_both_sets_before_and_after_learning_on() -> None:
    made = record("brain-damage")
    sizes = (2578, *brain_damage.SIZES)
    text = deletion.figure_2(made, curve(5, sizes), curve(6, sizes), "Learning on", "Look.").text
    assert "1500 deleted" in text
    for name, of_set, height in (("Training", "train", 5), ("Test", "test", 6)):
        risen = brain_damage.risen(made, of_set)
        assert f"{name} digits deleted: 0.0 at 2578 and {height}.0 at 400" in text
        for line, arm in (("learned on", "saliency"), ("nothing deleted", "nothing deleted")):
            last = risen[arm].median(400)
            assert f"{name} digits {line}: 0.0 at 2578 and {last:.1f} at 400" in text


def test_a_line_marks_how_many_are_enough() -> None:
    errors = {"learned on": curve(90), "nothing deleted": curve(10)}
    assert "1500 left" in deletion.held_out(errors, 1500, "Two in five go", "Look.").text


def test_tables_say_what_they_have_in_common_with_the_papers() -> None:
    found = brain_damage.beside_table_1(brain_damage.tables_by_lot(2))
    text = deletion.tables(found, "Two tables", "Look.").text
    assert f"in common with it: {found.alike[0]}, {found.alike[1]} of 20" in text
