"""Resources inside resources. Never run."""

from __future__ import annotations

from demo import AsyncDemo, Demo, Message, Store
from demo.beta_conversations import BetaConversations
from demo.files_by_hand import VectorStoresFiles

client, other = Demo(), AsyncDemo()
conversations: BetaConversations = client.beta.conversations
messages: list[Message] = conversations.messages.list("t1")
texts: list[str] = client.beta.texts("t1")
files: VectorStoresFiles = client.vector_stores.files
store: Store = client.vector_stores.with_raw_response.create().parse()


async def main() -> list[Message]:
    await other.vector_stores.files.delete("s1", "f1")
    with_raw = await other.beta.conversations.messages.with_raw_response.list("t1")
    return with_raw.parse()


wrong: int = client.beta.conversations.messages.list("t1")  # E: assignment
