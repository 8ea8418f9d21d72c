"""Hand-written additions to `beta`."""

from __future__ import annotations

from . import beta


class Beta(beta.Beta):
    """The class of `beta`."""

    def texts(self, thread: str) -> list[str]:
        """The texts of all messages of a thread."""
        return [message.text for message in self.conversations.messages.list(thread)]
