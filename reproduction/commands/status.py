"""How a command line ends: with its status, and where it must be a sentence on stderr."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence

import click

from data_prep.errors import InputError, shown
from reproduction.commands.group import cli


def status_of(arguments: Sequence[str] | None) -> int:
    """Run a command line; return 0, 2 for bad input, or what the command says.

    Raises
    ------
    KeyboardInterrupt
        When the command is interrupted; with what it says of it, if it says something.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what its encoding does not have
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started in the background
    try:
        status = cli.main(arguments, prog_name="lenet1989", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except InputError as problem:
        return _refused(*map(str, problem.args))
    except click.exceptions.NoArgsIsHelpError as problem:
        print(problem.format_message())
        return 0
    except click.ClickException as problem:
        return _refused(f"{problem.format_message()} See lenet1989 --help.")
    except click.Abort as problem:
        raise KeyboardInterrupt(*problem.args) from None
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as problem:
        where = problem.filename or "a file"
        return _refused(f"{where} cannot be used ({problem.strerror or problem}).")


def _refused(*sentences: str) -> int:
    for sentence in sentences:
        print(f"lenet1989: {_cut(shown(sentence))}", file=sys.stderr)
    return 2


LONGEST = 2000
"""Letters of a sentence at most: what is wrong may be long."""


def _cut(sentence: str) -> str:
    half = LONGEST // 2
    return sentence if len(sentence) <= LONGEST else f"{sentence[:half]}...{sentence[-half:]}"
