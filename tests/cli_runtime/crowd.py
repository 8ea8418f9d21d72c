"""Asks for the token of a login in many processes at once.

    python crowd.py FOLDER LOGIN_URL PROCESSES

Prints how many processes got which token, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

import acme
import filelock  # noqa: F401
import httpx2  # noqa: F401
import oauthlib.oauth2  # noqa: F401


def main(folder: Path, url: str, processes: int) -> None:
    go, start = os.pipe()
    results, result = os.pipe()
    for _ in range(processes):
        if os.fork() == 0:
            os.close(start)
            os.read(go, 1)  # All start when the parent closes the other end.
            try:
                access = acme.session(folder, ACME_CLI_AUTH_URL=url).access
                text = access.credential("Bearer").value
            except Exception as error:
                text = repr(error)
            os.write(result, f"{text}\n".encode())
            os._exit(0)
    os.close(start)
    os.close(result)
    with os.fdopen(results) as file:
        print(json.dumps(Counter(file.read().splitlines())))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
