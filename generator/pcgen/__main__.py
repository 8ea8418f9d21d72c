"""`python -m pcgen` and the console script `pcgen`."""

from pcgen.cli import main

if __name__ == "__main__":
    main()
