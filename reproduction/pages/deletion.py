"""What the chapter on Optimal Brain Damage works with: networks to delete from, and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data_prep.digits import Digits
from reproduction.figures import brain_damage as pictures
from reproduction.learning import Prune, damage
from reproduction.learning.damage import Curve, Foretold, Group
from reproduction.learning.deletion import SALIENCY, saliencies
from reproduction.network import LENET1, Bank
from reproduction.pages import material
from reproduction.pages.shown import Html, show
from reproduction.paper import PUBLISHED
from reproduction.studies import brain_damage
from reproduction.studies.brain_damage import NOTHING, Tables
from reproduction.studies.record import Record

ENERGY = "energy, dB"

# ---- Networks ---------------------------------------------------------------------------------

EVERY = 10
"""Saliencies and E are means over every tenth training digit."""


@dataclass(frozen=True, eq=False)
class Trained:
    """The networks of a run, and the digits that they learned.

    Attributes
    ----------
    bank : Bank
        All of them.
    digits : Digits
        From which deletion takes its saliencies.
    median : int
        The place of the network with the median errors.
    """

    bank: Bank
    digits: Digits
    median: int

    @cached_property
    def some(self) -> Digits:
        """Every tenth of the digits."""
        return self.digits.select(slice(0, None, EVERY))

    @cached_property
    def worth(self) -> np.ndarray:
        """The saliency of every parameter: float64, shape (p, networks)."""
        return saliencies(self.bank, self.bank.architecture.planes(self.some.images))

    def of_median(self) -> tuple[np.ndarray, np.ndarray]:
        """Return size and saliency of the median network's parameters, of shape (p,) each."""
        return np.abs(self.bank.parameters[:, self.median]), self.worth[:, self.median]

    def costs(self, steps: Iterable[Prune], tried: Digits | None = None) -> Curve:
        """Return what deletions cost; see `damage.costs`."""
        return damage.costs(self.bank, self.digits, steps, tried or self.some)

    def foretold(self, steps: Iterable[Prune]) -> Foretold:
        """Return what deletions cost, and what is foretold of it; see `damage.foretold`."""
        return damage.foretold(self.bank, self.digits, steps, self.some)

    def groups(self, left: np.ndarray) -> dict[str, Group]:
        """Return what each group is worth, and what is left of it; see `damage.by_group`."""
        return damage.by_group(self.bank.architecture, self.worth, left)

    def outputs_after(self, step: Prune) -> np.ndarray:
        """Return what the networks say after a deletion: float32, shape (n, 10, networks)."""
        (less,) = damage.deleted(self.bank, self.digits, [step])
        return less.bank.outputs(less.bank.architecture.planes(self.some.images))


def trained(recipe: str) -> Trained:
    """Return the sixteen networks of a recipe; see `material.run`."""
    run = material.run(recipe)
    (bank,) = run.banks()
    return Trained(bank, material.sets(recipe)["train"], run.median)


# ---- Pictures ---------------------------------------------------------------------------------
#
# Of each, the title says what to see, and the caption, as HTML, what to notice.


def saliencies_by_size(of: Trained, caption: str) -> Html:
    """Return the saliency of the median network's parameters against their size."""
    return show(pictures.saliencies(of.bank.architecture, *of.of_median()), caption)


def figure_1a(costs: Mapping[str, Curve], title: str, caption: str) -> Html:
    """Return as the paper's figure 1a what deletion costs by several orders, on its axis."""
    sizes, values = _aligned({"": costs})
    limits = (0, PUBLISHED["DAMAGE"]["decibels"].value)
    return show(pictures.by_parameters(sizes, values, title, ENERGY, limits), caption)


def figure_1b(found: Foretold, title: str, caption: str) -> Html:
    """Return as figure 1b what deletion costs, and what is foretold by three of the terms."""
    terms = {"measured": found.measured, "saliencies": found.saliencies}
    terms |= {"quadratic form": found.quadratic, "exact diagonal": found.diagonal}
    sizes, values = _aligned({"": terms})
    return show(pictures.by_parameters(sizes, values, title, ENERGY), caption)


def figure_2(record: Record, train: Curve, test: Curve, title: str, caption: str) -> Html:
    """Return as figure 2 what deletion by saliency costs before and after learning on.

    Parameters
    ----------
    record : mapping
        Of the study "brain-damage".
    train, test : Curve
        What it costs networks that do not learn on, on either set.
    title, caption : str
    """
    panels = {}
    for name, of_set, unlearned in (
        ("Training digits", "train", train),
        ("Test digits", "test", test),
    ):
        risen = brain_damage.risen(record, of_set)
        learned = {"learned on": risen[SALIENCY], NOTHING: risen[NOTHING]}
        panels[name] = {"deleted": unlearned, **learned}
    sizes, values = _aligned(panels)
    stated = PUBLISHED["DAMAGE"]
    gone = int(stated["deleted_without_change"].value)
    limits, marks = (-2.0, 14.0), {int(stated["parameters"].value) - gone: f"{gone} deleted"}
    return show(pictures.by_parameters(sizes, values, title, "MSE, dB", limits, marks), caption)


def held_out(errors: Mapping[str, Curve], enough: int, title: str, caption: str) -> Html:
    """Return the errors on digits held out, and how many parameters are enough."""
    sizes, values = _aligned({"": errors})
    what, marks = "errors, held out", {enough: f"{enough} left"}
    return show(pictures.by_parameters(sizes, values, title, what, None, marks), caption)


def tables(found: Tables, title: str, caption: str) -> Html:
    """Return connection tables beside Table 1."""
    said = "Columns: maps of H3; rows: of H2"
    return show(pictures.tables(found.arranged, found.alike, title, said), caption)


def _aligned(
    panels: Mapping[str, Mapping[str, Curve]],
) -> tuple[np.ndarray, dict[str, dict[str, np.ndarray]]]:
    """Return the sizes that all curves have, and their values there."""
    first, *others = (curve.sizes for curves in panels.values() for curve in curves.values())
    sizes = [left for left in first if all(left in other for other in others)]
    return np.array(sizes), {
        name: {line: np.array([curve[left] for left in sizes]) for line, curve in curves.items()}
        for name, curves in panels.items()
    }


# ---- The averages -----------------------------------------------------------------------------

VANISHED = 0.01
"""A coefficient below this size multiplies next to nothing."""


@dataclass(frozen=True)
class Averages:
    """What sets the coefficients of H2 and H4 apart from the other parameters of a LeNet-1.

    Attributes
    ----------
    count : int
        How many they are.
    worth : float
        How many times the median saliency of the others the median of theirs is.
    percent_smaller : float
        How many of the others are smaller than the middle one of them.
    percent_worth_more : float
        How many of the others that are as large as one of them, to 15 %, have more saliency: the
        most, over those that have not vanished.
    silent : int
        How many of H4 have vanished.
    smallest_heard : float
        The size of the smallest of H4 that has not.
    unheard : float
        The greatest saliency of a kernel that is read through a vanished one, over the median of
        those that are read through the others.
    """

    count: int
    worth: float
    percent_smaller: float
    percent_worth_more: float
    silent: int
    smallest_heard: float
    unheard: float


def averages(of: Trained) -> Averages:
    """Compare the coefficients of averages with the other parameters of the median LeNet-1."""
    size, worth = of.of_median()
    h2, h3, h4 = (LENET1.parameters[f"{name}.weights"][0] for name in ("H2", "H3", "H4"))
    ours = np.r_[h2, h4]
    others = np.setdiff1d(np.arange(len(size)), ours)
    outdone = [
        100 * np.mean(worth[others][_is_as_large(size[others], size[one])] > worth[one])
        for one in ours[size[ours] > VANISHED]
    ]
    silent = size[h4] < VANISHED
    reads = LENET1.shapes[2].table  # the kernels of a map of H3 are read through one of H4
    through_silent = np.repeat(silent, [25 * len(row) for row in reads])
    return Averages(
        count=len(ours),
        worth=float(np.median(worth[ours]) / np.median(worth[others])),
        percent_smaller=float(100 * np.mean(size[others] < np.median(size[ours]))),
        percent_worth_more=float(np.max(outdone)),
        silent=int(silent.sum()),
        smallest_heard=float(size[h4][~silent].min()),
        unheard=float(
            worth[h3][through_silent].max(initial=0) / np.median(worth[h3][~through_silent])
        ),
    )


def _is_as_large(sizes: np.ndarray, size: float) -> np.ndarray:
    """Tell which sizes differ from one by less than 15 %."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.abs(np.log(sizes / size)) < np.log(1.15))
