"""The command line: `lenet1989`, or `python -m reproduction`; its commands are in `commands`."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence

import click

from data_prep.errors import InputError, shown
from reproduction.commands.classify import classify
from reproduction.commands.digits import digits, printed
from reproduction.commands.export import export_run
from reproduction.commands.lists import architectures, recipes
from reproduction.commands.report import evaluate, report
from reproduction.commands.study import study
from reproduction.commands.train import train
from reproduction.version import version


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version(), prog_name="lenet1989")
def cli() -> None:
    """Build the 1989 network again: LeNet-1 on the real USPS digits.

    The first convolutional network that read real mail (LeCun et al., NIPS 1989), trained by the
    rule of the time, sixteen networks in step.
    """


for command in (
    train,
    report,
    evaluate,
    classify,
    export_run,
    digits,
    printed,
    recipes,
    architectures,
    study,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; end with status 0, 2 for bad input, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what its encoding does not have
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started in the background
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
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
    except (click.Abort, KeyboardInterrupt):
        return 130
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
