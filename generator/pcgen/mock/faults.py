"""Faults on demand: which requests fail, and how."""

from __future__ import annotations

import re

from msgspec import Struct, field

_RULE = re.compile(r"([45][0-9]{2})(?:([:%])([1-9][0-9]{0,5}))?")


class Fault(Struct, frozen=True):
    """A rule for requests that fail.

    Args:
        status: The status of the response.
        count: The number of requests, or the distance between them.
        is_periodic: Whether each `count`-th request fails, instead of the first `count`.
    """

    status: int
    count: int
    is_periodic: bool

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read `503` (all requests), `429:2` (the first two) or `500%10` (each tenth).

        Raises:
            ValueError: The text is not a rule.
        """
        found = _RULE.fullmatch(text)
        if found is None:
            raise ValueError(
                f"{text!a} is not a fault; write 503 for all requests, 429:2 for the first two"
                " of each operation, or 500%10 for each tenth"
            )
        status, sign, count = found.groups()
        return cls(int(status), int(count or 1), sign != ":")

    def applies(self, number: int) -> bool:
        """Whether a request fails; `number` counts the requests of its operation from 1."""
        return number % self.count == 0 if self.is_periodic else number <= self.count


class Faults(Struct):
    """The rules, and the number of requests of each operation."""

    rules: tuple[Fault, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    def status(self, operation: str) -> int | None:
        """The status of a request that fails, None for others; counts the request."""
        if not self.rules:
            return None
        number = self.counts[operation] = self.counts.get(operation, 0) + 1
        return next((rule.status for rule in self.rules if rule.applies(number)), None)
