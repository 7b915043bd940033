"""Digits in image files, read by the committee of a run's networks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep.image_files import Picture
from data_prep.normalize import image_of
from data_prep.parts import digits_in
from reproduction import evaluation
from reproduction.learning.sets import tried_on
from reproduction.runs.run import Run
from reproduction.runs.summary import outputs_of


@dataclass(frozen=True, eq=False)
class ReadDigit:
    """What the committee made of a digit.

    Attributes
    ----------
    picture : Picture
        What the file shows.
    box : tuple of int
        Top, bottom, left and right of the digit there.
    image : ndarray, float32, shape (16, 16)
        What the networks saw.
    each : ndarray of int, shape (networks,)
        What each network answers.
    outputs : ndarray, float64, shape (10,)
        Means over the networks.
    answer : int
        The digit with the highest output.
    top, second : float
        The two highest outputs.
    accepted : bool
        Whether the thresholds let it pass.
    """

    picture: Picture
    box: tuple[int, int, int, int]
    image: np.ndarray
    outputs: np.ndarray
    each: np.ndarray
    answer: int
    top: float
    second: float
    accepted: bool

    @property
    def verdict(self) -> str:
        """What the committee says: the digit, or that it is rejected, and the two top outputs."""
        verdict = str(self.answer) if self.accepted else "rejected"
        tops = f"top output {self.top:.2f} for {self.answer}, second {self.second:.2f}"
        return f"{verdict}  ({tops})"


class Reader:
    """A run's networks and thresholds."""

    def __init__(self, run: Run) -> None:
        self.banks = run.banks()
        together = run.summary["committee"]
        self.fitted_on = (
            "test_handwritten" if "test_handwritten" in together else tried_on(together)
        )
        self.thresholds = evaluation.Thresholds.from_json(together[self.fitted_on]["thresholds"])

    def read(self, path: str | Path, several: bool = False) -> list[ReadDigit]:
        """Read the digit in an image file, or several from left to right.

        Raises
        ------
        InputError
            As `data_prep.parts.digits_in`.
        """
        picture, digits = digits_in(path, several)
        images = np.stack([image_of(digit.ink) for digit in digits])
        all_outputs = outputs_of(self.banks, images)
        outputs = evaluation.committee(all_outputs)
        answers = evaluation.answers(outputs)[:, 0]
        highest, second = evaluation.top_two(outputs)
        accepted = self.thresholds.accept(outputs)
        return [
            ReadDigit(
                picture=picture,
                box=digit.box,
                image=images[number],
                outputs=outputs[number, :, 0],
                each=evaluation.answers(all_outputs)[number],
                answer=int(answers[number]),
                top=float(highest[number, 0]),
                second=float(second[number, 0]),
                accepted=bool(accepted[number, 0]),
            )
            for number, digit in enumerate(digits)
        ]
