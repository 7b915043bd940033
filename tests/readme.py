"""What README quotes, computed: `python -m tests.readme runs/paper runs/handwritten`.

Between `<!-- begin: NAME -->` and `<!-- end: NAME -->` stands what the function of that name
returns. The tests of the paper compare README with a run of their own; speeds come from the record
of a machine, book/records/speed.json, which `make bench` writes when asked to.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from pathlib import Path

import numpy as np

from reproduction import console, runs, studies
from reproduction.commands.report import print_report
from reproduction.figures import hundred as drawn
from reproduction.figures import picture
from reproduction.learning import RECIPES, FileOrder, SecondOrder
from reproduction.paper import PUBLISHED, rows_of, side_by_side
from reproduction.studies import comparison
from reproduction.studies.questions import QUESTIONS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SPEED = ROOT / "book/records/speed.json"
PICTURES = ROOT / "book/assets"
SHOWN_PASSES = (1, 2, 3, 10, 20, 29, 30)
MANY_ARMS = 20

DAYS = PUBLISHED["LENET1"]["training_time"]


def make_reproduce(run: runs.Run) -> str:
    """Return what `make reproduce` prints, with most passes and the time left out."""
    lines = [
        f"{run.summary['networks']} networks, {console.facts_of(run.plan.architecture)}",
        console.pass_head(run.history).removesuffix("left").rstrip(),
    ]
    before = 0
    for number in SHOWN_PASSES:
        if number > before + 1:
            lines.append("   ...")
        lines.append(console.pass_line(run.history, number, "").rstrip())
        before = number
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        print_report(run)
    text = printed.getvalue().replace(str(run.folder), f"runs/{run.plan.recipe.name}")
    lines += [line.rstrip() for line in text.splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```"


def table(run: runs.Run) -> str:
    """Return the table paper | reproduced."""
    networks = run.summary["networks"]
    lines = [
        f"| | paper | page | median of {networks} | range |",
        "|---|---:|---|---:|---:|",
    ]
    for found in side_by_side(rows_of(run.summary), run.summary):
        row, fact = found.row, found.row.published
        ours = console.figure(found.median, fact)
        lines.append(
            f"| {row.what} | {fact} | {fact.page} | **{ours}** | {console.range_of(found)} |"
        )
    lines += ["", *(f"- {note}" for note in console.notes(rows_of(run.summary)))]
    return "\n".join(lines)


def committee(run: runs.Run) -> str:
    """Return sentences on the printed digits, and on what the sixteen reach together."""
    together = run.summary["committee"]["test"]
    rejected = together["rejected"]
    return (
        f"{console.printed_errors(run.summary)} The networks together, by the mean of their "
        f"outputs, make {together['error_percent']:.2f} % errors on the whole test set and reject "
        f"{rejected['difference']:.2f} % for 1 % by the difference of the two top outputs."
    )


def sizes(run: runs.Run) -> str:
    """Return a sentence on the network and its training, then and now."""
    counts = run.plan.architecture.counts()
    return (
        f"The network has {counts.units} units, {counts.connections} connections and "
        f"{counts.parameters} free parameters. It sees {run.summary['train']['patterns']} digits "
        f"{run.summary['passes']} times, which took about {DAYS} for one network "
        "in 1989."
    )


def _recorded() -> dict:
    return json.loads(SPEED.read_text(encoding="utf-8"))


def timing() -> str:
    """Return a sentence on how long it all takes, on a named machine and day."""
    speed = _recorded()
    machine, start = speed["machine"], speed["start"]
    compiling = start["from_nothing"]["start_seconds"] - start["compiled_before"]["start_seconds"]
    whole = speed["whole_training"]
    return (
        f"On one core of an {machine['processor']} ({machine['code_for']}), {machine['date']}: "
        f"{whole['seconds']:.0f} s for the {whole['passes']} passes of sixteen networks, with both "
        f"evaluations after each, and {compiling:.0f} s once to compile the engine."
    )


def speed() -> str:
    """Return the tables of speeds from the record."""
    found = _recorded()
    avx2 = found["avx2"]
    lines = [
        "Microseconds a pattern and network, sixteen networks in step on one core of an "
        f"{found['machine']['processor']} ({found['machine']['code_for']}), "
        f"{found['machine']['date']}, and the share of the core's measured peak of fused "
        "multiply-adds:",
        "",
        "| | AVX-512 | of peak | AVX2 only, as a laptop may have | of peak |",
        "|---|---:|---:|---:|---:|",
    ]
    for work, operations in found["operations"].items():
        cells = []
        for figures in (found, avx2):
            microseconds = figures["microseconds"][work]
            share = operations / microseconds / 1e3 / figures["peak_gflops"]
            cells += [f"{microseconds:.2f}", f"{share:.0%}"]
        lines.append(f"| {work} | {' | '.join(cells)} |")
    gain = found["microseconds"]["training"] / found["two_threads_microseconds"]
    lines += [
        "",
        f"32 networks on two cores take {2 / gain:.2f} times as long as 16 on one. The same "
        "training step, checked to change the weights alike, one core each:",
        "",
        "| | networks in step | us a pattern and network | times this engine |",
        "|---|---:|---:|---:|",
    ]
    peers = [peer for peer in found["peers"] if peer["microseconds"]]
    ours = next(peer["microseconds"] for peer in peers if peer["name"] == "this engine")
    for peer in sorted(peers, key=lambda peer: peer["microseconds"]):
        microseconds = peer["microseconds"]
        lines.append(
            f"| {peer['name']} | {peer['networks']} | {microseconds:.1f} | "
            f"{microseconds / ours:.1f} |"
        )
    return "\n".join(lines)


def handwritten_table(run: runs.Run) -> str:
    """Return the table of the handwritten digits alone."""
    return table(run)


BLOCKS = {
    "paper": (make_reproduce, table, committee, sizes),
    "handwritten": (handwritten_table,),
}
"""What is computed from the run of each recipe."""


def recipes() -> str:
    """Return the list of recipes."""
    lines = ["| recipe | passes | what it is |", "|---|---|---|"]
    for recipe in RECIPES.values():
        stages = ", ".join(f"{stage.passes} {stage.name}" for stage in recipe.stages)
        lines.append(f"| `{recipe.name}` | {stages} | {recipe.about} |")
    return "\n".join(lines)


def hundred() -> str:
    """Return sentences on the distribution over ninety-six networks."""
    record = _study("hundred")
    errors = comparison.values(record, "paper", "test_handwritten.errors")
    published = PUBLISHED["LENET1"]["test_handwritten.errors"].value
    beaten = int(np.sum(errors < published))
    share = comparison.share(beaten, len(errors))
    seconds = sum(bank["cpu_seconds"] for bank in record["banks"] if bank["arm"] == "paper")
    return (
        f"Over {len(errors)} seeds the paper's recipe makes {np.median(errors):g} errors on "
        f"handwritten test digits ({errors.min():g} to {errors.max():g}); the paper's network made "
        f"about {published:g}. {beaten} of the {len(errors)} make fewer "
        f"({share.mean:.0f} %, 95 % interval {share.low:.0f} to {share.high:.0f} %). All of them "
        f"took {seconds / 60:.0f} minutes of one processor; one took about "
        f"{DAYS} in 1989."
    )


def relatives() -> str:
    """Return the table of the relatives, published figures beside ours."""
    record = _study("relatives")
    published = {
        "LENET1": (
            PUBLISHED["LENET1"]["test_handwritten.error_percent"],
            PUBLISHED["LENET1"]["test_handwritten.rejected.thresholds"],
        ),
        "NET1989": (
            PUBLISHED["NET1989"]["test_handwritten.error_percent"],
            PUBLISHED["NET1989"]["test_handwritten.rejected.difference"],
        ),
        "FC40": (
            PUBLISHED["FC40"]["test_handwritten.error_percent"],
            PUBLISHED["FC40"]["test_handwritten.rejected.difference"],
        ),
    }
    lines = [
        "| | parameters | published | test error | published | rejected for 1 % |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for arm in studies.study_of(record).arms:
        cells = [arm.name, str(arm.architecture.counts().parameters)]
        figures = ("error_percent", "rejected.difference")
        for fact, figure in zip(published.get(arm.name, ("", "")), figures, strict=True):
            found = comparison.values(record, arm.name, f"test_handwritten.{figure}")
            ours = f"**{np.median(found):.2f} %** ({found.min():.2f} - {found.max():.2f})"
            cells += [str(fact), ours]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def questions() -> str:
    """Return the questions that the papers left open, with what the figures say."""
    lines = ["| question | what the published figures say |", "|---|---|"]
    for name, study in QUESTIONS.items():
        if name not in ("hundred", "relatives"):
            said = comparison.answer(
                _study(name), [arm.name for arm in study.arms if _allowed(arm)]
            )
            many = len(said.like) + len(said.unlike) > MANY_ARMS
            short = f"They fit {len(said.like)} of {len(study.arms)} pairs." if many else ""
            lines.append(f"| {study.question} | {short or console.answered(said)} |")
    return "\n".join(lines)


def _allowed(arm: studies.Arm) -> bool:
    """Tell whether an arm of the sister paper's network is trained as that paper says."""
    if arm.architecture.name != "NET1989":
        return True
    (stage,) = arm.recipe.stages
    return (
        isinstance(stage.rule, SecondOrder)
        and isinstance(stage.order, FileOrder)
        and stage.passes == PUBLISHED["NET1989"]["passes"].value
        and not arm.recipe.initial.square_root
    )


def _study(name: str) -> dict:
    return studies.read_record(ROOT / f"book/records/{name}.json")


QUOTED = (timing, speed, recipes, hundred, relatives, questions)
"""What needs no run."""


def rewritten(text: str, name: str, block: str) -> str:
    """Return README's text with one block anew."""
    pattern = rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)"
    new, found = re.subn(pattern, lambda m: f"{m[1]}{block}\n{m[2]}", text, flags=re.DOTALL)
    assert found == 1, f"README has {found} places for {name}"
    return new


def main(*folders: str) -> None:
    """Write every block of README, and its pictures, from runs of the two recipes."""
    text = README.read_text(encoding="utf-8")
    for folder in folders:
        run = runs.read_run(Path(folder))
        for block in BLOCKS[run.plan.recipe.name]:
            text = rewritten(text, block.__name__, block(run))
        if run.plan.recipe.name == "paper":
            keep_pictures(run)
    for quoted in QUOTED:
        text = rewritten(text, quoted.__name__, quoted())
    of_hundred = drawn.errors(_study("hundred"))
    (PICTURES / "hundred.svg").write_bytes(picture(of_hundred, "svg"))
    README.write_text(text, encoding="utf-8")


def keep_pictures(run: runs.Run) -> None:
    """Copy the pictures that README shows."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in ("error-rates", "error-reject"):
        picture = (run.folder / f"{name}.svg").read_bytes()
        (PICTURES / f"{name}.svg").write_bytes(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
