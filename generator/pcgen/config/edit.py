"""Changes a configuration where a document is replaced; all else stays as people wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.config.settings import Config


def with_document(
    config: Config, place: tuple[int, int], changes: Mapping[str, str], versions: tuple[str, str]
) -> str:
    """The text of a configuration in which a document is another one.

    Args:
        config: The configuration as it is.
        place: Which package, and which document of that package, both from 0.
        changes: The keys to set for the document; those whose value is empty are removed.
        versions: The old and the new version; headers that send the old one send the new one.
    """
    import tomlkit

    content: Any = tomlkit.parse(config.text)
    top = content["tool"]["pcgen"] if config.file.name == "pyproject.toml" else content
    table = top["package"][place[0]]
    table = table["specs"][place[1]] if "specs" in table else table
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
