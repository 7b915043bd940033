"""How fast the engine is on this machine, as a share of what its core can do, and beside others.

`python -m benchmarks` (`make bench`) measures and prints two tables at the end:

- the engine on LENET1, sixteen networks: training, forward pass and curvature in microseconds a
  pattern and network, in GFLOP/s, and as a share of the peak measured in the same run, with all the
  vector instructions of the machine and with AVX2 only; every layer, and what its multiply-adds
  alone would take; what a second thread brings, compilation, trainings of more and more networks
  and passes on one core and on all, and the whole one of the paper;
- the same training step in PyTorch, JAX (where they are installed) and numpy, one thread each.
  Before it is measured, each is checked: it must change the parameters as the engine does.

Every time is the least of several rounds, and where one core works, time of the processor: what the
machine does when nothing else disturbs it.
`--json FILE` writes the figures as JSON; `-k engine` or `-k peers` measures a part. The arguments
are those of pytest, which runs the measurements as tests; pytest-benchmark keeps and compares runs
(`--benchmark-autosave`, `--benchmark-compare`) and prints its own table with `--benchmark-verbose`.
"""
