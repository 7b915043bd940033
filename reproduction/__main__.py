"""The command line: `lenet1989`, or `python -m reproduction`; its commands are in `commands`."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence

from data_prep.errors import InputError, shown

INTERRUPTED = 128 + signal.SIGINT
"""The exit status."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; end with status 0, 2 for bad input, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what its encoding does not have
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started in the background
    try:
        status = _status(arguments)
    except KeyboardInterrupt as problem:
        print(*problem.args or ["Interrupted."], file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)


def _status(arguments: Sequence[str] | None) -> int:
    import click  # here, where an interruption is one line from the first import on

    from reproduction.commands.group import cli

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


if __name__ == "__main__":
    main()
