"""Edits the configuration for a new version of a document; everything else stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.config.settings import Config


def with_document(
    config: Config, indices: tuple[int, int], changes: Mapping[str, str], versions: tuple[str, str]
) -> str:
    """The text of a configuration with changes to one document.

    Args:
        config: The configuration.
        indices: The index of the package, and of the document in it.
        changes: The keys of the document to set, or to remove if the value is empty.
        versions: The old and the new version; headers with the old one get the new one.
    """
    import tomlkit

    content, table = _package(config, indices[0])
    table = table["specs"][indices[1]] if "specs" in table else table
    for key, value in changes.items():
        if value:
            table[key] = value
        else:
            table.pop(key, None)
    headers = table.get("headers", {})
    for name, value in headers.items():
        if value == versions[0]:
            headers[name] = versions[1]
    return tomlkit.dumps(content)


def with_version(config: Config, index: int, version: str) -> str:
    """The text of a configuration with another version of one package."""
    import tomlkit

    content, table = _package(config, index)
    table["version"] = version
    return tomlkit.dumps(content)


def _package(config: Config, index: int) -> tuple[Any, Any]:
    """The parsed configuration, and the table of a package in it."""
    import tomlkit

    content: Any = tomlkit.parse(config.text)
    top = content["tool"]["pcgen"] if config.file.name == "pyproject.toml" else content
    return content, top["package"][index]
