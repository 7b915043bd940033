"""What is printed of a study's answer and of a choice says what they hold."""

from __future__ import annotations

import io
import math

import pytest
from rich.console import Console

from reproduction import console
from reproduction.learning import Constant, SecondOrder
from reproduction.studies.selection import Candidate, Choice


@pytest.mark.parametrize("mse", [0.017, math.nan], ids=["on all", "on folds alone"])
def test_the_candidates_stand_by_their_held_out_errors_with_the_chosen_one_named(
    mse: float,
) -> None:
    def candidate(mu: float, error: float, above: float) -> Candidate:
        name = f"mu {mu:g}"
        rule, eta = SecondOrder(mu), Constant(1e-3)
        return Candidate(name, rule, eta, (error - 0.5, error + 0.5), 1.1, mse, above, 0.25)

    made = [candidate(0.1, 3.0, 1.0), candidate(0.2, 2.0, 0.0), candidate(0.3, 2.25, 0.25)]
    out = io.StringIO()
    choice = Choice({each.name: each for each in made}, made[2])
    Console(file=out, width=100).print(console.choice_table(choice))
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines() if "mu" in line]
    on_all = "" if math.isnan(mse) else " 1.10 % 0.0170"
    assert lines == [
        f"mu 0.2 2.00 % 0.00 ± 0.25{on_all} ties",
        f"mu 0.3 2.25 % 0.25 ± 0.25{on_all} chosen",
        f"mu 0.1 3.00 % 1.00 ± 0.25{on_all}",
    ]
