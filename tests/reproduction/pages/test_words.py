"""Numbers in words can be read back, and no line breaks between a number and its unit."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproduction.pages import words
from reproduction.studies.comparison import Interval

FINITE = st.floats(-1e5, 1e5).map(lambda value: round(value, 3))
SAMPLE = st.lists(FINITE, min_size=1, max_size=20)
UNITS = st.sampled_from(["%", "s", "digits"])


def read_back(text):
    """Return the numbers in a text."""
    plain = text.replace(words.MINUS, "-")
    plain = re.sub(rf"(?<=\d){words.SPACE}(?=\d)", "", plain)
    return [float(found) for found in re.findall(r"[-+]?\d+(?:\.\d+)?", plain)]


def breaks(text):
    """Tell whether a line could end between a number and what follows it."""
    return re.search(rf"\d (?!to{words.SPACE}|to \d|to {words.MINUS}|\()", text) is not None


@given(FINITE, st.integers(0, 4) | st.none(), st.booleans())
def test_a_number_reads_back_to_its_decimals(value, decimals, signed):
    (found,) = read_back(words.number(value, decimals, signed))
    slack = 0.5 * 10.0**-decimals if decimals is not None else 5e-6 * abs(value)
    assert found == pytest.approx(value, abs=slack + 1e-9)


@given(FINITE, st.booleans())
def test_signs_are_signs(value, signed):
    text = words.number(value, 3, signed)
    assert "-" not in text
    assert text.startswith(words.MINUS) == (value < 0)
    assert text.startswith("+") == (signed and value >= 0)


@given(st.integers(0, 10**9))
def test_thousands_stand_apart_by_spaces_that_do_not_break(value):
    text = words.number(value)
    assert read_back(text) == [value]
    groups = text.split(words.SPACE)
    assert len(groups) == 1 or all(len(group) == 3 for group in groups[1:])
    assert (len(groups) > 1) == (value >= 10_000)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(value):
    assert words.number(value) == "–"


@given(SAMPLE, st.integers(0, 4), UNITS)
def test_a_spread_holds_its_median_and_says_its_unit_twice(values, decimals, unit):
    text = words.spread(values, decimals, unit)
    median, low, high = read_back(text)
    assert low <= median <= high
    assert text == f"{words.median(values, decimals, unit)} ({words.span(values, decimals, unit)})"
    assert text.count(f"{words.SPACE}{unit}") == 2
    assert not breaks(text)


@given(SAMPLE)
def test_a_measure_of_a_summary_reads_like_its_networks(values):
    found = {"median": float(np.median(values)), "min": min(values), "max": max(values)}
    assert words.spread(found, 2) == words.spread(values, 2)


def test_a_measure_without_a_median_is_dashes():
    assert set(words.spread({"median": None, "min": None, "max": None})) <= set("– (to)")


@given(FINITE, st.floats(0, 1e4), st.floats(0, 1e4), UNITS)
def test_an_interval_holds_its_mean_and_keeps_together(mean, below, above, unit):
    text = words.interval(Interval(mean, mean - below, mean + above), 1, unit)
    found, low, high = read_back(text)
    assert low <= found <= high
    assert not breaks(text)


@given(FINITE)
def test_a_percentage_does_not_break(value):
    text = words.percent(value)
    assert text.endswith(f"{words.SPACE}%")
    assert not breaks(text)


@given(st.integers(0, 10**6))
def test_a_count_is_in_words_up_to_ten(value):
    text = words.count(value, "face")
    assert text.endswith(" face" if value == 1 else " faces")
    assert bool(read_back(text)) == (value > 10)
    assert words.count(value, "box", "boxes").endswith(" box" if value == 1 else " boxes")


@given(st.lists(st.from_regex(r"[A-Z]\w*", fullmatch=True), min_size=1, max_size=6))
def test_names_can_be_told_apart_again(of):
    assert re.split(", | and ", words.names(of)) == of
    assert re.findall("“(.*?)”", words.names(of, quoted=True)) == of


@given(SAMPLE)
def test_words_are_shown_as_they_are(values):
    text = words.spread(values)
    assert text._repr_markdown_() == text
