"""Every claim of the sources has a row, and every row leads somewhere."""

import dataclasses
import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from reproduction.learning import RECIPES
from reproduction.pages import filling, ledger
from reproduction.pages.ledger import ROOT, STATUSES, Group, Ledger, Row
from reproduction.paper import PUBLISHED, WHOLE_ROWS
from reproduction.studies import comparison
from tests.reproduction.pages.ledger_faults import faults, functions
from tests.reproduction.studies.studied import record_of

LEDGER = ledger.load()
ROWS = [row for _, row in LEDGER]
PAGE = ROOT / "book" / "ledger.md"
STYLE = ROOT / "book" / "assets" / "book.css"
HERE = "tests/reproduction/pages/test_ledger.py::test_every_row_leads_somewhere"


def summary(recipe="paper", median=2.0):
    """Make a run's summary in which every measure is (2, 1, 4)."""
    spread = {"median": median, "min": 1.0, "max": 4.0, "each": [1.0, median, 4.0]}
    part = {
        "patterns": 2000,
        "error_percent": spread,
        "mse": spread,
        "rejected": {"difference": spread, "thresholds": spread},
    }
    parts = ["train", "test", "test_handwritten", "test_printed"]
    return {"recipe": recipe, "seconds": 21.5, **dict.fromkeys(parts, part)}


@pytest.fixture
def made_records(monkeypatch):
    """Put made-up records in the place of the book's."""

    @cache
    def made(study):
        found = record_of(study)
        for bank in found["banks"]:
            bank["cpu_seconds"] = 21.5
        return found

    monkeypatch.setattr(filling.material, "record", made)
    return made


def of_one(**changes):
    """Make a ledger of one row, sound but for the changes."""
    row = Row("It has {LENET1[units]}.", "reproduced", "Counted.", (HERE,))
    return Ledger((Group("one", "lecun1989handwritten", (dataclasses.replace(row, **changes),)),))


# --- the rows -------------------------------------------------------------------------------


def test_every_row_leads_somewhere():
    assert faults(LEDGER, ROOT) == []


def test_every_published_fact_is_claimed():
    claimed = {name for row in ROWS for name in row.facts}
    assert claimed == {f"{network}[{key}]" for network, facts in PUBLISHED.items() for key in facts}


def test_no_claim_is_made_twice():
    assert max(Counter(row.claim for row in ROWS).values()) == 1


def test_every_status_occurs_and_the_counts_add_up():
    counts = LEDGER.counts()
    assert list(counts) == list(STATUSES)
    assert min(counts.values()) > 0
    assert sum(counts.values()) == len(ROWS)


def test_a_measure_of_a_run_is_one_that_a_test_compares_with_the_papers():
    compared = {row.measure for row in WHOLE_ROWS} | {"test_handwritten.errors", "seconds"}
    for row in ROWS:
        for name in re.findall(r"\{ours\[([^]]+)\]\}", row.done):
            recipe, _, measure = name.rpartition("/")
            assert (recipe or "paper") in RECIPES
            assert measure in compared


def test_a_measure_of_a_study_is_in_its_record():
    for row in ROWS:
        for name in re.findall(r"\{study\[([^]]+)\]\}", row.done):
            assert re.match(r"\d", filling.OfStudies()[name]), name


def test_texts_hold_no_measure_of_a_run():
    texts = [re.sub(r"\{[^}]*\}", "", row.done) for row in ROWS]
    assert not [text for text in texts if re.search(r"\d(\.\d+)? %", text)]


def test_the_page_shows_every_group_once_in_order():
    text = PAGE.read_text(encoding="utf-8")
    shown = re.findall(r'^ledger\.table\("(\w+)"\)$', text, flags=re.MULTILINE)
    assert shown == [group.name for group in LEDGER.groups]


def test_the_style_sheet_knows_every_status():
    style = STYLE.read_text(encoding="utf-8")
    for status in STATUSES:
        assert f'tr[data-status="{status}"]' in style
        assert f"#ledger-{status}:checked" in style


# --- what is refused ------------------------------------------------------------------------

FAULTS = {
    "status": ({"status": "perhaps"}, "the status 'perhaps' is none"),
    "source": ({"source": "lecun2089"}, "no source 'lecun2089'"),
    "fact": ({"claim": "It has {LENET1[legs]}."}, "no published fact LENET1[legs]"),
    "network": ({"claim": "It has {LENET2[units]}."}, "no published fact LENET2[units]"),
    "another's fact": (
        {"claim": "{NET1989[units]}", "page": "402"},
        "NET1989[units] is not a fact of lecun1989handwritten",
    ),
    "page": ({"page": "405"}, "page 405 is not in lecun1989handwritten"),
    "no page": ({"claim": "It learns."}, "there is no page"),
    "nothing": ({"shown": ()}, "nothing shows it"),
    "test": ({"shown": (f"{HERE}_else",)}, "has no function test_every_row_leads_somewhere_else"),
    "module": ({"shown": ("tests/test_none.py::test_it",)}, "there is no tests/test_none.py"),
    "helper": ({"shown": (HERE.replace("test_every_row_leads_somewhere", "of_one"),)}, "of_one"),
    "chapter": ({"shown": ("book/none.md",)}, "there is no book/none.md"),
    "elsewhere": ({"shown": ("README.md",)}, "there is no README.md"),
}


def test_a_sound_row_has_no_fault():
    assert faults(of_one(), ROOT) == []
    assert faults(of_one(shown=("book/ledger.md",)), ROOT) == []
    in_a_section = of_one(page="section 7", source="lecun1998efficient", claim="It.")
    assert faults(in_a_section, ROOT) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_row_that_leads_nowhere_is_named(fault):
    changes, message = FAULTS[fault]
    (found,) = faults(of_one(**changes), ROOT)
    assert found.startswith("one, ")
    assert message in found


def test_functions_are_those_that_a_module_defines():
    source = "def test_a():\n    def test_b(): pass\n\n'def test_c(): pass'\ndef helper(): pass\n"
    assert functions(source) == {"test_a"}


# --- the numbers in the texts ---------------------------------------------------------------


def said(text, summary_of=summary):
    """Fill a text, with ordinary spaces."""
    return filling.fill(text, summary_of).replace("\N{NO-BREAK SPACE}", " ")


def test_measures_of_runs_are_medians_and_ranges():
    asked = []

    def summary_of(recipe):
        asked.append(recipe)
        return summary(recipe)

    text = "{ours[test.error_percent]}; {ours[staged/train.mse]}; {ours[test.rejected.difference]}"
    percent = "2.00 % (1.00 to 4.00 %)"
    assert said(text, summary_of) == f"{percent}; 2.0000 (1.0000 to 4.0000); {percent}"
    assert (
        said("{ours[test_handwritten.errors]}, {ours[seconds]}", summary_of) == "40 (20 to 80), 22"
    )
    assert asked == ["paper", "staged", "paper", "paper", "paper"]


def test_a_run_that_has_diverged_has_no_median():
    assert said("{ours[test.mse]}", lambda recipe: summary(median=None)) == "diverged"


def test_measures_of_studies_are_medians_and_ranges(made_records):
    errors = comparison.values(made_records("order"), "shuffled in every pass", "train.errors")
    text = said("{study[order/shuffled in every pass/train.errors]}")
    assert [float(number) for number in re.findall(r"[\d.]+", text)] == [
        np.median(errors),
        errors.min(),
        errors.max(),
    ]
    assert said("{study[relatives/NET1989/cpu_seconds]} s") == "22 s"


def test_an_arm_that_has_diverged_has_no_median(monkeypatch):
    lost = record_of("order", lost={"shuffled in every pass": 3})
    monkeypatch.setattr(filling.material, "record", lambda study: lost)
    assert said("{study[order/shuffled in every pass/train.mse]}") == "diverged"


def test_counts_settings_facts_and_faces_are_named():
    assert said("{counts.parameters} {LENET1[parameters].value:g} {stage.passes}") == "2578 2578 30"
    assert said("{faces}").count(" and ") == 1


def test_what_follows_by_arithmetic():
    """More than 30 digits a second on a board of 12.5 million multiply-adds; 9760 / 2578."""
    derived = filling.derived()
    assert derived["multiply_adds"] == pytest.approx(98442 * 30 / 1e6)
    assert derived["percent_of_peak"] == pytest.approx(100 * 98442 * 30 / 12.5e6)
    assert round(derived["times_fewer"]) == PUBLISHED["LENET1"]["times_fewer_parameters"].value
    assert derived["printed"] == 2549 + 700


def test_the_tutorials_parameters_are_counted_as_described():
    """Kernels 4 x 25 and 12 x 4 x 25, 48-30-10, biases; two more for every averaged map."""
    plain = 4 * 26 + 12 * 101 + 30 * 49 + 10 * 31
    derived = filling.derived()
    assert derived["tutorial_plain"] == plain
    assert derived["tutorial_described"] == plain + 2 * (4 + 12)


# --- the page -------------------------------------------------------------------------------


@pytest.mark.parametrize("group", LEDGER.groups, ids=lambda group: group.name)
def test_a_table_has_all_rows_and_no_hole(group, made_records):
    table = ledger.table(group.name, summary).text
    assert table.count("<tr ") == len(group.rows) + 1
    assert not re.search(r"[{}]", table)
    for status in STATUSES:
        statuses = [row.status for row in group.rows]
        assert table.count(f'data-status="{status}"') == statuses.count(status)


def test_a_table_escapes_what_it_shows():
    (group,) = of_one(done="Where a < b, `x & y`.").groups
    assert "Where a &lt; b, <code>x &amp; y</code>." in ledger.table(group, summary).text


def test_a_row_of_another_source_names_it():
    (group,) = of_one(source="lecun1998efficient", page="section 9", claim="It.").groups
    table = ledger.table(group, summary).text
    assert "LeCun et al. 1998, “Efficient BackProp”, section 9" in table


def test_the_choice_names_every_status_with_its_count():
    head = ledger.choice(LEDGER).text
    assert f"All {len(ROWS)}" in head
    for status, number in LEDGER.counts().items():
        assert f'id="ledger-{status}"> {STATUSES[status]}: {number}' in head
