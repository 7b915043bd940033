"""Recipes and architectures as TOML files: written out to be changed, and read with faults named.

A file holds just what the dataclasses of `reproduction.learning` or of
`reproduction.network.architecture` hold; where a field may be of several kinds, "kind" names the
class. `lenet1989 recipes NAME` and `lenet1989 architectures NAME` write one out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import cattrs
import tomli_w

from data_prep import files
from data_prep.errors import InputError
from reproduction.learning import Recipe
from reproduction.learning.converter import converter
from reproduction.network import ARCHITECTURES, Architecture

EXAMPLES: Mapping[type, str] = {
    Recipe: "see lenet1989 recipes paper for a whole example.",
    Architecture: "see lenet1989 architectures LENET1 for a whole example.",
}


def as_toml(data: Recipe | Architecture) -> str:
    """Return a recipe or an architecture as the text of a TOML file."""
    return tomli_w.dumps(_without_nothing(converter.unstructure(data)))


def _without_nothing(data: Any) -> Any:
    """Leave out what is None: TOML has no word for it, and it is what a missing key means."""
    if isinstance(data, dict):
        return {key: _without_nothing(value) for key, value in data.items() if value is not None}
    if isinstance(data, list | tuple):
        return [_without_nothing(value) for value in data]
    return data


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file.

    Raises
    ------
    InputError
        When the file cannot be read or is no recipe, naming the line.
    """
    return _read(path, Recipe, {"name": path.stem, "about": f"from {path.name}"})


def read_architecture(path: Path) -> Architecture:
    """Read an architecture from a TOML file.

    Raises
    ------
    InputError
        When the file cannot be read or is no architecture, naming the line; as when a table names
        a map that is not there, a map has no input, or sizes do not fit.
    """
    architecture = _read(path, Architecture, {"name": path.stem})
    if ARCHITECTURES.get(architecture.name, architecture) != architecture:
        raise InputError(
            f"{path}: {architecture.name} is the name of another architecture; give it its own, as "
            f'name = "{path.stem}".'
        )
    return architecture


LONGEST = 2**20
"""Bytes of a TOML file at most; the longest of ours has a few thousand."""

Place = tuple[str | int, ...]
"""The way to a value, as ("stages", 1, "eta")."""

Kind = TypeVar("Kind")


def _read(path: Path, kind: type[Kind], otherwise: Mapping[str, str]) -> Kind:
    """Read a dataclass from a TOML file, with what holds where the file says nothing."""
    way_out = EXAMPLES[kind]
    try:
        contents = files.plain(path, str(path), LONGEST)
    except OSError as problem:
        raise InputError(
            f"{path} cannot be read ({files.reason(problem)}); name another TOML file."
        ) from problem
    try:
        text = files.decoded(contents)
        data = {**otherwise, **tomllib.loads(text)}
    except RecursionError:
        raise InputError(f"{path} is nested too deep; {way_out}") from None
    except ValueError as problem:  # no text, no TOML, or a number of thousands of digits
        raise InputError(f"{path} is no TOML file ({problem}); {way_out}") from problem
    try:
        return converter.structure(data, kind)
    except RecursionError as problem:
        raise InputError(f"{path} is nested too deep; {way_out}") from problem
    except cattrs.BaseValidationError as problem:
        where, fault = _first_fault(problem)
        line = _line_on_the_way((*where, fault.split()[0]), text)
        at = str(path) if line is None else f"{path}, line {line}"  # some faults are of the whole
        raise InputError(f"{at}: {fault.rstrip('.')}; {way_out}") from problem


def _first_fault(problem: BaseException) -> tuple[Place, str]:
    """Return the fault to name: a key that is unknown explains one that is missing."""
    return min(_faults(problem, ()), key=lambda found: "is unknown" not in found[1])


def _faults(problem: BaseException, place: Place) -> Iterator[tuple[Place, str]]:
    """Walk what the converter found wrong: the place of each fault, and what it is."""
    for note in getattr(problem, "__notes__", ()):
        if isinstance(note, cattrs.AttributeValidationNote):
            place = (*place, note.name)
        elif isinstance(note, cattrs.IterableValidationNote):
            place = (*place, note.index)
    if isinstance(problem, BaseExceptionGroup):
        for inner in problem.exceptions:
            yield from _faults(inner, place)
    elif isinstance(problem, cattrs.ForbiddenExtraKeysError):
        for key in sorted(problem.extra_fields):
            known = _fields_of(problem.cl)
            yield (*place, key), f'"{key}" is unknown; ' + (known or "there is nothing to give")
    elif isinstance(problem, KeyError):
        wanted = str(problem.args[0])
        is_kind = not wanted[:1].islower()  # classes begin with a capital, and fields do not
        yield place, f'there is no kind "{wanted}"' if is_kind else f'"{wanted}" is missing'
    elif isinstance(problem, InputError):
        yield place, str(problem)
    else:
        named = [step for step in place if isinstance(step, str)]
        what = named[-1] if named else "it"
        yield place, f"{what} is not written as it is wanted"


def _fields_of(kind: type) -> str:
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
    return f"there are {', '.join(names)}" if names else ""


def line_of(place: Place, text: str) -> int:
    """Return the line of the deepest table or key on the way to a place that the text shows."""
    return _line_on_the_way(place, text) or 1


def _line_on_the_way(place: Place, text: str) -> int | None:
    lines = _lines(text)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place)


def _lines(text: str) -> dict[Place, int]:
    """Return the line of every table and key of a TOML text."""
    lines: dict[Place, int] = {}
    table: Place = ()
    last: dict[Place, int] = {}  # of the tables of a list
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[\s*([\w.]+)\s*\]\]", line):
            *above, name = header[1].split(".")
            table = (*_place_of(above, last), name)
            last[table] = last.get(table, -1) + 1
            table = (*table, last[table])
        elif header := re.match(r"\s*\[\s*([\w.]+)\s*\]", line):
            table = _place_of(header[1].split("."), last)
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            lines.setdefault((*table, key[1]), number)
            continue
        else:
            continue
        lines.setdefault(table, number)
    return lines


def _place_of(names: Iterable[str], last: Mapping[Place, int]) -> Place:
    """Return the place that a header names: in the last table of each list on its way."""
    place: Place = ()
    for name in names:
        place = (*place, name)
        if place in last:
            place = (*place, last[place])
    return place
