"""What the examples of pages look like: a short label such as `curl:`, then a block of code."""

from __future__ import annotations

import re

LABEL = re.compile(r"[\w#+., ]{1,30}:")
RESPONSES = frozenset(("Response", "Printed"))
"""The labels of what a call returns; other labels name a language."""
