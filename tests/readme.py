"""What README quotes, computed: `python -m tests.readme runs/paper`.

Between `<!-- begin: NAME -->` and `<!-- end: NAME -->` stands what the function of that name
returns. The tests of the paper compare README with a run of their own; how long a training takes
comes from the record of a machine, book/records/speed.json, which `make bench` writes when
asked to; what came of faults from book/records/faults.json, which `python -m tests.faults --record`
writes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from matplotlib.figure import Figure

from data_prep import printed
from reproduction import console, runs, sealed
from reproduction.figures import network as drawn
from reproduction.figures import picture
from reproduction.network import plain
from reproduction.pages import words
from reproduction.pages.speed import trained_in
from reproduction.paper import PUBLISHED, rows_of, side_by_side

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SPEED = ROOT / "book/records/speed.json"
FAULTS = ROOT / "book/records/faults.json"
PICTURES = ROOT / "book/assets"
SHOWN = 3
"""Of the printed test digits, in faces never learned from, the one that README's picture follows;
handwritten ones are not given away."""


def result(run: runs.Run) -> str:
    """Return what came of it, in two sentences."""
    paper, summary, speed = PUBLISHED["LENET1"], run.summary, sealed.read_json(SPEED)
    test, rejected = summary["test"]["error_percent"], summary["test"]["rejected"]["thresholds"]
    machine, (_, cores, seconds) = speed["machine"], trained_in(speed)
    return (
        f"**The paper's network misread {paper['test.error_percent']} of its test digits after "
        f"{paper['training_time']} of training; these {summary['networks']} misread "
        f"{words.median(test, 2, '%')} in the median ({words.span(test, 2, '%')}), trained "
        "together "
        f"in {seconds:.0f} seconds on {words.count(cores, 'core')} of an "
        f"{machine['processor']}.** To leave 1 % of errors, it rejected "
        f"{paper['test.rejected.thresholds']} of them; these, {words.median(rejected, 2, '%')} "
        f"({words.span(rejected, 2, '%')})."
    )


def table(run: runs.Run) -> str:
    """Return the table paper | reproduced."""
    networks = run.summary["networks"]
    lines = [
        f"| | paper | page | median of {networks} | range |",
        "|---|---:|---|---:|---:|",
    ]
    for found in side_by_side(rows_of(run.summary), run.summary):
        row, fact = found.row, found.row.published
        ours = console.written(found.median, fact.unit)
        lines.append(
            f"| {row.what} | {fact} | {fact.page} | **{ours}** | {console.range_of(found)} |"
        )
    lines += ["", *(f"- {note}" for note in console.notes(rows_of(run.summary)))]
    return "\n".join(lines)


def weights(run: runs.Run) -> str:
    """Return the hash by which every machine knows that it has the same networks."""
    return (
        "The trained weights have the same bits on every machine, so every number can be checked:\n"
        f"SHA-256 `{run.summary['weights_sha256']}`."
    )


GROUPS = {
    "ended": "ended at any moment",
    "odd": "odd inputs",
    "full": "no room, or no right to write",
    "cannot": "no room, or no right to write",
}
"""What kinds of faults are called together, by a word that each has."""


def faults(run: runs.Run) -> str:
    """Return what came of faults made on purpose, as the last recorded run of them says."""
    record, counts = sealed.read_json(FAULTS), dict[str, list[int]]()
    for row in record["rows"]:
        kind, *numbers = row.values()
        name = next((GROUPS[word] for word in GROUPS if word in kind.split()), kind)
        before = counts.get(name, [0] * len(numbers))
        counts[name] = [a + b for a, b in zip(before, numbers, strict=True)]
    lines = ["| kind | cases | lost | silently wrong | traceback | hang |", "|---|" + 5 * "---:|"]
    lines += [f"| {name} | {' | '.join(map(str, counts[name]))} |" for name in counts]
    read = record["photographs"]
    blank = sum(row["wrong"] for row in read if row["kind"].startswith("blank"))
    most = max(100 * row["wrong"] / row["cases"] for row in read)
    sentence = (
        f"Of {len(read)} kinds of drawn photographs (light from one side, shadows, desks, lines), "
        f"{min(row['cases'] for row in read)} of each, {blank} blank pages were taken for a digit, "
        f"and {most:.1f} % of a kind at most were misread and accepted."
    )
    return "\n".join([*lines, "", sentence])


BLOCKS = (result, table, weights, *([faults] if FAULTS.exists() else []))


def followed(run: runs.Run) -> Figure:
    """Return the picture of a digit on its way through the median network."""
    digit, seed = printed.load().test, run.summary["median_network"]
    (bank,) = run.banks()
    planes = bank.architecture.planes(digit.images[SHOWN : SHOWN + 1])
    values = plain.units(bank.architecture, bank.parameters[:, bank.seeds.index(seed)], planes)
    who = f"A printed {digit.labels[SHOWN]} in a face never learned from, and the median network"
    return drawn.followed({name: units[0] for name, units in values.items()}, who)


def rewritten(text: str, name: str, block: str) -> str:
    """Return README's text with one block anew."""
    pattern = rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)"
    new, found = re.subn(pattern, lambda m: f"{m[1]}{block}\n{m[2]}", text, flags=re.DOTALL)
    assert found == 1, f"README has {found} places for {name}"
    return new


def main(folder: str) -> None:
    """Write every block of README, and its pictures, from a run of the paper's recipe."""
    run = runs.read_run(Path(folder))
    text = README.read_text(encoding="utf-8")
    for block in BLOCKS:
        text = rewritten(text, block.__name__, block(run))
    README.write_text(text, encoding="utf-8")
    (PICTURES / "error-rates.svg").write_bytes((run.folder / "error-rates.svg").read_bytes())
    (PICTURES / "followed.svg").write_bytes(picture(followed(run), "svg"))


if __name__ == "__main__":
    main(*sys.argv[1:])
