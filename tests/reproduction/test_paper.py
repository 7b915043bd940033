"""The published numbers agree with each other where they should, and we say where they do not."""

import dataclasses
import json

import numpy as np
import pytest

from reproduction import evaluation, paper
from reproduction.paper import MARKS, PUBLISHED
from reproduction.sources import SOURCES

PAPER, SISTER, BASELINE = (PUBLISHED[name] for name in ("LENET1", "NET1989", "FC40"))
ALL_FACTS = [*PAPER.values(), *SISTER.values(), *BASELINE.values(), *MARKS.values()]
TABLE_1 = [1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2]  # how many maps of H2 each map of H3 reads


def value(name, facts=PAPER):
    return facts[name].value


def pages(text):
    """Give the first and the last page that a text such as "396, 402" or "400-402" names."""
    numbers = [int(number) for number in text.replace("-", ",").split(",")]
    return min(numbers), max(numbers)


@pytest.mark.parametrize("fact", ALL_FACTS, ids=str)
def test_every_fact_has_a_known_source_and_a_page_in_it(fact):
    source = SOURCES[fact.source]
    if source.pages:
        first, last = pages(source.pages)
        from_page, to_page = pages(fact.page)
        assert first <= from_page <= to_page <= last
    else:
        assert fact.page == ""


def test_sources_read_as_references():
    assert all(key == source.key for key, source in SOURCES.items())
    text = str(SOURCES["lecun1989handwritten"])
    assert text.startswith("Y. Le Cun, B. Boser")
    assert text.endswith("396-404.")


def test_facts_read_as_numbers_with_units():
    assert str(PUBLISHED["LENET1"]["train.error_percent"]) == "1.1 %"
    assert str(PUBLISHED["LENET1"]["train.mse"]) == "0.017"
    assert str(PUBLISHED["LENET1"]["connections"]) == "98442 connections"


def test_facts_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PUBLISHED["LENET1"]["passes"].value = 31


# --- the paper ------------------------------------------------------------------------------


def test_the_sets_add_up_except_the_printed_digits():
    assert value("train_handwritten_patterns") + value("test_handwritten_patterns") == 9298
    assert value("train_printed_patterns") + value("test_printed_patterns") == 3249
    assert value("printed_patterns") == 3349
    for part in ["train", "test"]:
        whole = value(f"{part}_handwritten_patterns") + value(f"{part}_printed_patterns")
        assert whole == value(f"{part}_patterns")


def test_the_errors_on_handwritten_digits_follow_from_the_whole():
    lowest, highest = (np.array([3.35, 3.45]) / 100 * value("test_patterns")).tolist()
    assert lowest < 91 < 93 < highest
    errors = round(value("test.error_percent") / 100 * value("test_patterns"))
    assert value("test_handwritten.errors") == errors
    rate = 100 * errors / value("test_handwritten_patterns")
    assert value("test_handwritten.error_percent") == round(rate, 1)


def test_the_layers_give_the_totals():
    planes, h1, h2, h3, h4, output = paper.LAYERS
    units = [layer.maps * layer.side**2 for layer in paper.LAYERS]
    assert sum(units) + 1 == value("units")
    kernels = [1] * h1.maps, TABLE_1
    connections = [
        *(
            layer.side**2 * sum(n * layer.window**2 + 1 for n in maps_read)
            for layer, maps_read in zip([h1, h3], kernels, strict=True)
        ),
        *(layer.maps * layer.side**2 * (layer.window**2 + 1) for layer in [h2, h4]),
        output.maps * (units[4] + 1),
    ]
    assert sum(connections) == value("connections")
    parameters = [
        *(
            sum(n * layer.window**2 + 1 for n in maps_read)
            for layer, maps_read in zip([h1, h3], kernels, strict=True)
        ),
        *(2 * layer.maps for layer in [h2, h4]),
        output.maps * (units[4] + 1),
    ]
    assert sum(parameters) == value("parameters")
    sides = [layer.side for layer in [planes, h1, h2, h3, h4]]
    assert sides == [28, 28 - 5 + 1, 24 // 2, 12 - 5 + 1, 8 // 2]
    assert output.window == h4.side


# --- the sister paper -----------------------------------------------------------------------


def test_the_sister_papers_totals_follow_from_its_layers():
    h1, h2, h3, output = 12 * 8 * 8, 12 * 4 * 4, 30, 10
    assert 256 + h1 + h2 + h3 + output == value("units", SISTER)
    into = [value(f"connections_into_{layer}", SISTER) for layer in ["h1", "h2", "h3"]]
    assert into == [h1 * (25 + 1), h2 * (8 * 25 + 1), h3 * (h2 + 1)]
    assert sum(into) + output * (h3 + 1) == value("connections", SISTER)
    shared = (12 * 25 + h1) + (12 * 8 * 25 + h2)
    assert shared + h3 * (h2 + 1) + output * (h3 + 1) == value("parameters", SISTER)
    assert value("parameters", BASELINE) == 40 * (256 + 1) + 10 * (40 + 1)


def test_the_sister_papers_counts_and_rates_agree():
    patterns = value("train_handwritten_patterns")
    assert value("passes", SISTER) * patterns == value("presentations", SISTER)
    train = 100 * value("train.errors", SISTER) / patterns
    test = 100 * value("test_handwritten.errors", SISTER) / value("test_handwritten_patterns")
    assert round(train, 2) == value("train.error_percent", SISTER)
    assert round(test, 2) == 5.08
    assert abs(test - value("test_handwritten.error_percent", SISTER)) < 0.1


# --- paper | reproduced ---------------------------------------------------------------------


def summary_of(sets):
    """Make a run's summary from random outputs."""
    rng = np.random.default_rng(0)
    outputs = rng.uniform(-1.7, 1.7, (300, 10, 4)).astype(np.float32)
    labels = rng.integers(0, 10, 300).astype(np.uint8)
    summary = {
        name: evaluation.summarize(outputs, labels)
        | {"rejected": evaluation.rejection_summary(outputs, labels)}
        for name in sets
    }
    return json.loads(json.dumps(summary))


@pytest.mark.parametrize("rows", [paper.HANDWRITTEN_ROWS, paper.WHOLE_ROWS])
def test_every_row_finds_its_place_in_a_summary(rows):
    summary = summary_of(["train", "test", "test_handwritten", "test_printed"])
    comparisons = paper.side_by_side(rows, summary)
    assert [comparison.row for comparison in comparisons] == list(rows)
    assert len({row.what for row in rows}) == len(rows)
    for comparison in comparisons:
        assert comparison.min <= comparison.median <= comparison.max
    assert comparisons[0].median == summary["train"]["error_percent"]["median"]
    assert comparisons[-1].max == max(summary["test_handwritten"]["rejected"]["difference"]["each"])


def test_each_row_of_the_handwritten_run_says_how_the_papers_set_differs():
    assert all(row.note for row in paper.HANDWRITTEN_ROWS)


def test_a_row_that_the_summary_lacks_is_named():
    with pytest.raises(KeyError, match="test_handwritten"):
        paper.side_by_side(paper.HANDWRITTEN_ROWS, summary_of(["train", "test"]))


def test_a_network_of_the_sister_paper_is_put_beside_that_paper():
    summary = {"architecture": "NET1989", "test_handwritten": {}}
    assert {row.published.source for row in paper.rows_of(summary)} == {"lecun1989backpropagation"}
    assert paper.rows_of({"architecture": "FC40"}) == paper.ROWS_OF_RELATIVES["FC40"]


def test_networks_of_mnist_are_put_beside_its_rate_alone():
    summary = {"architecture": "LENET1", "test_handwritten": {"patterns": 10_000}}
    (row,) = paper.rows_of(summary)
    assert row.published is paper.PUBLISHED["MNIST"]["test_handwritten.error_percent"]


def test_an_mse_of_probabilities_is_put_beside_no_other():
    rows = paper.rows_of({"architecture": "TUTORIAL", "energy": "cross-entropy"})
    assert rows
    assert not [row for row in rows if row.measure.endswith("mse")]
