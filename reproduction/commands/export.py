"""`lenet1989 export`: trained networks as a file that other tools read."""

from __future__ import annotations

from pathlib import Path

import click

from data_prep.errors import InputError
from reproduction import console, export, runs, sealed
from reproduction.commands.named import folder_of

LONGEST_SEED = 19
"""Digits of the largest seed, below 2^63."""


@click.command("export")
@click.argument("run_name", metavar="RUN")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(export.ENDINGS)),
    default="npz",
    show_default=True,
    help="For numpy, for a program of any kind, for an ONNX runtime, or for PyTorch.",
)
@click.option(
    "--network",
    metavar="SEED|median",
    help="One network, by its seed, instead of all as a committee.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A new file to write; by default RUN with the format's ending.",
)
def export_run(run_name: str, form: str, network: str | None, output: Path | None) -> None:
    """Write a run's trained networks in the format of another tool.

    All of them, whose mean output answers and is rejected by the run's thresholds, as classify
    does; or one, by --network. The weights are the run's own, to the bit. In the book, "Take it
    with you" has lines that read each format.
    """
    run = runs.read_run(folder_of(run_name))
    seed = None if network is None else _seed(network, run)
    name = run.folder.name if seed is None else f"{run.folder.name}-{seed}"
    place = output or Path(f"{name}{export.ENDINGS[form]}")
    if place.exists():
        raise InputError(f"{place} is there already; name another --output, or delete it.")
    networks = export.networks_of(run, seed)
    sealed.write(place, export.contents(networks, form), "name another --output")
    counted = console.counted(len(networks.seeds), "network")
    kilobytes = place.stat().st_size / 1000
    console.results().print(
        f"{place}: {counted} of {networks.architecture.name}, {kilobytes:.0f} kB", soft_wrap=True
    )


def _seed(network: str, run: runs.Run) -> int:
    """Return the seed that --network stands for."""
    if network == "median":
        return int(run.summary["median_network"])
    if not network.isdecimal() or len(network) > LONGEST_SEED:
        raise InputError(f"--network {network} is no seed; give a whole number, or median.")
    return int(network)
