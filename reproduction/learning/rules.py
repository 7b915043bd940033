"""The learning rule: how the rates of all weights follow from eta, and from which curvature.

Stochastic diagonal Levenberg-Marquardt (Becker & Le Cun 1988; LeCun et al. 1998, appendix C):
after each pattern w <- w - eta / (mu + h) dE/dw, with E = 1/2 sum over outputs of (d - y)^2 and h
the curvature of the weight. Beside it, for contrast, plain stochastic gradient descent, and Adam,
which came 25 years later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.errors import InputError
from reproduction.learning.checks import require_between


@dataclass(frozen=True)
class Sampled:
    """Curvature estimated anew before a pass, and held until the next estimate.

    Attributes
    ----------
    patterns : int
        How many patterns of the part serve, evenly spread over its order; the same in every pass.
    every : int
        Passes from one estimate to the next; a stage begins with one.
    """

    patterns: int = 500
    every: int = 1

    def __post_init__(self) -> None:
        require_between("patterns", self.patterns, 1)
        require_between("every", self.every, 1)

    def pick(self, count: int) -> np.ndarray:
        """Return the numbers of the patterns that serve, among `count` (int64)."""
        served = min(self.patterns, count)
        return np.arange(served) * count // served


@dataclass(frozen=True)
class Running:
    """Curvature followed as a running average, h <- (1 - gamma) h + gamma h(pattern).

    LeCun, Bottou, Orr & Mueller 1998, section 9. It starts from the estimate of `start`.
    """

    gamma: float
    start: Sampled = Sampled()

    def __post_init__(self) -> None:
        require_between("gamma", self.gamma, 0, 1)
        if self.start.every != 1:
            raise InputError("every is for curvature that is Sampled; leave it out of start.")


@dataclass(frozen=True)
class SecondOrder:
    """Rates eta / (mu + h): stochastic diagonal Levenberg-Marquardt.

    Attributes
    ----------
    mu : float
        What keeps a rate finite where the curvature is small.
    curvature : Sampled or Running
        From which patterns h comes, and when.
    full : bool
        Whether h has the term of f'' that the Gauss-Newton form drops. It can be negative then, and
        its size is taken, ``eta / (mu + |h|)``, as in 1988 (Becker & Le Cun).
    """

    mu: float
    curvature: Sampled | Running = Sampled()
    full: bool = False

    def __post_init__(self) -> None:
        require_between("mu", self.mu, 1e-9)
        if self.full and isinstance(self.curvature, Running):
            raise InputError("full is for curvature that is Sampled, not Running; change either.")

    def rates(self, eta: float, curvature: np.ndarray) -> np.ndarray:
        """Return ``eta / (mu + |h|)``, float32, shape (p, networks)."""
        return np.float32(eta) / (np.float32(self.mu) + np.abs(curvature))


@dataclass(frozen=True)
class FirstOrder:
    """The same rate eta for every weight: plain stochastic gradient descent."""


@dataclass(frozen=True)
class Adam:
    """Steps by running averages of the gradient and of its square (Kingma & Ba 2015, algorithm 1).

    After each minibatch m <- beta1 m + (1 - beta1) g and v <- beta2 v + (1 - beta2) g^2, with g the
    mean of dE/dw over its patterns; then w <- w - eta m' / (sqrt(v') + epsilon), where m' and v'
    are m and v over 1 - beta1^t and 1 - beta2^t after t minibatches. Both begin at 0 with a stage.

    Attributes
    ----------
    batch : int
        Patterns of a minibatch; the last of a pass has what is left.
    beta1, beta2 : float
        How much of an average is kept.
    epsilon : float
        What keeps a step finite where the gradient has been 0.
    """

    batch: int = 16
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        require_between("batch", self.batch, 1)
        for name in ("beta1", "beta2"):
            require_between(name, getattr(self, name), 0, 1 - 1e-6)
        require_between("epsilon", self.epsilon, 1e-12)


Rule = SecondOrder | FirstOrder | Adam
