"""What the engine says of drawings, scans and digits, for drawing.test.mjs."""

from __future__ import annotations

from typing import Any

import numpy as np

from data_prep.digits import Digits
from data_prep.errors import InputError
from data_prep.normalize import normalize
from reproduction import evaluation, runs
from reproduction.learning import Prune, damage
from reproduction.learning.deletion import ORDERS
from reproduction.network.fields import fields
from reproduction.pages import drawings, machine

DRAWN = drawings.drawings()


def oracle(run: Any, tried: Digits, digits: list[int]) -> dict[str, Any]:
    """Return networks packed for a page, and what must come of them."""
    outputs = runs.outputs_of(run.banks(), tried.images)
    judged = judges(outputs, tried.labels)
    images = drawings.images_of(DRAWN)
    read = answered(run, images, judged)
    sheets = [drawings.sheet_of(each.strokes) for each in DRAWN]
    wrong = evaluation.wrong(outputs, tried.labels).sum(axis=1)
    return {
        "packed": machine.packed(run, outputs, tried, digits=digits, train=tried),
        "deleted": deleted(run, tried, tried.images[digits[:2]]),
        "read": [
            {**found, "label": tried.labels[n], "misread": wrong[n]}
            for n, found in zip(digits, answered(run, tried.images[digits], judged), strict=True)
        ],
        "drawings": [
            {"strokes": each.strokes, "sheet": sheet, "read": found}
            for each, sheet, found in zip(DRAWN, sheets, read, strict=True)
        ],
        "scans": [
            *({"scan": s, "image": i} for s, i in zip(sheets, images, strict=True)),
            *scans(),
        ],
        "verdicts": verdicts(),
        "fields": corners(run.plan.architecture),
    }


def deleted(run: Any, train: Digits, images: np.ndarray) -> list[dict[str, Any]]:
    """Return what steps delete from each network, and what is then said to some images."""
    (bank,) = run.banks()
    planes = bank.architecture.planes(images)
    steps = [Prune(left, by) for left in (2578, 2000, 500, 1, 0) for by in ORDERS[:2]]
    return [
        {
            "left": step.left,
            "by": step.by,
            "gone": [np.flatnonzero(~of_one) for of_one in less.left.T],
            "outputs": less.bank.outputs(planes).transpose(0, 2, 1),
        }
        for step, less in zip(steps, damage.deleted(bank, train, steps), strict=True)
    ]


def judges(outputs: np.ndarray, labels: np.ndarray) -> list[evaluation.Thresholds]:
    """Return the thresholds of every network, and last those of all together."""
    both = (outputs, evaluation.committee(outputs))
    return [
        found.thresholds for each in both for found in evaluation.reject_by_thresholds(each, labels)
    ]


def answered(run: Any, images: np.ndarray, judged: list) -> list[dict[str, Any]]:
    """Return outputs, answers and acceptance for each image, of each network and of all."""
    outputs = runs.outputs_of(run.banks(), images)
    every = np.concatenate([outputs, evaluation.committee(outputs)], axis=2)
    accepted = np.stack(
        [each.accept(every[:, :, [n]])[:, 0] for n, each in enumerate(judged)], axis=1
    )
    answers = evaluation.answers(every)
    return [
        {
            "outputs": every[n, :, :-1].T,
            "answers": answers[n, :-1],
            "accepted": accepted[n, :-1],
            "committee": {
                "outputs": every[n, :, -1],
                "answer": answers[n, -1],
                "accepted": accepted[n, -1],
            },
        }
        for n in range(len(images))
    ]


def scans() -> list[dict[str, Any]]:
    """Return scans that no pen made, and their images: light on dark, noisy, specked, blank."""
    rng = np.random.default_rng(1989)
    digit = drawings.sheet_of(DRAWN[3].strokes)[20:90, 10:80].astype(float)
    dark = 255.0 - digit
    noisy = digit + rng.normal(100, 2.5, digit.shape)
    specked = digit.copy()
    specked[2:5, 2:5] = 255
    wide = np.pad(digit, ((5, 5), (40, 60)))
    touching = digit[6:-6, 12:-10]
    bar = np.zeros((30, 40))
    bar[10:20, 5:35] = 7.5
    slanted = np.array([np.roll(row, -y // 2) for y, row in enumerate(np.pad(digit, 30))])
    found = [dark, noisy, specked, wide, touching, bar, slanted, rng.uniform(0, 1, (20, 20))]
    found += [np.round(rng.uniform(0, 3, (12, 17)) ** 4), np.zeros((9, 9)), np.full((7, 8), 3.0)]
    return [{"scan": scan, "image": image_of(scan)} for scan in found]


def image_of(scan: np.ndarray) -> np.ndarray | None:
    """Return the image of a scan, or None if it is blank."""
    try:
        return normalize(scan, deslant=True)
    except InputError:
        return None


def verdicts() -> list[dict[str, Any]]:
    """Return outputs with ties and at thresholds, and what evaluation makes of them."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(200):
        outputs = rng.integers(-3, 4, 10) / 4
        values = [None if rng.random() < 0.3 else float(rng.integers(-3, 4) / 4) for _ in range(3)]
        named = dict(zip(("top", "second", "difference"), values, strict=True))
        thresholds = evaluation.Thresholds.from_json(named)
        one = outputs[np.newaxis, :, np.newaxis]
        found.append(
            {
                "outputs": outputs,
                "thresholds": named,
                "answer": evaluation.answers(one)[0, 0],
                "accepted": thresholds.accept(one)[0, 0],
            }
        )
    return found


def corners(architecture: Any) -> list[dict[str, Any]]:
    """Return the fields of the last unit of a map of each layer, as top, left, bottom, right."""
    found = []
    for n, (name, field) in enumerate(fields(architecture).items()):
        shape = architecture.shapes[n]
        row, column = shape.height - 1, shape.width - 1
        top, left = row * field.step, column * field.step
        where = [top, left, top + field.side, left + field.side]
        found.append({"layer": n, "row": row, "column": column, "field": where, "name": name})
    return found
