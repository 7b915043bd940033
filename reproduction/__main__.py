"""The command line: `lenet1989`, or `python -m reproduction`; its commands are in `commands`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

INTERRUPTED = 130
"""The exit status of who is interrupted: 128 and the number of the signal."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; end with status 0, 2 for bad input, 130 when interrupted."""
    try:
        from reproduction.commands.status import status_of  # an interruption here is a line too

        status = status_of(arguments)
    except KeyboardInterrupt as problem:
        print(*problem.args or ["Interrupted."], file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)


if __name__ == "__main__":
    main()
