"""Any recipe, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from reproduction.learning import (
    Adam,
    Begin,
    Constant,
    Distortion,
    FileOrder,
    FirstOrder,
    Linear,
    Part,
    Prune,
    Recipe,
    Running,
    Sampled,
    SecondOrder,
    Shuffled,
    Smooth,
    Stage,
    Steps,
    Teacher,
)
from reproduction.learning.deletion import KERNELS, ORDERS, PARAMETERS
from reproduction.network import Initial

etas = st.floats(1e-6, 1.0)
schedules = st.one_of(
    st.builds(Constant, etas),
    st.builds(Linear, etas, etas),
    st.builds(Smooth, etas, etas, st.integers(0, 9)),
    st.builds(Steps, st.lists(etas, min_size=1, max_size=4).map(tuple)),
)
started = st.builds(Sampled, st.integers(1, 1000))
samples = st.builds(Sampled, st.integers(1, 1000), st.integers(1, 9))
rules = st.one_of(
    st.builds(FirstOrder),
    st.builds(Adam, st.integers(1, 64), st.floats(0, 0.99), st.floats(0, 0.999), etas),
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
layers = st.lists(names, min_size=1, max_size=2).map(tuple)
some_layers = st.one_of(st.none(), layers)
deletions = st.builds(
    Prune,
    st.integers(0, 3000),
    st.sampled_from(ORDERS),
    st.sampled_from([PARAMETERS, KERNELS]),
    some_layers,
    st.integers(1, 1000),
    st.integers(0, 9),
)
shares = st.floats(0, 0.5)
distortions = st.builds(Distortion, *[shares] * 5, st.integers(2, 9), shares, st.integers(0, 9))
stages = st.builds(
    Stage,
    names,
    st.integers(1, 50),
    schedules,
    rules,
    parts,
    orders,
    some_layers,
    st.one_of(st.none(), deletions),
    st.one_of(st.none(), distortions),
    st.sampled_from([None, 1]),
)
several = st.lists(stages, min_size=1, max_size=3).map(tuple)
before = st.builds(Recipe, st.text(), st.text(), several)
seeds = st.lists(st.integers(0, 99), min_size=1, max_size=3).map(tuple)
any_recipe = st.builds(
    Recipe,
    st.text(),
    st.text(),
    several,
    initial=st.builds(Initial, etas, st.booleans(), st.booleans()),
    begin=st.one_of(st.none(), st.builds(Begin, before, layers)),
    teacher=st.one_of(st.none(), st.builds(Teacher, before, seeds, st.integers(0, 9))),
)
