"""String literals of the languages in which documentation shows programs.

Invisible characters are written as escapes, since pages drop them. A language without an escape for
unpaired surrogates gets U+FFFD, which encoders of UTF-8 send for them anyway.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from typing import Any

from pcgen.targets.text import INVISIBLE

_SPECIAL = re.compile(rf"[\t\n]|{INVISIBLE.pattern}")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_WIDTH = 88
_MOST = 65535  # Bytes of a constant in Java.
_EXACT = 2**53 - 1  # The largest integer of JavaScript.


def json_text(value: Any) -> str:
    """JSON in which invisible characters are escapes, so that its lines are plain text."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return INVISIBLE.sub(lambda found: _units(found[0]), text)


def is_exact(value: Any) -> bool:
    """Whether the numbers in a value are numbers of JavaScript."""
    if isinstance(value, dict | list):
        return all(map(is_exact, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or abs(value) <= _EXACT


class Strings(ABC):
    """The string literals of a language."""

    def string(self, text: str) -> str:
        """A literal on one line."""
        return f'"{self.inside(text)}"'

    def inside(self, text: str) -> str:
        """The text between the quotes of a literal."""
        return _SPECIAL.sub(self._escaped, text.replace("\\", "\\\\").replace('"', '\\"'))

    def text(self, text: str, indent: int) -> str:
        """A literal that may have several lines, of which all but the first are indented."""
        return self.block(text, " " * indent) if _is_plain(text) else self.string(text)

    def part(self, text: str) -> str:
        """The text in a literal that also has variables, in languages that have such literals."""
        raise NotImplementedError

    @abstractmethod
    def block(self, text: str, pad: str) -> str:
        """A literal of several lines, none of which ends in blanks or has invisible characters."""

    def value(self, value: Any, indent: int) -> str:
        """An expression for a JSON value, or for its JSON."""
        return self.text(json_text(value), indent)

    def _escaped(self, found: re.Match[str]) -> str:
        return _SHORT.get(found[0]) or self.escape(found[0])

    def escape(self, character: str) -> str:
        """The escape of an invisible character."""
        return _units(character)


class JavaScriptStrings(Strings):
    """JavaScript: objects are literals, texts with variables are templates."""

    def string(self, text: str) -> str:
        """A literal between the quotes that need fewer escapes."""
        if text.count('"') <= text.count("'"):
            return super().string(text)
        inside = self.inside(text).replace('\\"', '"').replace("'", "\\'")
        return f"'{inside}'"

    def block(self, text: str, pad: str) -> str:
        """One line of the text a line of code."""
        lines = [self.string(line) for line in text.splitlines(keepends=True)]
        return f" +\n{pad}  ".join(lines)

    def part(self, text: str) -> str:
        """A text in a template."""
        inside = self.inside(text).replace('\\"', '"').replace("`", "\\`")
        return inside.replace("${", "\\${")

    def value(self, value: Any, indent: int) -> str:
        """The argument of `JSON.stringify`, or JSON if its numbers are too large for that."""
        return self._literal(value, indent, indent)

    def _literal(self, value: Any, indent: int, taken: int) -> str:
        """A literal, on one line if it has no objects and fits after the columns `taken`."""
        if isinstance(value, str):
            return self.string(value)
        if not isinstance(value, dict | list):
            return json.dumps(value)
        pad = " " * (indent + 2)
        if isinstance(value, dict):
            keys = {self._key(str(key)): item for key, item in value.items()}
            lines = [
                f"{key}: {self._literal(item, indent + 2, indent + len(key) + 4)}"
                for key, item in keys.items()
            ]
        else:
            lines = [self._literal(item, indent + 2, indent + 2) for item in value]
            flat = f"[{', '.join(lines)}]"
            if "\n" not in flat and taken + len(flat) < _WIDTH:
                return flat
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        inside = "".join(f"\n{pad}{line}," for line in lines)
        return f"{opening}{inside}\n{' ' * indent}{closing}" if lines else opening + closing

    def _key(self, key: str) -> str:
        if key == "__proto__":
            return '["__proto__"]'
        return key if _NAME.fullmatch(key) else self.string(key)


class JavaStrings(Strings):
    """Java: string literals and text blocks, which have a largest size."""

    def string(self, text: str) -> str:
        """A literal, or several that are joined at run time."""
        step = _MOST // 6  # A character takes at most 6 bytes.
        if len(text) <= step:
            return super().string(text)
        pieces = (text[start : start + step] for start in range(0, len(text), step))
        return f'String.join("", {", ".join(map(super().string, pieces))})'

    def block(self, text: str, pad: str) -> str:
        """A text block."""
        if len(text) > _MOST // 6:
            return self.string(text)
        escaped = re.sub(r'"(?="")|"\Z', r"\\\g<0>", text.replace("\\", "\\\\"))
        return '"""\n' + _indented(f'{escaped}"""', pad)


class GoStrings(Strings):
    """Go: interpreted strings, and raw ones, which have no escapes."""

    def string(self, text: str) -> str:
        """A raw string if an interpreted one would need escapes."""
        is_raw = re.search(r'["\\]', text) and "`" not in text and not _SPECIAL.search(text)
        return f"`{text}`" if is_raw else super().string(text)

    def block(self, text: str, pad: str) -> str:
        """Raw strings, with an interpreted one between them for each run of backticks."""
        del pad
        pieces = [piece for piece in re.split("(`+)", text) if piece]
        return " + ".join(f'"{piece}"' if piece[0] == "`" else f"`{piece}`" for piece in pieces)

    def escape(self, character: str) -> str:
        """An escape; one of a surrogate would not compile."""
        code = 0xFFFD if _SURROGATES.match(character) else ord(character)
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class CSharpStrings(Strings):
    """C#: string literals and raw strings."""

    def block(self, text: str, pad: str) -> str:
        """A raw string between more quotes than it holds."""
        quotes = '"' * (max([2, *map(len, re.findall('"+', text))]) + 1)
        return f"{quotes}\n{_indented(text, pad)}\n{pad}{quotes}"


class ShellStrings(Strings):
    """Shells: single quotes, without escapes; and those of bash for invisible characters."""

    def string(self, text: str) -> str:
        """A word."""
        if re.fullmatch(r"[\w@%+=:,./-]+", text, re.ASCII):
            return text
        if _SPECIAL.search(text) and not _is_plain(text):
            escaped = text.replace("\\", "\\\\").replace("'", "\\'")
            return f"$'{_SPECIAL.sub(self._escaped, escaped)}'"
        return "'{}'".format(text.replace("'", "'\\''"))

    def block(self, text: str, pad: str) -> str:
        """The same, since quotes may hold line ends."""
        del pad
        return self.string(text)

    def part(self, text: str) -> str:
        """A text between double quotes."""
        if _SPECIAL.search(text) or "!" in text:
            return f'"{self.string(text)}"'
        return re.sub(r'[\\"$`]', r"\\\g<0>", text)

    def escape(self, character: str) -> str:
        """The bytes of a character; no argument can hold NUL."""
        data = character.replace("\0", "").encode(errors="replace")
        return "".join(f"\\x{byte:02x}" for byte in data)


def _units(character: str) -> str:
    """The escapes of the UTF-16 code units of a character."""
    data = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[i : i + 2].hex()}" for i in range(0, len(data), 2))


def _is_plain(text: str) -> bool:
    """Whether a text has several lines that stay what they are if they are indented and tidied."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and not _SPECIAL.search(text.replace("\n", ""))
        and not lines[0].startswith(" ")
        and all(line and line == line.rstrip() for line in lines)
    )


def _indented(text: str, pad: str) -> str:
    return "\n".join(pad + line if line else "" for line in text.split("\n"))
