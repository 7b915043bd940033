"""Any recipe, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from reproduction.learning import (
    Constant,
    FileOrder,
    FirstOrder,
    Linear,
    Part,
    Recipe,
    Running,
    Sampled,
    SecondOrder,
    Shuffled,
    Stage,
    Steps,
)
from reproduction.network import Initial

etas = st.floats(1e-6, 1.0)
schedules = st.one_of(
    st.builds(Constant, etas),
    st.builds(Linear, etas, etas),
    st.builds(Steps, st.lists(etas, min_size=1, max_size=4).map(tuple)),
)
started = st.builds(Sampled, st.integers(1, 1000))
samples = st.builds(Sampled, st.integers(1, 1000), st.integers(1, 9))
rules = st.one_of(
    st.builds(FirstOrder),
    st.builds(SecondOrder, etas, samples, st.booleans()),
    st.builds(SecondOrder, etas, st.builds(Running, etas, started)),
)
parts = st.builds(
    Part,
    st.sampled_from([None, "handwritten", "printed"]),
    st.one_of(st.none(), st.lists(st.integers(0, 9), min_size=1).map(tuple)),
    st.one_of(st.none(), st.integers(1, 5000)),
)
orders = st.one_of(st.builds(FileOrder), st.builds(Shuffled, st.integers(0, 9)))
names = st.text(min_size=1, max_size=8)
stages = st.builds(Stage, names, st.integers(1, 50), schedules, rules, parts, orders)
any_recipe = st.builds(
    Recipe,
    st.text(),
    st.text(),
    st.lists(stages, min_size=1, max_size=3).map(tuple),
    initial=st.builds(Initial, etas, st.booleans(), st.booleans()),
)
