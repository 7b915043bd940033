"""Architectures and recipes as JSON, and back."""

from __future__ import annotations

import cattrs
from cattrs.strategies import configure_tagged_union

from reproduction.architecture import Layer
from reproduction.learning import Order, Rule, Running, Sampled, Schedule

converter = cattrs.Converter(forbid_extra_keys=True)
"""Turns frozen dataclasses into plain dicts and lists, and those into dataclasses again.

Where a field may hold one of several kinds, "kind" names the class.
"""

for union in (Layer, Schedule, Sampled | Running, Rule, Order):
    configure_tagged_union(union, converter, tag_name="kind")
