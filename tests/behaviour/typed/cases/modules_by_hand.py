"""What hand-written modules export. Never run."""

from __future__ import annotations

from demo import Demo, Name, name_of

name: Name = name_of(Demo(), 1)
wrong: int = name_of(Demo(), 1)  # E: assignment
