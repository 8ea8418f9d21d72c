"""Hand-written additions to `vector_stores.files`."""

from __future__ import annotations

from . import vector_stores_files


class VectorStoresFiles(vector_stores_files.VectorStoresFiles):
    """The class of `vector_stores.files`."""

    def delete_all(self, store: str, *files: str) -> None:
        """Delete several files."""
        for file in files:
            self.delete(store, file)
