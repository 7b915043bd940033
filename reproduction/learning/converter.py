"""Architectures and recipes as JSON, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_origin

import cattrs
from cattrs.gen import make_dict_unstructure_fn, override
from cattrs.strategies import configure_tagged_union

from data_prep.errors import InputError
from reproduction.learning.recipe import Material, Order, Recipe, Stage, Whole
from reproduction.learning.rules import Rule, Running, Sampled
from reproduction.learning.schedules import Schedule
from reproduction.network import Layer

converter = cattrs.Converter(forbid_extra_keys=True)
"""Turns frozen dataclasses into plain dicts and lists, and those into dataclasses again.

Where a field may hold one of several kinds, "kind" names the class.
"""


def _exactly(*kinds: type) -> Callable[[Any, Any], Any]:
    """Make a hook that takes only values of some kinds: no number is made of a text or a half."""

    def take(value: Any, wanted: type) -> Any:
        if isinstance(value, bool) != (wanted is bool) or not isinstance(value, kinds):
            raise InputError(f"{value!r} is no {NAMES[wanted]}.")
        return wanted(value)

    return take


NAMES = {int: "whole number", float: "number", str: "text", bool: "true or false"}
for plain, kinds in {int: (int,), float: (int, float), str: (str,), bool: (bool,)}.items():
    converter.register_structure_hook(plain, _exactly(*kinds))

_items = converter.get_structure_hook(tuple[str, ...])


def _list(value: Any, wanted: Any) -> Any:
    """Take a list, and no text for the list of its letters."""
    if isinstance(value, str):
        raise InputError(f'"{value}" is no list; write ["{value}"].')
    return _items(value, wanted)


converter.register_structure_hook_func(lambda wanted: get_origin(wanted) is tuple, _list)

for union in (Layer, Schedule, Sampled | Running, Rule, Order, Whole, Material):
    configure_tagged_union(union, converter, tag_name="kind")

# What came later is written only where it is used: so what was kept before has the name it had.
_where_used = override(omit_if_default=True)
converter.register_unstructure_hook(
    Stage,
    make_dict_unstructure_fn(Stage, converter, distortion=_where_used, averaged=_where_used),
)
converter.register_unstructure_hook(
    Recipe, make_dict_unstructure_fn(Recipe, converter, teacher=_where_used)
)
