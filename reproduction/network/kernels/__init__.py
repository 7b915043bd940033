"""The engine's kernels, one module for each kind of layer.

Every kernel works on rows of as many networks as a register holds (`reproduction.network.lanes`)
and takes a layer's sizes at run time. Each layer kind has a forward kernel and one backward kernel,
which serves for the gradient and for the curvature: the rule for the diagonal second derivatives is
that of the gradient with weights, unit values and slopes squared (Becker & Le Cun 1988), and what
the connections that share a weight contribute is summed (LeCun et al. 1998, appendix C).
"""

NETWORKS = 16
"""Networks in a bank: the float32 lanes of one 512-bit register."""
