"""The compiled loop of `distortion`: every unit of every plane takes its level from its place."""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.compiling import compiled


@compiled
def resample(
    planes: np.ndarray,
    maps: np.ndarray,
    levels: np.ndarray,
    displacements: np.ndarray,
    down: np.ndarray,
    across: np.ndarray,
    middle: np.ndarray,
    background: np.ndarray,
    out: np.ndarray,
) -> None:
    """Do what `distortion.resampled` says; `background` holds the range behind it."""
    count, height, width = planes.shape
    rows, columns = displacements.shape[2], displacements.shape[3]
    zero, one = np.float32(0), np.float32(1)
    low, high = min(background[0], background[1]), max(background[0], background[2])
    around = np.empty((height + 3, width + 3), np.float32)
    for r in range(height + 3):
        for c in range(width + 3):
            around[r, c] = background[0]
    along = np.zeros((2, columns), np.float32)  # the displacements of one row, at the nodes
    field = np.zeros((2, width), np.float32)  # and at every unit
    for n in range(count):
        for r in range(height):
            for c in range(width):
                around[r + 1, c + 1] = planes[n, r, c]
        for r in range(height):
            for axis in range(2):
                for k in range(columns):
                    along[axis, k] = zero
                    for m in range(rows):
                        along[axis, k] += down[r, m] * displacements[n, axis, m, k]
                for c in range(width):
                    field[axis, c] = zero
                for k in range(columns):
                    for c in range(width):
                        field[axis, c] += across[c, k] * along[axis, k]
            y = np.float32(r) - middle[0]
            for c in range(width):
                x = np.float32(c) - middle[1]
                to_y = maps[n, 0, 0] * y + maps[n, 0, 1] * x + maps[n, 0, 2] + field[0, c]
                to_x = maps[n, 1, 0] * y + maps[n, 1, 1] * x + maps[n, 1, 2] + field[1, c]
                to_y = min(max(to_y + middle[0] + one, zero), np.float32(height + 1))
                to_x = min(max(to_x + middle[1] + one, zero), np.float32(width + 1))
                i, j = np.int32(to_y), np.int32(to_x)
                f, g = to_y - np.float32(i), to_x - np.float32(j)
                above = around[i, j] + g * (around[i, j + 1] - around[i, j])
                below = around[i + 1, j] + g * (around[i + 1, j + 1] - around[i + 1, j])
                level = above + f * (below - above)
                level = level + levels[n] * (one - level * level)
                out[n, r, c] = min(max(level, low), high)
