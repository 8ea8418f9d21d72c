"""`python -m pcgen` and the console script `pcgen`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and exit."""
    gc.disable()  # Almost everything lives until the end, so collecting garbage costs time.
    try:
        from pcgen.cli import run  # Late, so that Ctrl-C during the import is handled.

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
