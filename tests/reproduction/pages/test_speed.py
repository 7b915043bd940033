"""Shares of peak are those of the record's own numbers, and its tables leave nothing out."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproduction.network import LENET1, Bank
from reproduction.pages import material, speed

NUMBER = st.floats(0.01, 1e6)


@pytest.fixture(scope="module")
def record():
    return material.measurement("speed")


def rows(shown):
    """Return the cells of a table's rows."""
    found = re.findall(r"<tr>(.*?)</tr>", shown._repr_html_())
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found]


@given(NUMBER, NUMBER, st.floats(0, 1))
def test_a_share_is_the_work_done_of_that_which_the_core_could_have_done(micro, peak, part):
    could = peak * 1e9 * micro * 1e-6  # operations in that time
    found = {"microseconds": {"training": micro}, "peak_gflops": peak}
    share = speed.shares(found, {"training": part * could})["training"]
    assert share == pytest.approx(100 * part, rel=1e-9)


def test_the_table_of_the_engine_has_every_kind_of_work(record):
    head, *lines = rows(speed.engine(record, "speed"))
    assert [line[0] for line in lines] == list(record["operations"])
    for line in lines:
        assert float(line[1]) == round(record["microseconds"][line[0]], 2)
        assert float(line[3]) == round(record["avx2"]["microseconds"][line[0]], 2)
        assert len(line) == len(head)


@given(NUMBER, st.integers(2, 8), st.integers(2, 9))
def test_lines_are_straight_where_banks_and_passes_cost_the_same(second, banks, passes):
    def training(networks, count, cores=1):
        took = second * -(-networks // 16) * count / cores
        return {"networks": networks, "passes": count, "cores": cores, "seconds": took}

    found = [training(1, 2), training(16, 2), training(16 * banks, 2), training(16, 1)]
    found += [training(16, passes), training(16 * banks, 2, 2)]
    assert speed.straightness(found) == pytest.approx({"lanes": 1.0, "banks": 1.0, "passes": 1.0})
    found[2]["seconds"] *= 1.5
    assert speed.straightness(found)["banks"] == pytest.approx(1.5)


def test_the_nearest_is_the_fastest_of_the_others_and_none_is_faster_than_the_engine(record):
    name, times = speed.nearest(record["peers"])
    took = {peer["name"]: peer["microseconds"] for peer in record["peers"]}
    assert times == took[name] / took["this engine"]
    assert all(took[name] <= each for other, each in took.items() if other != "this engine")
    with pytest.raises(ValueError, match="swift is faster than the engine"):
        speed.nearest([*record["peers"], {"name": "swift", "microseconds": 1e-3}])


layers = st.fixed_dictionaries(
    {
        "name": st.text(min_size=1),
        "operations": st.fixed_dictionaries({"forward": NUMBER, "backward": NUMBER}),
        "forward": NUMBER,
        "squashing": NUMBER,
        "backward": NUMBER,
    }
)


@given(st.lists(layers, min_size=1, unique_by=lambda layer: layer["name"]), NUMBER, NUMBER)
def test_a_layers_costs_are_its_time_and_those_at_the_peak_its_operations(layers, load, peak):
    record = {"layers": layers, "load": load, "peak_gflops": peak}
    costs = speed.costs(record)
    assert costs["loading"] == (0, 0, load)
    for layer in layers:
        cost = costs[layer["name"]]
        largest = max(map(abs, cost))
        assert sum(cost) == pytest.approx(layer["forward"] + layer["backward"], abs=1e-9 * largest)
        assert cost.arithmetic * peak * 1e3 == pytest.approx(sum(layer["operations"].values()))
        assert cost.squashing == layer["squashing"]
    *_, last = rows(speed.layers(record, "layers"))
    assert last[0] == "all"


def test_all_layers_together_take_what_each_takes(record):
    found = material.measurement("speed")
    each = speed.costs(found).values()
    assert sum(speed.whole(found)) == pytest.approx(sum(map(sum, each)))
    assert speed.whole(found).squashing == pytest.approx(sum(cost.squashing for cost in each))


def test_a_working_set_is_that_of_the_arrays_of_a_bank():
    bank = Bank(LENET1, range(16))
    units, parameters, kibibytes = speed.working_set(LENET1)
    assert parameters == len(bank.parameters)
    assert units >= sum(shape.units for shape in LENET1.shapes) + 28 * 28
    per_unit = np.zeros((units, 16), np.float32).nbytes
    assert 1024 * kibibytes == 2 * (per_unit + bank.parameters.nbytes)


def test_three_days_of_1989_are_thirty_passes_over_9840_digits():
    patterns, seconds = speed.in_1989()
    assert patterns == 30 * 9840
    assert patterns * seconds == pytest.approx(3 * 24 * 60 * 60)


def test_a_bank_in_three_days_is_sixteen_networks_for_one():
    days = {"passes": 30, "seconds": 3 * 24 * 60 * 60}
    assert speed.times_1989({"whole_training": days}) == pytest.approx(16)
    with pytest.raises(ValueError, match="29 passes"):
        speed.times_1989({"whole_training": days | {"passes": 29}})


def test_the_table_of_others_begins_with_the_fastest_and_leaves_out_what_was_not_there(record):
    absent = {"name": "absent", "networks": 1, "microseconds": None}
    _, *lines = rows(speed.peers({"peers": [*record["peers"], absent]}, "others"))
    assert {line[0] for line in lines} == {peer["name"] for peer in record["peers"]}
    times = [float(line[2]) for line in lines]
    assert times == sorted(times)
    (ours,) = (line for line in lines if line[0] == "this engine")
    assert float(ours[3]) == 1
