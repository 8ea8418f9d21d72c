"""What test modules import from each other, in a module that no `conftest` hides."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from pcgen import write
from pcgen.write import swap

ROOT = Path(__file__).parents[1]


@dataclass
class Expected:
    """Compares texts with the files that hold what is expected of them."""

    update: bool
    rewritten: list[str] = field(default_factory=list)

    def rewrite(self, path: Path, data: bytes | None) -> bool:
        """With `--update`, write a file (None: remove it) and note that; else say False."""
        if not self.update:
            return False
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.rewritten.append(os.path.relpath(path, ROOT))
        return True


def leave_to_the_system() -> None:
    """Let what is written reach the disk when it may: hundreds of builds cannot wait for it."""
    for module in (write, swap):
        vars(module)["flush"] = Path.exists
