"""The text of a YAML file whose top level is a mapping, with everything that a change leaves alone.

The file stays a tree of nodes: values that the program does not know keep their types, however
YAML's versions read them. Strings are quoted where YAML 1.1 or 1.2 would read another type.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRING, _BOOLEAN = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
_NULL, _MAPPING = "tag:yaml.org,2002:null", "tag:yaml.org,2002:map"
_WIDTH = 2**31 - 1  # Lines are never folded.
_SPECIAL = re.compile(r"$|[yYnN]$|\d{4}-")  # Empty, a Boolean of YAML 1.1, perhaps a date.
_RESOLVER: Any = yaml.resolver.Resolver()


class DamagedError(Exception):
    """The text of a file is no YAML mapping. The message quotes no value of it."""


def parse(data: bytes) -> MappingNode:
    """Return the tree of a file; its keys are in lower case.

    Raises:
        DamagedError: The file is no YAML mapping, or has a key twice.
    """
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root: Node | None = yaml.compose(data.decode("utf-8-sig"), Loader=loader)
    except UnicodeDecodeError:
        raise DamagedError("it is not UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise DamagedError(f"it is not YAML{where}") from None
    except (yaml.YAMLError, RecursionError):
        raise DamagedError("it is not YAML") from None
    if root is None or root.tag == _NULL:
        return MappingNode(_MAPPING, [])
    if not isinstance(root, MappingNode):
        raise DamagedError("it is not a YAML mapping")
    seen: set[str] = set()
    for key, _ in root.value:
        if not isinstance(key, ScalarNode):
            raise DamagedError("a key is not a string")
        key.value = key.value.lower()
        if key.value in seen:
            raise DamagedError(f"the key `{key.value}` is there twice")
        seen.add(key.value)
    return root


def texts(root: MappingNode) -> dict[str, str]:
    """Return the texts of the scalars at the top level; null is the empty text."""
    return {
        key.value: "" if value.tag == _NULL else value.value
        for key, value in root.value
        if isinstance(value, ScalarNode)
    }


def replace(root: MappingNode | None, values: Mapping[str, str | bool]) -> bytes:
    """Set keys of a tree, or of a new one; return the text of the file with its keys sorted."""
    root = root or MappingNode(_MAPPING, [])
    entries = {key.value: (key, value) for key, value in root.value}
    for key, value in values.items():
        entries[key] = (_scalar(key), _scalar(value))
    root.value = [entries[key] for key in sorted(entries)]
    root.flow_style = False
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    library: Any = yaml
    text: str = library.serialize(root, Dumper=dumper, allow_unicode=True, width=_WIDTH, indent=4)
    return text.encode()


def _scalar(value: str | bool) -> ScalarNode:
    if isinstance(value, bool):
        return ScalarNode(_BOOLEAN, "true" if value else "false")
    return ScalarNode(_STRING, value, style=None if _is_read_as_string(value) else '"')


def _is_read_as_string(text: str) -> bool:
    """Return whether a plain scalar of this text is a string in YAML 1.1 and 1.2."""
    if _SPECIAL.match(text) or _RESOLVER.resolve(ScalarNode, text, (True, False)) != _STRING:
        return False
    for number in (float, _integer):
        try:
            number(text)
        except ValueError:
            continue
        return False
    return True


def _integer(text: str) -> int:
    return int(text, 0)
