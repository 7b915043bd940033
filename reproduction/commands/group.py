"""`lenet1989` itself: what its commands are, each of which is imported when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "architectures": ("lists.architectures", "List the architectures, or write one out."),
    "classify": ("classify.classify", "Read digits in image files."),
    "digits": ("digits.digits", "Get, check and count the digits, also MNIST's."),
    "evaluate": ("report.evaluate", "Try a run's networks on the digits again."),
    "export": ("export.export_run", "Write trained networks in the format of another tool."),
    "printed": ("digits.printed", "Show the printed digits, or render them again."),
    "recipes": ("lists.recipes", "List the recipes, or write one out."),
    "report": ("report.report", "Print the paper's figures beside a run's."),
    "study": ("study.study", "Train many networks side by side, and write one record."),
    "train": ("train.train", "Train networks by a recipe, or go on with it."),
}
"""By name: the module and its command, and what the help says of it."""


@contextmanager
def _words_kept() -> Iterator[None]:
    """Keep the words of an interruption, which click would drop for an empty line."""
    try:
        yield
    except KeyboardInterrupt as problem:
        raise click.Abort(*problem.args) from None


class Commands(click.Group):
    """The commands, known by name before any of them is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name not in COMMANDS:
            return None
        module, _, command = COMMANDS[name][0].partition(".")
        return getattr(import_module(f"reproduction.commands.{module}"), command)

    def make_context(self, *given: Any, **options: Any) -> click.Context:
        """Read the command line."""
        with _words_kept():
            return super().make_context(*given, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _words_kept():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of the commands, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


def _say_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from reproduction.version import version

        click.echo(f"lenet1989, version {version()}")
        ctx.exit()


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_say_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Build the 1989 network again: LeNet-1 on the real USPS digits.

    The first convolutional network that read real mail (LeCun et al., NIPS 1989), trained by the
    rule of the time, sixteen networks in step.
    """
