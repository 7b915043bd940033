"""The command line: `lenet1989`, or `python -m reproduction`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

import data_prep
from data_prep import printed as printed_digits
from data_prep.digits import Digits
from data_prep.errors import InputError
from data_prep.normalize import normalize, read_image
from data_prep.usps import USPS
from reproduction import console, evaluation, paper, runs
from reproduction.learning import RECIPES, Material, Recipe
from reproduction.learning.sets import sets_of, tried_on
from reproduction.learning.toml_files import as_toml, line_of, read_architecture, read_recipe
from reproduction.learning.training import StageError
from reproduction.network import ARCHITECTURES, Architecture
from reproduction.network.bank import checked_seeds
from reproduction.network.kernels.compiling import is_compiled

if TYPE_CHECKING:
    from reproduction.studies import Spread, Study

RUNS = Path("runs")
MOST_SEEDS = 10_000


class SeedRange(click.ParamType):
    """Seeds as "0-15", "7" or "0-3,8,12-15"."""

    name = "seeds"

    def convert(self, value: object, param: object, ctx: object) -> tuple[int, ...]:
        """Return the seeds as a tuple, or say what is wrong with them."""
        if isinstance(value, tuple):
            return value
        seeds: list[int] = []
        for piece in str(value).split(","):
            first, dash, last = piece.strip().partition("-")
            if not first.isdecimal() or (dash and not last.isdecimal()):
                raise InputError(f"--seeds {value} cannot be read; write it as 0-15 or 0-3,8.")
            stop = int(last) + 1 if dash else int(first) + 1
            if stop <= int(first):
                raise InputError(f"--seeds {value} runs backwards; write it as 0-15.")
            if len(seeds) + stop - int(first) > MOST_SEEDS:
                raise InputError(f"--seeds {value} are more than {MOST_SEEDS}; give fewer.")
            seeds += range(int(first), stop)
        return checked_seeds(seeds)


digits_option = click.option(
    "--digits",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with zip.train and zip.test (packed or not), instead of fetching them.",
)
quiet_option = click.option("--quiet", is_flag=True, help="Print results and errors only.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("lenet1989"), prog_name="lenet1989")
def cli() -> None:
    """Build the 1989 network again: LeNet-1 on the real USPS digits.

    The first convolutional network that read real mail (LeCun et al., NIPS 1989), trained by the
    rule of the time, sixteen networks in step.
    """


@cli.command(short_help="Train networks by a recipe, or go on with it.")
@click.option(
    "--recipe",
    metavar="NAME|FILE",
    default="paper",
    show_default=True,
    help="What to train: a recipe's name, or a TOML file that holds one.",
)
@click.option(
    "--architecture",
    "architecture_name",
    metavar="NAME|FILE",
    help="What the networks look like, instead of the recipe's.",
)
@click.option("--run", "run_name", metavar="NAME", help="Folder below runs/; the recipe's name.")
@click.option("--passes", type=int, metavar="N", help="Passes in all, instead of the recipe's.")
@click.option(
    "--seeds", type=SeedRange(), default="0-15", show_default=True, help="A network for each."
)
@click.option("--again", is_flag=True, help="Forget what is in the run's folder and start anew.")
@digits_option
@quiet_option
def train(
    recipe: str,
    architecture_name: str | None,
    run_name: str | None,
    passes: int | None,
    seeds: tuple[int, ...],
    again: bool,
    digits: Path | None,
    quiet: bool,
) -> None:
    """Train networks by a recipe, or go on where a training was interrupted.

    Leaves runs/NAME/ with weights, history, summary and figures, and prints the paper's figures
    beside ours.
    """
    from reproduction import figures  # takes half a second to import

    chosen = _recipe(recipe)
    if passes is not None:
        chosen = _with_passes(chosen, passes)
    architecture = _architecture_of(chosen, recipe, architecture_name)
    out = console.messages(quiet)
    sets = _sets(chosen.digits, digits, out.print, quiet)
    plan = runs.plan_of(chosen, architecture, seeds, sets)
    folder = _folder(run_name or _plain_name(recipe, architecture_name))
    out.print(f"{console.counted(len(seeds), 'network')}, {console.facts_of(architecture)}")
    if again or not (folder / runs.SUMMARY_FILE).exists():
        _say_if_compiling(out)
    try:
        with console.PassLines(out, chosen) as lines:
            run = runs.train_run(folder, plan, sets, again=again, after_pass=lines)
    except StageError as problem:
        raise _located(problem, recipe) from None
    except KeyboardInterrupt:
        out.print(f"Interrupted; the same command goes on from the last pass kept in {folder}.")
        raise
    if not figures.are_drawn(run):
        out.print("Drawing the figures.")
        figures.draw(run, sets)
    print_report(run)


@cli.command(short_help="Try a run's networks on the digits again.")
@click.argument("run_name", metavar="RUN")
@digits_option
@quiet_option
def evaluate(run_name: str, digits: Path | None, quiet: bool) -> None:
    """Try a run's networks on the digits again, and compare with its summary."""
    run = runs.read_run(_folder(run_name))
    messages = console.messages(quiet)
    sets = _sets(run.plan.recipe.digits, digits, messages.print, quiet)
    _say_if_compiling(messages)
    found = runs.summarize(run.plan, run.banks(), sets, run.summary["seconds"])
    out = console.results()
    out.print(console.sets_table(found))
    out.print(console.FITTED, soft_wrap=True)
    if found != run.summary:
        raise InputError(
            f"{run.folder / runs.SUMMARY_FILE} says something else; "
            "train the run again with --again."
        )
    out.print("The run's summary says the same.")


@cli.command(short_help="Print the paper's figures beside a run's.")
@click.argument("run_name", metavar="RUN")
@digits_option
@quiet_option
def report(run_name: str, digits: Path | None, quiet: bool) -> None:
    """Print the paper's figures beside a run's, and draw its figures anew."""
    from reproduction import figures  # takes half a second to import

    run = runs.read_run(_folder(run_name))
    messages = console.messages(quiet)
    sets = _sets(run.plan.recipe.digits, digits, messages.print, quiet)
    _say_if_compiling(messages)
    figures.draw(run, sets)
    print_report(run)
    console.results().print(console.sets_table(run.summary))


@cli.command(short_help="Read digits in image files.")
@click.argument("run_name", metavar="RUN")
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path())
def classify(run_name: str, images: Sequence[str]) -> None:
    """Read digits in image files with the committee of a run's networks.

    Any image that Pillow reads, of any size, dark on light or light on dark, one digit in each.
    It is brought to 16 x 16 as the paper says and, as the released digits are, deslanted. What the
    committee is not sure of is rejected, by thresholds that were fitted on the test digits.
    """
    run = runs.read_run(_folder(run_name))
    _say_if_compiling(console.messages())
    banks = run.banks()
    together = run.summary["committee"]
    thresholds = evaluation.Thresholds.from_json(together[tried_on(together)]["thresholds"])
    out = console.results()
    faults: list[str] = []
    for name in images:
        try:
            image = normalize(read_image(name), deslant=True)
        except InputError as problem:
            faults.append(str(problem) if name in str(problem) else f"{name}: {problem}")
            continue
        outputs = evaluation.committee(runs.outputs_of(banks, image[None]))
        answer = int(evaluation.answers(outputs)[0, 0])
        top, second = (float(value[0, 0]) for value in evaluation.top_two(outputs))
        accepted = bool(thresholds.accept(outputs)[0, 0])
        verdict = f"{answer}" if accepted else "rejected"
        out.print(
            f"{name}: {verdict}  (top output {top:.2f} for {answer}, second {second:.2f})",
            soft_wrap=True,
        )
    if faults:
        raise InputError("\n".join(faults))


@cli.command(short_help="Get, check and count the digits.")
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
def digits(digits: Path | None, sheet: Path, quiet: bool) -> None:
    """Get and check the digits, count them, and save a contact sheet."""
    messages = console.messages(quiet)
    usps = data_prep.load(digits, announce=messages.print, progress=_shows_progress(quiet))
    out = console.results()
    out.print(console.digits_table(usps))
    out.print(f"source  {usps.source}\ncache   {usps.cache or 'none'}\nSHA-256")
    for name, value in usps.sha256.items():
        out.print(f"  {name:12}  {value}")
    data_prep.contact_sheet(usps.train, sheet)
    out.print(f"sheet   {sheet}")


@cli.command(short_help="Show the printed digits, or render them again.")
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
    out.print("\n".join(printed_digits.described(found)), soft_wrap=True)
    data_prep.contact_sheet(printed_digits.specimen(), sheet, columns=len(found.faces))
    out.print(f"sheet   {sheet}")
    if render:
        from data_prep import printed_render  # not needed for anything else here

        console.messages(quiet).print("Fetching the faces and rendering: half a minute.")
        printed_digits.check_rendered(printed_render.render_all())
        out.print("Rendered again: the same bytes.")


@cli.command(short_help="List the recipes, or write one out.")
@click.argument("name", required=False)
def recipes(name: str | None) -> None:
    """List the recipes; or write one out as TOML, to be changed and trained by --recipe FILE."""
    if name is not None:
        click.echo(as_toml(_recipe(name)), nl=False)
        return
    out = console.results()
    for recipe in RECIPES.values():
        stages = ", ".join(f"{stage.name} {stage.passes}" for stage in recipe.stages)
        out.print(
            f"{recipe.name:12} {recipe.passes} passes ({stages}), {recipe.stages[-1].numbers}: "
            f"{recipe.about}",
            soft_wrap=True,
        )


@cli.command(short_help="List the architectures, or write one out.")
@click.argument("name", required=False)
def architectures(name: str | None) -> None:
    """List the architectures; or write one out as TOML, to be changed and trained.

    A changed one is trained by lenet1989 train --architecture FILE.
    """
    if name is not None:
        click.echo(as_toml(_architecture(name)), nl=False)
        return
    out = console.results()
    for architecture in ARCHITECTURES.values():
        out.print(console.facts_of(architecture))


@cli.command(short_help="Train many networks side by side, and write one record.")
@click.argument("name", required=False)
@click.option(
    "--recipe",
    "recipe_names",
    metavar="NAME|FILE",
    multiple=True,
    help="For a study of your own, as often as there are recipes.",
)
@click.option(
    "--architecture",
    "architecture_names",
    metavar="NAME|FILE",
    multiple=True,
    help="Instead of the recipes' own; as often as there are architectures.",
)
@click.option("--seeds", type=SeedRange(), help="A network for each, in every arm.")
@click.option(
    "--backend",
    type=click.Choice(["loky", "dask"]),
    default="loky",
    show_default=True,
    help="Processes of this machine, or a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster, as tcp://host:8786.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes of this machine; one a processor.",
)
@click.option(
    "--record",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write; runs/studies/NAME.json.",
)
@click.option("--check", is_flag=True, help="Train a record's banks again, and compare the bits.")
@digits_option
@quiet_option
def study(
    name: str | None,
    recipe_names: tuple[str, ...],
    architecture_names: tuple[str, ...],
    seeds: tuple[int, ...] | None,
    backend: str,
    scheduler: str | None,
    workers: int | None,
    record: Path | None,
    check: bool,
    digits: Path | None,
    quiet: bool,
) -> None:
    """Train every arm of a study by the same seeds, in banks of sixteen, on all cores.

    NAME is one of the studies that are listed without it, or a new one that --recipe and
    --architecture describe. Finished banks are kept in runs/banks/: a study that is interrupted
    goes on by the same command. With --check nothing is written, and the status is 1 if a bank
    ends in other bits than the record says.
    """
    from reproduction import studies  # take a second to import
    from reproduction.studies import questions, spreading  # take a second to import

    if name is None:
        if recipe_names or architecture_names or check or seeds:
            raise InputError("The study has no name; give one, as lenet1989 study mine --recipe.")
        console.results().print(console.studies_table(questions.STUDIES.values()))
        return
    _check_study_name(name, bool(recipe_names), questions.STUDIES)
    digits = digits.resolve() if digits else None
    if check and (recipe_names or architecture_names):
        raise InputError("--check trains what the record says; leave --recipe and --architecture.")
    if architecture_names and not recipe_names:
        raise InputError("--architecture is for a study of your own; give --recipe as well.")
    out = console.messages(quiet)
    file = record or RUNS / "studies" / f"{name}.json"
    before = studies.read_record(file) if check else None
    if before is not None:
        before = studies.part_of(before, seeds)
        chosen = studies.study_of(before)
    elif recipe_names:
        recipes = [_recipe(recipe) for recipe in recipe_names]
        networks = [_architecture(network) for network in architecture_names]
        own = None if networks else [*map(_architecture_of, recipes, recipe_names)]
        chosen = questions.grid(name, recipes, networks, seeds or tuple(range(16)), own)
    else:
        chosen = _study(name, questions.STUDIES)
    if seeds is not None and before is None:
        chosen = replace(chosen, seeds=seeds)
    spread = _spread(spreading, backend, scheduler, workers)
    if not check:
        file.parent.mkdir(parents=True, exist_ok=True)
    _load_digits(digits, out.print, quiet)
    jobs = studies.jobs_of(chosen, digits)
    with ExitStack() as stack:
        kept = studies.BANKS
        if check:
            kept = Path(stack.enter_context(TemporaryDirectory()))
        waiting = len(studies.unfinished(jobs.values(), kept))
        out.print(
            f"{console.counted(len(chosen.arms), 'arm')} of "
            f"{console.counted(len(chosen.seeds), 'network')}: "
            f"{console.counted(waiting, 'bank')} to train"
        )
        bar = stack.enter_context(console.BankBar(out, waiting))
        try:
            found = studies.run(chosen, spread, folder=digits, kept=kept, after_bank=bar)
        except KeyboardInterrupt:
            out.print("Interrupted; the same command goes on from the banks that are finished.")
            raise
    if before is not None:
        _say_differences(studies.differences(before, found), len(found["banks"]), file)
        return
    runs.write(file, studies.as_text(found).encode(), "choose another --record")
    console.results().print(console.study_table(found), soft_wrap=True)
    console.results().print(console.FITTED, soft_wrap=True)
    console.results().print(f"The record is in {file}", soft_wrap=True)


def _check_study_name(name: str, is_new: bool, known: Collection[str]) -> None:
    if len(Path(name).parts) != 1 or name in (".", ".."):
        raise InputError(f'"{name}" is no name for a study; choose a plain word.')
    if is_new and name in known:
        raise InputError(f'"{name}" is a study of the book; give yours another name.')


def _study(name: str, known: Mapping[str, Study]) -> Study:
    if name not in known:
        names = ", ".join(known)
        raise InputError(f'There is no study "{name}"; there are {names}; --recipe makes one.')
    return known[name]


def _spread(spreading: Any, backend: str, scheduler: str | None, workers: int | None) -> Spread:
    """Return where the banks are to run."""
    if backend == "dask":
        if scheduler is None:
            raise InputError("--backend dask needs --scheduler ADDRESS, as tcp://host:8786.")
        if workers is not None:
            raise InputError("--workers is for this machine; a Dask cluster has its own workers.")
        return partial(spreading.on_a_cluster, scheduler=scheduler)
    if scheduler is not None:
        raise InputError("--scheduler is for --backend dask; give both, or neither.")
    return partial(spreading.on_this_machine, workers=workers or -1)


def _say_differences(differences: list[str], banks: int, file: Path) -> None:
    if not differences:
        console.results().print(f"{file}: {console.counted(banks, 'bank')}, the same bits.")
        return
    for line in differences:
        print(f"lenet1989: {file}: {line}", file=sys.stderr)
    raise click.exceptions.Exit(1)


def _recipe(name: str) -> Recipe:
    """Return the recipe of a name, or from a file."""
    if name in RECIPES:
        return RECIPES[name]
    if name.endswith(".toml") or Path(name).is_file():
        return read_recipe(Path(name))
    known = ", ".join(RECIPES)
    raise InputError(f'There is no recipe "{name}"; there are {known}, or name a TOML file.')


def _architecture(name: str, beside: Path = Path()) -> Architecture:
    """Return the architecture of a name, or from a file, its path as seen from a folder."""
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    if name.endswith(".toml") or (beside / name).is_file():
        return read_architecture(beside / name)
    known = ", ".join(ARCHITECTURES)
    raise InputError(f'There is no architecture "{name}"; there are {known}, or name a TOML file.')


def _architecture_of(recipe: Recipe, recipe_name: str, given: str | None = None) -> Architecture:
    """Return the architecture given, or the recipe's own: a name, or a file beside the recipe's."""
    if given is not None:
        return _architecture(given)
    is_file = recipe_name not in RECIPES
    return _architecture(recipe.architecture, Path(recipe_name).parent if is_file else Path())


def _with_passes(recipe: Recipe, passes: int) -> Recipe:
    try:
        return recipe.with_passes(passes)
    except InputError as problem:
        raise InputError(f"--passes {passes}: {problem}") from None


def _plain_name(recipe: str, architecture: str | None) -> str:
    """Return a run's name: its recipe's or the file's stem, and the network's if one is given."""
    names = [recipe if recipe in RECIPES else Path(recipe).stem]
    if architecture is not None:
        names.append(architecture if architecture in ARCHITECTURES else Path(architecture).stem)
    return "-".join(names)


def _located(problem: StageError, recipe: str) -> InputError:
    """Name the line, where a stage of a recipe from a file asks for what is not there."""
    if recipe in RECIPES:
        return problem
    line = line_of(problem.place, Path(recipe).read_text(encoding="utf-8"))
    return InputError(f"{recipe}, line {line}: {problem}")


def _say_if_compiling(messages: Console) -> None:
    if not is_compiled():
        messages.print("Compiling the engine for this machine, which takes some seconds.")


def _folder(name: str) -> Path:
    """Return the folder of a run: below runs/ by its name, or anywhere by its path."""
    path = Path(name)
    if path.is_absolute() or len(path.parts) > 1:
        return path
    if not path.parts or name in (".", ".."):
        raise InputError(f'"{name}" is no name for a run; choose a plain word.')
    return RUNS / name


def _sets(
    material: Material, folder: Path | None, announce: Callable[[str], None], quiet: bool
) -> dict[str, Digits]:
    """Load the digits that networks learn from and are tried on."""
    return sets_of(material, _load_digits(folder, announce, quiet))


def _load_digits(folder: Path | None, announce: Callable[[str], None], quiet: bool) -> USPS:
    return data_prep.load(folder, announce=announce, progress=_shows_progress(quiet))


def _shows_progress(quiet: bool) -> bool:
    return sys.stderr.isatty() and not quiet


def print_report(run: runs.Run) -> None:
    """Print the paper's figures beside a run's, on stdout."""
    rows = paper.rows_of(run.summary)
    out = console.results()
    out.print(console.paper_table(paper.side_by_side(rows, run.summary), run.summary["networks"]))
    for note in console.notes(rows):
        out.print(note, soft_wrap=True)
    if "test_printed" in run.summary:
        out.print(console.printed_errors(run.summary), soft_wrap=True)
    out.print(console.FITTED, soft_wrap=True)
    out.print(f"weights SHA-256 {run.summary['weights_sha256']}", soft_wrap=True)
    out.print(f"Weights, history, summary and figures are in {run.folder}", soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; end with status 0, 2 for bad input, 130 when interrupted."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started in the background
    sys.exit(_status(arguments))


def _status(arguments: Sequence[str] | None) -> int:
    try:
        status = cli.main(arguments, prog_name="lenet1989", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except InputError as problem:
        return _refused(str(problem))
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


def _refused(sentence: str) -> int:
    for line in sentence.splitlines():
        print(f"lenet1989: {line}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
