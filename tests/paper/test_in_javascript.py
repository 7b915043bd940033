"""The page that reads drawings says what the engine says: trained networks, real digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data_prep import HANDWRITTEN
from reproduction.learning.sets import sets_of
from reproduction.runs import Run
from tests.js import node
from tests.js.drawn import oracle

DIGITS = 200


@node.needs_node
def test_page_and_engine_agree_on_digits_and_on_drawings(paper: Run, tmp_path: Path) -> None:
    test = sets_of(paper.plan.recipe.digits)["test"]
    by_hand = test.select(test.origin == HANDWRITTEN)
    chosen = np.linspace(0, len(by_hand) - 1, DIGITS).astype(int).tolist()
    node.run("drawing", oracle(paper, by_hand, chosen), tmp_path)
