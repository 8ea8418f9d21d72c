"""Questions about security schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..program import Scheme


def is_account(scheme: Scheme) -> bool:
    """Return whether the scheme's credential is the token of a service account."""
    return scheme.kind == "client_credentials"


def is_stored(scheme: Scheme) -> bool:
    """Return whether `auth configure` stores a credential for the scheme."""
    return is_account(scheme) or not {"api_key", "stored"}.isdisjoint(scheme.sources)
