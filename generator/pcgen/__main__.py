"""`python -m pcgen` and the console script `pcgen`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and exit."""
    gc.disable()  # Documents, and what is made of them, live until the end: it finds nothing.
    try:
        from pcgen.cli import run  # Late, so that Ctrl-C is heard from the first moment on.

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
