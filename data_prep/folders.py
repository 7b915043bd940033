"""Folders of the user's: which is named, and which of its files are those of digits.

Files get other names on their way, by browsers, tables and copies; they are known by those too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from data_prep import files
from data_prep.errors import InputError


def named(folder: str | os.PathLike[str] | None, variable: str) -> Path | None:
    """Return the folder that the caller or the environment names, if one does.

    Raises
    ------
    InputError
        If it names the home of a user who has none.
    """
    given = folder or os.environ.get(variable)
    if not given:
        return None
    try:
        return Path(given).expanduser()
    except RuntimeError as problem:
        raise InputError(
            f"{given} names the home of a user who has none; name a folder with the digits."
        ) from problem


_REST = r"(?:[ ._-]*(?:\(\d+\)|\d+|copy|csv|tsv|txt|dat|data|gz|bz2|xz|zip))*"


def names_like(stem: str) -> re.Pattern[str]:
    """Match the names that a file gets on its way: zip.train (1).gz, ZIP.TRAIN, zip.train.csv."""
    return re.compile(rf"(?:copy of )?{stem}{_REST}", re.IGNORECASE)


Wanted = Mapping[str, re.Pattern[str]]
"""Files that belong together: the usual name of each, packed, and the names that are like it."""


def places_in(folder: Path, way_out: str) -> list[Path]:
    """Return a folder and the folders in it.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    except OSError as problem:
        raise InputError(
            f"{folder} cannot be read as a folder ({files.reason(problem)}); {way_out}."
        ) from problem


def whole_of(places: list[Path], groups: list[Wanted]) -> tuple[dict[str, Path], int]:
    """Find a place where all files of one of several groups are.

    Parameters
    ----------
    places : list of Path
        The folders to look into, the first before the second.
    groups : list of Wanted

    Returns
    -------
    found : dict
        The files by their usual names, in the group's order; none if there is nothing of any group.
    number : int
        Which of the groups it is.

    Raises
    ------
    InputError
        If there is no whole group, but some of one.
    """
    halves = []
    for place in places:
        for number, group in enumerate(groups):
            named = {name: _file_like(place, name, like) for name, like in group.items()}
            found = {name: path for name, path in named.items() if path}
            if len(found) == len(group):
                return found, number
            if found:
                halves.append((found, group))
    if halves:
        found, group = halves[0]
        missing = next(name for name in group if name not in found)
        wanted = {2: "both", 4: "all four"}[len(group)]
        raise InputError(
            f"{next(iter(found.values()))} is there but not {missing}; "
            f"put {wanted} into that folder."
        )
    return {}, 0


def _file_like(folder: Path, name: str, like: re.Pattern[str]) -> Path | None:
    """Return the file of a folder that has a name, or else one nearest to it."""
    known = (name, name.rpartition(".")[0])  # packed, unpacked
    found: list[Path] = []
    with suppress(OSError):  # a sub-folder may be another user's
        found = [
            path for path in folder.iterdir() if like.fullmatch(path.name) and not path.is_dir()
        ]
    return min(
        found,
        key=lambda path: (*(path.name != one for one in known), len(path.name), path.name),
        default=None,
    )
