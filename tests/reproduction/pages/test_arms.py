"""Tables of networks and arms say what architectures and records say."""

from __future__ import annotations

import re
from html import unescape

import numpy as np

from reproduction import pages
from reproduction.network import ARCHITECTURES, LENET1
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison


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


def test_every_published_number_stands_beside_ours() -> None:
    head, *rows = rows_of(pages.beside(RECORD, ["NET1989"], "published and ours"))
    assert head[1:] == ["published", "median (range)", "fits"]
    assert len(rows) == len(comparison.COMPARED["NET1989"])
    assert rows[0] == ["NET1989, train errors", "10", "10 (5 to 15)", "yes"]
    assert rows[1][1:3] == ["0.0025", "0.0100 (0.0050 to 0.0150)"]
    assert rows[2] == ["NET1989, test errors", "102", "113 (101 to 118)", "yes"]
    assert rows[4][1] == "12.1 %"
    assert [row[3] == "yes" for row in rows] == [
        fit.fits for fit in comparison.fits(RECORD, "NET1989")
    ]


def test_arms_stand_beside_the_first() -> None:
    names = {"LENET1": "LeNet-1", "NET1989": "its sister"}
    shown = pages.reached(RECORD, names, "what both reach")
    assert shown.text.startswith("<details><summary>what both reach</summary>")
    head, ours, other = rows_of(shown)
    assert head[2] == "more than LeNet-1"
    assert ours == ["LeNet-1", "90 (80 to 100)", "", "1.10", "44.8"]
    assert other[:2] == ["its sister", "113 (101 to 118)"]
    mean = np.mean([101 - 80, 113 - 90, 118 - 100])
    assert other[2].startswith(f"+{mean:.1f} (")
