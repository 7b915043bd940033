"""Behind an answer stand its study's arms, their medians, and what does not fit."""

from xml.etree import ElementTree

import numpy as np
import pytest

from reproduction.figures import questions
from reproduction.pages import answers, show
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from tests.reproduction.studies.studied import FIRST, record_of

WORSE = "handwritten first"


@pytest.fixture(scope="module")
def record():
    return record_of("mixing", arms=(FIRST, WORSE, "printed first"), worse={WORSE: 3})


def lines(html):
    """Give the rows of a table, their cells as text."""
    rows = ElementTree.fromstring(html._repr_html_()).iter("tr")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def test_medians_stand_beside_the_published_numbers(record):
    head, published, *rows = lines(answers.medians(record))
    facts = comparison.published(record, FIRST)
    assert len(head) == 1 + len(facts)
    assert [float(cell) for cell in published[1:]] == [fact.value for fact in facts.values()]
    assert [row[0] for row in rows] == list(record["arms"])
    for arm, *cells in rows:
        for measure, cell in zip(facts, cells, strict=True):
            median = np.median(comparison.values(record, arm, measure))
            assert float(cell.split()[0].rstrip(answers.UNFIT)) == pytest.approx(median, abs=0.005)


def test_a_cross_stands_where_a_published_number_does_not_fit(record):
    _, _, *rows = lines(answers.medians(record))
    crossed = {arm: [cell.endswith(answers.UNFIT) for cell in cells] for arm, *cells in rows}
    for arm, marks in crossed.items():
        assert marks == [not each.fits for each in comparison.fits(record, arm)]
    assert all(crossed[WORSE])


def test_of_arms_with_diverged_networks_there_is_no_median():
    made = record_of("order", lost={"shuffled in every pass": 1})
    (cells,) = (row[1:] for row in lines(answers.medians(made)) if row[0].startswith("shuffled"))
    assert set(cells) == {"–" + answers.UNFIT}


def test_counts_of_errors_have_no_decimals_but_a_half(record):
    made = record_of("tables", arms=("sliding", "blocks"))
    for arm, errors, *_ in lines(answers.medians(made))[2:]:
        median = np.median(comparison.values(made, arm, "train.errors"))
        assert errors.rstrip(answers.UNFIT) == f"{median:g}"


def test_a_study_is_its_figure_and_the_table_below(record):
    text = answers.study(record, "Printed digits last", "See <em>this</em>.").text
    figure = show(questions.differences(record, "Printed digits last"), "See <em>this</em>.").text
    assert text == figure + answers.medians(record).text


def test_mse_is_read_in_four_ways():
    made = record_of("hundred", arms=("paper",))
    _, published, *rows = lines(answers.mse_readings(made))
    facts = [PUBLISHED["LENET1"][f"{part}.mse"] for part in ("train", "test")]
    assert [float(cell) for cell in published[1:]] == [fact.value for fact in facts]
    half = np.median(comparison.values(made, "paper", "train.mse"))
    for (reading, train, test), times in zip(rows, (1, 2, 10, 20), strict=True):
        assert comparison.MSE_CONVENTIONS[reading] == times
        assert float(train.split()[0].rstrip(answers.UNFIT)) == pytest.approx(
            times * half, abs=0.0005
        )
        fit = [each.fits for each in comparison.mse_fits(made, "paper")[reading]]
        assert [answers.UNFIT not in cell for cell in (train, test)] == fit


def test_networks_without_an_error_on_printed_digits_are_counted():
    made = record_of("fonts", arms=(FIRST, "Schoolbook and Times"), networks=4)
    for bank, errors in zip(made["banks"], ([0, 0, 0, 0], [0, 3, 0, 6]), strict=True):
        bank["sets"]["test_printed"]["errors"] = errors
    _, *rows = lines(answers.printed_errors(made))
    assert rows == [
        [FIRST, "4 of 4", "0", "0"],
        ["Schoolbook and Times", "2 of 4", "1.5", "6"],
    ]
