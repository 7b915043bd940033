"""From strokes to a verdict in JavaScript, beside the same in Python, with untrained networks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from data_prep.digits import Digits
from reproduction.network import LENET1, Bank
from tests.js import node
from tests.js.drawn import oracle


@node.needs_node
def test_strokes_become_the_engines_verdicts(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    levels = rng.integers(-1000, 1001, (30, 16, 16)) / 1000
    labels = rng.integers(0, 10, 30)
    tried = Digits(levels.astype(np.float32), labels, np.full(30, "handwritten"))
    bank = Bank(LENET1, (4, 1, 9))
    plan = SimpleNamespace(seeds=bank.seeds, architecture=LENET1)
    run = SimpleNamespace(plan=plan, banks=lambda: [bank], summary={"median_network": 1})
    node.run("drawing", oracle(run, tried, list(range(0, 30, 3))), tmp_path)
