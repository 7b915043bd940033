"""Run the measurements: pytest, with little of its own talk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
QUIET = ("-q", "--no-header", "--disable-warnings", "-p", "no:cacheprovider")

raise SystemExit(pytest.main([HERE, *QUIET, *sys.argv[1:]]))
