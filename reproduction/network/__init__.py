"""The network: its architecture as data, and sixteen of them in step.

`layers` and `architecture` say what a network is, `shapes` what follows from it, and `relatives`
has LeNet-1's kin. `plain` computes one network in sums that can be read; `bank` trains sixteen, by
`kernels` on rows of `lanes`, from `initial_weights`. `fields` tells what a unit sees, `symmetry`
what can be turned or exchanged.
"""

from data_prep.on_demand import TYPE_CHECKING, on_demand

if TYPE_CHECKING:
    from reproduction.network.architecture import (
        CROSS_ENTROPY,
        LENET1,
        SQUARES,
        TABLE_1,
        Architecture,
        Counts,
        Plane,
        Squashing,
    )
    from reproduction.network.bank import Bank
    from reproduction.network.initial_weights import Initial
    from reproduction.network.kernels import NETWORKS
    from reproduction.network.layers import Border, Connection, Convolution, Layer, Subsampling
    from reproduction.network.relatives import ARCHITECTURES

__all__ = [
    "ARCHITECTURES",
    "CROSS_ENTROPY",
    "LENET1",
    "NETWORKS",
    "SQUARES",
    "TABLE_1",
    "Architecture",
    "Bank",
    "Border",
    "Connection",
    "Convolution",
    "Counts",
    "Initial",
    "Layer",
    "Plane",
    "Squashing",
    "Subsampling",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = on_demand(
        __name__,
        __all__,
        "layers",
        "architecture",
        "relatives",
        "initial_weights",
        "kernels",
        "bank",
    )
