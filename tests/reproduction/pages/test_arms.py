"""Tables of networks and arms say what architectures and records say."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

import numpy as np
import pytest

from reproduction import pages
from reproduction.learning import RECIPES, damage
from reproduction.network import ARCHITECTURES, LENET1
from reproduction.pages import arms
from reproduction.pages.compared import Saved
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from reproduction.studies.record import Record
from tests.reproduction.studies.studied import FIRST, record_of

WORSE = "handwritten first"
CROSS = arms.UNFIT.replace("\N{NO-BREAK SPACE}", " ")


def rows_of(shown: pages.shown.Html) -> list[list[str]]:
    """Return the cells of every row of a table."""
    text = unescape(shown.text).replace("\N{NO-BREAK SPACE}", " ")
    rows = re.findall(r"<tr>(.*?)</tr>", text, flags=re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def bank(arm: str, errors: list[int], train: list[int]) -> dict:
    """Return a bank by hand: of 2007 digits for the test, of 1000 for training."""
    rejected = [10 * each for each in errors]
    mse = [each / 5000 for each in errors]
    return {
        "arm": arm,
        "sets": {
            "train": {"patterns": 1000, "errors": train, "mse": [each / 1000 for each in train]},
            "test_handwritten": {
                "patterns": 2007,
                "errors": errors,
                "mse": mse,
                "rejected": {"difference": rejected, "thresholds": rejected},
            },
        },
    }


RECORD = {
    "architectures": {name: {"name": name} for name in ("LENET1", "NET1989")},
    "arms": {
        name: {"architecture": name, "recipe": {"digits": {"kind": "Handwritten"}}}
        for name in ("LENET1", "NET1989")
    },
    "banks": [
        bank("LENET1", [80, 90, 100], [10, 11, 15]),
        bank("NET1989", [101, 113, 118], [5, 10, 15]),
    ],
}


def test_the_layers_of_a_table_add_up_to_the_papers_sums() -> None:
    for name in ("LENET1", "NET1989"):
        _, *layers, whole = rows_of(pages.layers(ARCHITECTURES[name], "its layers"))
        assert [row[0] for row in layers] == [each.name for each in ARCHITECTURES[name].layers]
        for column, what in ((2, "connections"), (3, "parameters")):
            each = [int(row[column].replace(" ", "")) for row in [*layers, whole]]
            assert sum(each[:-1]) == each[-1] == PUBLISHED[name][what].value


def test_a_layer_has_its_size() -> None:
    _, first, *_, output, _ = rows_of(pages.layers(LENET1, "its layers"))
    assert (first[1], output[1]) == ("4 × 24 × 24", "10")


@pytest.fixture(scope="module")
def record() -> Record:
    return record_of("mixing", arms=(FIRST, WORSE, "printed first"), worse={WORSE: 3})


def test_medians_stand_beside_the_published_numbers(record: Record) -> None:
    head, published, *rows = rows_of(pages.beside(record))
    facts = comparison.published(record, FIRST)
    assert len(head) == 1 + len(facts)
    assert [float(cell) for cell in published[1:]] == [fact.value for fact in facts.values()]
    assert [row[0] for row in rows] == list(record["arms"])
    for arm, *cells in rows:
        for measure, cell in zip(facts, cells, strict=True):
            median = np.median(comparison.values(record, arm, measure))
            assert float(cell.split()[0].rstrip(CROSS)) == pytest.approx(median, abs=0.005)


def test_a_cross_stands_where_a_published_number_does_not_fit(record: Record) -> None:
    _, _, *rows = rows_of(pages.beside(record))
    crossed = {arm: [cell.endswith(CROSS) for cell in cells] for arm, *cells in rows}
    for arm, marks in crossed.items():
        assert marks == [not each.fits for each in comparison.fits(record, arm)]
    assert all(crossed[WORSE])


def test_of_arms_with_diverged_networks_there_is_no_median() -> None:
    made = record_of("order", lost={"shuffled in every pass": 1})
    (cells,) = (row[1:] for row in rows_of(pages.beside(made)) if row[0].startswith("shuffled"))
    assert set(cells) == {"–" + CROSS}


def test_counts_of_errors_have_no_decimals_but_a_half() -> None:
    made = record_of("tables", arms=("sliding", "blocks"))
    for arm, errors, *_ in rows_of(pages.beside(made))[2:]:
        median = np.median(comparison.values(made, arm, "train.errors"))
        assert errors.rstrip(CROSS) == f"{median:g}"


def test_arms_can_be_chosen() -> None:
    _, published, ours = rows_of(pages.beside(RECORD, ["NET1989"]))
    assert published == ["published", "10", "0.0025", "102", "0.018", "12.1"]
    assert ours[0] == "NET1989"
    assert ours[3] == "113"


def test_arms_stand_beside_the_first() -> None:
    shown = pages.reached(RECORD, "what both reach")
    assert shown.text.startswith("<details><summary>what both reach</summary>")
    head, ours, other = rows_of(shown)
    assert head[2] == "more than LeNet-1"
    assert ours == ["LeNet-1", "90 (80 to 100)", "", "1.10", "44.8"]
    assert other[:2] == ["NET1989", "113 (101 to 118)"]
    mean = np.mean([101 - 80, 113 - 90, 118 - 100])
    assert other[2].startswith(f"+{mean:.1f} (")


def test_the_arms_of_the_relatives_are_called_as_in_the_text() -> None:
    called = {arms.called(arm) for arm in pages.record("relatives")["arms"]}
    assert called >= {"LeNet-1", "DENSE", "text", "code, staged, gradient descent"}
    assert len(called) == len(pages.record("relatives")["arms"])


def test_groups_share_all_saliency_and_count_what_is_left() -> None:
    count = LENET1.counts().parameters
    worth, left = np.zeros((count, 3)), np.ones((count, 3), bool)
    worth[LENET1.parameters["H3.weights"][0]] = 3.0
    worth[LENET1.parameters["output.biases"][0]] = 50.0
    left[LENET1.parameters["H1.weights"][0]] = False
    found = damage.by_group(LENET1, worth, left)
    head, *rows = rows_of(pages.groups(found, "saliencies"))
    assert head[3] == f"left of them at {count - 100}"
    assert sum(int(row[1].replace(",", "")) for row in rows) == count
    found = {name: (share, kept) for name, _, share, kept in rows}
    assert found["H1, weights"] == ("0.00", "0")
    assert found["H3, weights"] == ("75.00", "500")
    assert found["output, biases"] == ("25.00", "10")


def test_every_named_recipe_is_in_the_table_with_its_passes() -> None:
    _, *rows = rows_of(pages.recipes("recipes"))
    assert [row[0] for row in rows] == list(RECIPES)
    for (_, passes, about), recipe in zip(rows, RECIPES.values(), strict=True):
        assert about == recipe.about
        told = [int(each) for each in re.findall(r"(?:^|, )(\d+) ", passes)]
        assert told == [stage.passes for stage in recipe.stages]


def test_the_end_of_runs_is_that_of_their_summaries() -> None:
    def measure(*found: float) -> dict[str, float]:
        return dict(zip(("min", "median", "max"), found, strict=True))

    by_hand = {"error_percent": measure(4, 4.25, 5), "mse": measure(0.01, 0.0123, 0.02)}
    by_hand["rejected"] = {"difference": measure(9, 9.7, 11)}
    summary = {"train": {"error_percent": measure(0, 0.5, 1)}, "test_handwritten": by_hand}
    _, row = rows_of(pages.ends({"a": SimpleNamespace(summary=summary)}))
    assert row == ["a", "0.50", "4.25 (4.00 to 5.00)", "0.0123", "9.7"]


def test_errors_saved_are_counted_pair_by_pair() -> None:
    saved = Saved(np.array([3, 1, 0, -2, 4]))
    _, row = rows_of(pages.saved({"staged": saved}))
    mean = pages.interval(comparison.mean_interval(saved.pairs)).replace("\N{NO-BREAK SPACE}", " ")
    assert row == ["staged", mean, "3", "1", "1"]
