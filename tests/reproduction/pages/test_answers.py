"""Behind an answer stand its study's arms, their medians, and what does not fit."""

from xml.etree import ElementTree

import numpy as np
import pytest

from reproduction.figures import questions
from reproduction.pages import answers, arms, show
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison, mse
from tests.reproduction.studies.studied import FIRST, record_of

WORSE = "handwritten first"


@pytest.fixture(scope="module")
def record():
    return record_of("mixing", arms=(FIRST, WORSE, "printed first"), worse={WORSE: 3})


def lines(html):
    """Give the rows of a table, their cells as text."""
    rows = ElementTree.fromstring(html._repr_html_()).iter("tr")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def test_a_study_is_its_figure_and_the_table_below(record):
    question = answers.Question(record).headed("Printed digits last", "See <em>this</em>.")
    text = question.study.text
    figure = show(questions.differences(record, "Printed digits last"), "See <em>this</em>.").text
    assert text == figure + arms.beside(record).text


def test_a_question_knows_what_its_record_says(record):
    question = answers.Question(record)
    assert question.apart == comparison.beside_first(record)
    assert question.like == set(record["arms"]) - question.unlike.keys()
    assert question.unlike == comparison.answer(record).unlike
    assert WORSE in question.costly
    assert not question.is_undecided
    assert not question.makes_no_difference
    assert not question.diverged


def test_arms_that_save_errors_and_those_that_diverged_are_named():
    made = record_of("mixing", worse={WORSE: 0.5}, lost={"printed first": 2})
    question = answers.Question(made)
    assert question.saving >= {WORSE}
    assert not question.costly & question.saving
    assert question.diverged == {"printed first"}
    assert not question.makes_no_difference


def test_where_arms_are_alike_nothing_is_decided():
    made = record_of("order")
    same = {**made, "banks": [{**bank, "sets": made["banks"][0]["sets"]} for bank in made["banks"]]}
    question = answers.Question(same)
    assert question.is_undecided == (len(question.like) == 2)
    assert question.makes_no_difference
    assert question.costly == question.saving == set()


def test_what_is_asked_has_the_recipe_as_it_stands_first():
    for name in answers.ASKED:
        arms = list(answers.ask(name).record["arms"])
        assert arms[0] == (FIRST if name != "tables" else "sliding")
    some = answers.ask("mixing", WORSE, FIRST)
    assert list(some.record["arms"]) == [WORSE, FIRST]


def test_the_costliest_arms_are_those_whose_means_are_the_largest():
    asked = {name: answers.ask(name) for name in ("order", "mixing", "curvature")}
    found = answers.costliest(asked, 3)
    means = {
        (name, arm): apart.mean for name, each in asked.items() for arm, apart in each.apart.items()
    }
    assert len(found) == 3
    assert min(means.pop(each) for each in found) >= max(means.values())


def test_the_overview_has_every_question_in_its_words():
    asked = {name: answers.ask(name) for name in ("order", "squashed")}
    text = answers.overview(asked, "Two choices", "Look at 0.").text
    assert "order of the digits: " in text
    assert "squashed averages: " in text
    assert "Look at 0." in text


def test_mse_is_read_in_four_ways():
    made = record_of("hundred", arms=("paper",))
    _, published, *rows = lines(answers.mse_readings(made))
    facts = [PUBLISHED["LENET1"][f"{part}.mse"] for part in ("train", "test")]
    assert [float(cell) for cell in published[1:]] == [fact.value for fact in facts]
    half = np.median(comparison.values(made, "paper", "train.mse"))
    for (reading, train, test), times in zip(rows, (1, 2, 10, 20), strict=True):
        assert mse.READINGS[reading] == times
        assert float(train.split()[0].rstrip(arms.UNFIT)) == pytest.approx(times * half, abs=0.0005)
        fit = [each.fits for each in mse.fits(made, "paper")[reading]]
        assert [arms.UNFIT not in cell for cell in (train, test)] == fit


def test_networks_without_an_error_on_printed_digits_are_counted():
    made = record_of("fonts", arms=(FIRST, "Schoolbook and Times"), networks=4)
    for bank, errors in zip(made["banks"], ([0, 0, 0, 0], [0, 3, 0, 6]), strict=True):
        bank["sets"]["test_printed"]["errors"] = errors
    _, *rows = lines(answers.printed_errors(made))
    assert rows == [
        [FIRST, "4 of 4", "0", "0"],
        ["Schoolbook and Times", "2 of 4", "1.5", "6"],
    ]
