"""What the code of a tutorial of 2025 gets on these digits: "LeNet-1" in PyTorch, by Adam.

It is another network than the paper's, and another rule: 16 x 16 input with a border of zeros,
plain averages, every map of the first convolution read by every map of the second, 30 hidden units,
softmax with cross-entropy, minibatches. It is trained here in two forms: on the handwritten digits
alone, and in the stages that the tutorial tells of, printed digits first; and on MNIST digits that
are brought to 16 x 16, as they are and deslanted. The rates are torch's own in every stage; nothing
was chosen, so no digit was held out.

    python -m benchmarks.tutorial
    python -m benchmarks.tutorial mnist

train sixteen networks in each form and write the records, book/records/tutorial-adam.json and
tutorial-adam-mnist.json. They need PyTorch.
One machine gives the same figures again; another processor or version of PyTorch may round
otherwise, and its figures differ a little.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from data_prep import HANDWRITTEN, PRINTED, Digits, InputError
from reproduction import evaluation, runs
from reproduction.learning import MNIST, Handwritten, Mixed
from reproduction.learning.sets import TRAIN, load_whole, sets_of

try:
    import torch
except ModuleNotFoundError:
    torch = None


@dataclass(frozen=True)
class Form:
    """A way to train: the stages in their order, and what the networks are tried on.

    Attributes
    ----------
    stages : mapping of str to int
        The digits learned from, by name, and the passes over them.
    train, test : str
        The training and the test digits of the figures, by name.
    """

    stages: Mapping[str, int]
    train: str = HANDWRITTEN
    test: str = "test"


@dataclass(frozen=True)
class Experiment:
    """Forms on one set of digits, and the record of what came of them; `name` is the argument."""

    name: str
    record: str
    digits: str
    sizes: str
    forms: Mapping[str, Form]
    parts: Callable[[], dict[str, Digits]]


def usps_parts() -> dict[str, Digits]:
    """Return the training digits by origin, and the handwritten "test" digits."""
    learned = sets_of(Mixed())[TRAIN]
    printed = learned.select(learned.origin == PRINTED)
    handwritten, test = load_whole(Handwritten())
    return {HANDWRITTEN: handwritten, PRINTED: printed, "test": test}


def mnist_parts() -> dict[str, Digits]:
    """Return training and test digits of MNIST, deslanted and as they are."""
    parts = {}
    for name, form in {"deslanted": MNIST(), "as they are": MNIST(deslanted=False)}.items():
        parts[name], parts[f"{name}, test"] = load_whole(form)
    return parts


MNIST_PASSES = 15
SEEDS = range(16)

EXPERIMENTS = {
    "usps": Experiment(
        "",
        "tutorial-adam",
        "the handwritten USPS digits",
        "7291 and 2007 handwritten digits",
        {
            "handwritten": Form({HANDWRITTEN: 30}),
            "staged": Form({PRINTED: 5, HANDWRITTEN: 25}),
        },
        usps_parts,
    ),
    "mnist": Experiment(
        "mnist",
        "tutorial-adam-mnist",
        "the MNIST digits at 16 x 16",
        "60 000 and 10 000 digits",
        {
            name: Form({name: MNIST_PASSES}, name, f"{name}, test")
            for name in ("deslanted", "as they are")
        },
        mnist_parts,
    ),
}

MINIBATCH, RATE = 64, 0.001
PARAMETERS = 3096
RECORDS = Path("book/records")


def new_network(seed: int) -> torch.nn.Module:
    """Make the tutorial's network, with the weights that torch draws after the seed."""
    torch.manual_seed(seed)
    nn = torch.nn
    network = nn.Sequential(
        *(nn.Conv2d(1, 4, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(4, 12, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(48, 30), nn.Tanh(), nn.Linear(30, 10)),
    )
    assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS
    return network


def tensors(part: Digits) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images (n, 1, 16, 16) as they are, and labels, as torch wants them."""
    return torch.from_numpy(part.images)[:, None], torch.from_numpy(part.labels).long()


def learn(network: torch.nn.Module, part: Digits, passes: int, order: torch.Generator) -> None:
    """Train a network in place on some digits, in a new order each pass, by a new Adam."""
    images, labels = tensors(part)
    adam = torch.optim.Adam(network.parameters(), lr=RATE)
    for _ in range(passes):
        for some in torch.randperm(len(labels), generator=order).split(MINIBATCH):
            adam.zero_grad()
            torch.nn.functional.cross_entropy(network(images[some]), labels[some]).backward()
            adam.step()


def probabilities(network: torch.nn.Module, part: Digits) -> np.ndarray:
    """Return the softmax of the outputs in float64, where sure patterns do not tie: (n, 10, 1)."""
    with torch.no_grad():
        return network(tensors(part)[0]).double().softmax(1)[:, :, None].numpy()


def trained(parts: Mapping[str, Digits], form: Form, seed: int) -> dict[str, float]:
    """Train one network in a form on the digits that it names.

    Returns
    -------
    dict
        "train error", "test error" and "rejected" (of the test digits, for 1 % error, by the
        difference of the two highest probabilities) in percent; "test errors"; "cross-entropy" on
        the training digits in nats.
    """
    torch.set_num_threads(1)
    network = new_network(seed)
    order = torch.Generator().manual_seed(seed)
    for name, passes in form.stages.items():
        learn(network, parts[name], passes, order)
    train, test = parts[form.train], parts[form.test]
    of_train, of_test = probabilities(network, train), probabilities(network, test)
    (rejection,) = evaluation.reject_by_difference(of_test, test.labels)
    wanted = of_train[np.arange(len(train)), train.labels, 0]
    return {
        "train error": round(float(evaluation.error_percent(of_train, train.labels)[0]), 4),
        "test errors": int(evaluation.errors(of_test, test.labels)[0]),
        "test error": round(float(evaluation.error_percent(of_test, test.labels)[0]), 4),
        "rejected": round(rejection.rejected_percent, 4),
        "cross-entropy": round(float(-np.log(wanted).mean()), 6),
    }


def measure(experiment: Experiment, console: Console) -> dict[str, dict[str, list[float]]]:
    """Train all networks, a process a core; return each form's figures, lists in order of seeds."""
    results: dict[str, dict[str, list[float]]] = {form: {} for form in experiment.forms}
    tasks = list(product(experiment.forms, SEEDS))
    forms = [experiment.forms[form] for form, _ in tasks]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        done = pool.map(partial(trained, experiment.parts()), forms, [seed for _, seed in tasks])
        shown = track(done, "the tutorial's networks", len(tasks), console=console)
        for (form, _), figures in zip(tasks, shown, strict=True):
            for name, value in figures.items():
                results[form].setdefault(name, []).append(value)
    return results


def record_of(experiment: Experiment, results: Mapping[str, Any]) -> dict[str, Any]:
    """Put the record together."""
    return {
        "question": f"what a 2025 tutorial's network and rule get on {experiment.digits}",
        "made by": f"python -m benchmarks.tutorial {experiment.name}".rstrip(),
        "versions": runs.versions() | {"torch": torch.__version__},
        "parameters": PARAMETERS,
        "rule": "Adam with torch's defaults, begun anew in each stage; softmax and cross-entropy",
        "rate": RATE,
        "minibatch": MINIBATCH,
        "order": "shuffled anew in each pass",
        "passes": {name: dict(form.stages) for name, form in experiment.forms.items()},
        "seeds": list(SEEDS),
        "figures": f"of {experiment.sizes}, in percent; rejected: of the test digits, "
        "for 1 % error, by difference; cross-entropy: of the training digits, in nats",
        "results": results,
    }


def main(name: str = "usps") -> None:
    """Measure, write the record, and say what was found."""
    if name not in EXPERIMENTS:
        raise InputError(f"There are no digits {name}; give one of {', '.join(EXPERIMENTS)}.")
    if torch is None:
        raise InputError("PyTorch is not installed; get it by pip install 'lenet1989[peers]'.")
    experiment = EXPERIMENTS[name]
    results = measure(experiment, Console(stderr=True))
    RECORDS.mkdir(parents=True, exist_ok=True)
    runs.write_json(RECORDS / f"{experiment.record}.json", record_of(experiment, results))
    for form, figures in results.items():
        for what, values in figures.items():
            print(f"{form}, {what}: {np.median(values):g} ({min(values):g} - {max(values):g})")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:2])
    except InputError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
