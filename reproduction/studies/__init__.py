"""Studies: recipes and architectures side by side, over many networks.

`study` says what one is; `questions` and `selection` have those with a name, `brain_damage` those
of deletion, `mnist` those of MNIST, `modern` those of what was learnt since; `banks` trains them,
where `spreading` finds room; `record` writes and reads what came of it; and `comparison` says what
follows, `mcnemar` of two networks, `measured` of networks beside what was published, `mse` in which
reading a published MSE fits.
"""

from reproduction.studies import modern, selection
from reproduction.studies.banks import (
    BANKS,
    Job,
    Spread,
    after_first_pass,
    digits_of,
    first_pass_again,
    jobs_of,
    run,
    trained,
    unfinished,
)
from reproduction.studies.brain_damage import DELETIONS
from reproduction.studies.mnist import MNIST_STUDIES
from reproduction.studies.modern import MODERN_STUDIES
from reproduction.studies.questions import QUESTIONS
from reproduction.studies.record import (
    BY_HAND,
    Measures,
    Record,
    differences,
    packed,
    part_of,
    read_record,
    study_of,
    unpacked,
    write_record,
)
from reproduction.studies.study import Arm, Study

CHOICES = {**selection.CHOICES, modern.CHOICE.name: modern.CHOICE}
"""The studies by which numbers were chosen, by name: they look at no test digit."""

STUDIES = {**QUESTIONS, **DELETIONS, **MNIST_STUDIES, **MODERN_STUDIES, **CHOICES}
"""The studies that have a name, each with a record in the book."""

__all__ = [
    "BANKS",
    "BY_HAND",
    "CHOICES",
    "DELETIONS",
    "MNIST_STUDIES",
    "MODERN_STUDIES",
    "QUESTIONS",
    "STUDIES",
    "Arm",
    "Job",
    "Measures",
    "Record",
    "Spread",
    "Study",
    "after_first_pass",
    "differences",
    "digits_of",
    "first_pass_again",
    "jobs_of",
    "packed",
    "part_of",
    "read_record",
    "run",
    "study_of",
    "trained",
    "unfinished",
    "unpacked",
    "write_record",
]
