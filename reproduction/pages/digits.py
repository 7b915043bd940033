"""Tables of the chapter on the digits: how many there are, how print was made, how alike it is."""

from __future__ import annotations

from collections import Counter

import numpy as np

from data_prep import printed, printed_render
from data_prep.digits import DataSet
from data_prep.printed import Measures, Printed
from reproduction.pages.material import usps
from reproduction.pages.shown import Html, table
from reproduction.pages.words import number


def counts(digits: DataSet) -> Html:
    """Return a table of how many digits of each class there are."""
    rows = [["train", *digits.train.counts], ["test", *digits.test.counts]]
    return table(["digit", *range(10)], rows, "How many there are of each")


def drawn_for_pool() -> Html:
    """Return a table of what was drawn at random for every printed digit of the pool."""
    rows = [
        [name, *(number(each, 2) for each in np.quantile(values, (0, 0.5, 1)))]
        for name, values in printed_render.drawn_for_pool().items()
    ]
    return table(["", "least", "median", "most"], rows, "What was drawn for the pool")


def licences(found: Printed) -> Html:
    """Return a table of the terms on which the faces of printed digits come."""
    terms = Counter(face.licence for face in found.faces)
    return table(["terms", "faces"], terms.items(), "Licences of the faces")


SETS = ("handwritten", "printed", "printed, test", "not deslanted")
"""What is measured: two sets of training digits, the printed test digits, and the second once more
as it was before its slant was undone."""


def measured(found: Printed) -> tuple[Measures, ...]:
    """Return what is measured of each of `SETS`, where the printed digits are these."""
    slanted = printed.load(deslanted=False).train
    return tuple(map(printed.measures, (usps().train, found.train, found.test, slanted)))


def side_by_side(*of_sets: Measures) -> Html:
    """Return a table of what is measured of `SETS`."""
    rows = {
        "mean gray level": [each.mean_gray for each in of_sets],
        "stroke width, median": [each.stroke_width for each in of_sets],
        "stroke width, sd": [each.stroke_width_sd for each in of_sets],
        "pixels below \N{MINUS SIGN}0.8, %": [each.grays[0] for each in of_sets],
        "pixels between, %": [each.grays[1:-1].sum() for each in of_sets],
        "pixels above 0.8, %": [each.grays[-1] for each in of_sets],
        "slant, sd": [each.slant_sd for each in of_sets],
    }
    return table(
        ["", *SETS],
        [[name, *(number(each, 2) for each in values)] for name, values in rows.items()],
        "Training digits, and the printed test digits, measured",
    )
