"""`[tool.pcgen]` of a `pyproject.toml`, or a `pcgen.toml`, as frozen objects."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any

from pcgen.diagnostics import (
    WAIVABLE,
    Code,
    Diagnostics,
    Exit,
    Failure,
    Location,
    Waiver,
    failure,
    shorten,
)

FILE_NAMES = ("pcgen.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Credential:
    """How a caller gives the credential of one security scheme.

    Args:
        argument: The name of the client's argument; chosen from the scheme when empty.
        env: The environment variable that is read when the argument is not given; none if empty.
    """

    argument: str = ""
    env: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """One package to generate.

    Args:
        spec: The OpenAPI document, relative to the configuration file.
        output: The folder to write, relative to the configuration file.
        name: The distribution's name; from the document's title when empty.
        module: The import name; the distribution's name with underscores when empty.
        client: The name of the client's class; from the distribution's name when empty.
        version: The version of the generated package.
        base_url: The server's URL; the document's first server when empty.
        base_url_env: The environment variable that overrides the server's URL; none if empty.
        headers: Headers that every request carries.
        credentials: How callers give credentials, by the name of the security scheme.
        text_fields: For schemas of objects, the property that a plain string stands for.
        waive: Findings that do not stop the build.
        root: The folder that the paths are relative to.
        file: The configuration file as shown in messages; empty when there is none.
    """

    spec: str
    output: str
    name: str = ""
    module: str = ""
    client: str = ""
    version: str = "0.1.0"
    base_url: str = ""
    base_url_env: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    text_fields: dict[str, str] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()
    root: Path = Path()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration: its file and the packages in the order they are listed."""

    file: Path
    packages: tuple[Package, ...]


def find(start: Path) -> Path | None:
    """The nearest configuration file in `start` or a folder above it."""
    for folder in (start, *start.parents):
        for name in FILE_NAMES:
            path = folder / name
            if path.is_file() and (name == "pcgen.toml" or b"[tool.pcgen" in path.read_bytes()):
                return path
    return None


def load(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        Failure: With every mistake in it; its status is `Exit.USAGE`.
    """
    shown = path.name
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read the configuration: {getattr(error, 'strerror', 'not UTF-8')}"
        raise failure(Code.FILE_UNREADABLE, Location(shown), message, "", Exit.USAGE) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        at = (int(line[1]), int(line[2])) if line else (0, 0)
        place = Location(shown, *at)
        message = f"not valid TOML: {str(error).split(' (at ')[0]}"
        raise failure(Code.SYNTAX, place, message, "", Exit.USAGE) from None
    if path.name == "pyproject.toml":
        data = data.get("tool", {}).get("pcgen", {})
    reader = _Reader(shown, text)
    packages = reader.packages(data, path.parent)
    if reader.diagnostics.items:
        raise Failure(reader.diagnostics.items, Exit.USAGE)
    return Config(path, packages)


def single(spec: str, output: str, name: str) -> Package:
    """The package that a command line describes without a configuration.

    Raises:
        Failure: When `name` is no distribution name.
    """
    pattern, meaning = _PATTERNS["name"]
    if name and not re.fullmatch(pattern, name, re.ASCII):
        message = f"--name must be {meaning}, not {shorten(name)!a}"
        raise failure(Code.CONFIG_INVALID, Location("--name"), message, "", Exit.USAGE)
    return Package(spec=spec, output=output, name=name)


def label(package: Package) -> str:
    """What a package is called on the command line: its name, else its output folder."""
    return package.name or PurePosixPath(package.output.replace("\\", "/")).name


_TOP: dict[str, type] = {"package": list}
_PACKAGE: dict[str, type] = {
    "spec": str,
    "output": str,
    "name": str,
    "module": str,
    "client": str,
    "version": str,
    "base-url": str,
    "base-url-env": str,
    "headers": dict,
    "credentials": dict,
    "text-fields": dict,
    "waive": list,
}
_CREDENTIAL: dict[str, type] = {"argument": str, "env": str}
_WAIVER: dict[str, type] = {"code": str, "at": str, "reason": str}
_KINDS: dict[type, str] = {str: "a string", dict: "a table", list: "an array of tables"}
_PATTERNS = {
    "name": (r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", "a distribution name (PEP 508)"),
    "module": (r"[A-Za-z][A-Za-z0-9_]*", "an import name"),
    "client": (r"[A-Z][A-Za-z0-9]*", "a class name such as `Pinecone`"),
    "version": (r"\d+(\.\d+)*((a|b|rc|\.post|\.dev)\d+)?", "a version (PEP 440)"),
    "base-url": (r"https?://[^\s\"'\\{}<>]+", "an http or https URL"),
    "base-url-env": (r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable"),
    "argument": (r"[a-z][a-z0-9_]*", "an argument name such as `api_key`"),
    "env": (r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable"),
    "at": (r"#(/[^/]*)*", "a JSON pointer that starts with `#`; `*` and `**` are wild"),
    "reason": (r".*\S.*", "a sentence that says why"),
}


# A package of such a name would stand in its own way.
_TAKEN_MODULES = sys.stdlib_module_names | {"httpcore2", "httpx2", "msgspec", "pyreqwest"}
_TABLE = re.compile(r"\s*\[\[\s*(tool\s*\.\s*pcgen\s*\.\s*)?package\s*\]\]")
_WAIVE = re.compile(r"\s*\[\[\s*(tool\s*\.\s*pcgen\s*\.\s*)?package\s*\.\s*waive\s*\]\]")


class _Reader:
    """Checks the tables of one file and collects what is wrong with them."""

    def __init__(self, shown: str, text: str) -> None:
        self.diagnostics = Diagnostics()
        self._shown = shown
        self._lines = text.splitlines()
        self._start = 0  # The line, from 0, where the table that is being read begins.

    def packages(self, data: Any, root: Path) -> tuple[Package, ...]:
        self._check(data, _TOP, "tool.pcgen")
        tables = data.get("package", [])
        tables = tables if isinstance(tables, list) else []
        starts = self._lines_of(_TABLE)
        packages = []
        for index, table in enumerate(tables):
            self._start = starts[index] if index < len(starts) else 0
            if isinstance(table, dict):
                packages.append(self._package(table, root))
        if not packages and not self.diagnostics.items:
            hint = "run `pcgen init SPEC` for a configuration to start from"
            message = "no package is listed"
            self.diagnostics.error(Code.CONFIG_MISSING, Location(self._shown), message, hint)
        self._check_outputs(packages)
        return tuple(packages)

    def _package(self, table: dict[str, Any], root: Path) -> Package:
        self._check(table, _PACKAGE, "package")
        for key in ("spec", "output"):
            if not table.get(key):
                self._error(Code.CONFIG_MISSING, "package", f"`{key}` is missing in a package")
        self._check_output(str(table.get("output", "")))
        if table.get("module") in _TAKEN_MODULES:
            message = f"`module` must not hide the module `{table['module']}`"
            self._error(Code.CONFIG_INVALID, "module", message, "choose another import name")
        strings = {
            key.replace("-", "_"): value
            for key, value in table.items()
            if _PACKAGE.get(key) is str and isinstance(value, str)
        }
        strings.setdefault("spec", "")
        strings.setdefault("output", "")
        return Package(
            **strings,
            headers=self._headers(table),
            credentials=self._credentials(table),
            text_fields=self._strings(table, "text-fields"),
            waive=self._waivers(table),
            root=root,
            file=self._shown,
        )

    def _check(self, table: dict[str, Any], keys: dict[str, type], where: str) -> None:
        for key, value in table.items():
            kind = keys.get(key)
            if kind is None:
                close = get_close_matches(key, keys, n=1)
                hint = f"did you mean `{close[0]}`?" if close else f"known: {', '.join(keys)}"
                message = f"unknown key `{shorten(key)}` in `{where}`"
                self._error(Code.CONFIG_UNKNOWN_KEY, key, message, hint)
            elif not isinstance(value, kind):
                self._error(Code.CONFIG_INVALID, key, f"`{key}` must be {_KINDS[kind]}")
            elif (
                isinstance(value, str)
                and key in _PATTERNS
                and not re.fullmatch(_PATTERNS[key][0], value, re.ASCII)
            ):
                message = f"`{key}` must be {_PATTERNS[key][1]}, not {shorten(value)!a}"
                self._error(Code.CONFIG_INVALID, key, message)

    def _strings(self, table: dict[str, Any], key: str) -> dict[str, str]:
        value = table.get(key, {})
        pairs = value.items() if isinstance(value, dict) else ()
        for name, text in pairs:
            if not isinstance(text, str):
                self._error(Code.CONFIG_INVALID, name, f"`{name}` in `{key}` must be a string")
        return {name: text for name, text in pairs if isinstance(text, str)}

    def _headers(self, table: dict[str, Any]) -> dict[str, str]:
        headers = self._strings(table, "headers")
        for name, value in headers.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                self._error(Code.CONFIG_INVALID, name, f"{name!a} is not a header's name")
            if not re.fullmatch(r"[\x20-\x7e]*", value):
                message = f"the header `{name}` must be printable ASCII"
                self._error(Code.CONFIG_INVALID, name, message)
        return headers

    def _credentials(self, table: dict[str, Any]) -> dict[str, Credential]:
        value = table.get("credentials", {})
        result = {}
        for name, entry in value.items() if isinstance(value, dict) else ():
            if not isinstance(entry, dict):
                hint = '{ argument = "api_key", env = "API_KEY" }'
                message = f"the credential `{name}` must be a table"
                self._error(Code.CONFIG_INVALID, name, message, hint)
                continue
            self._check(entry, _CREDENTIAL, f"credentials.{name}")
            known = {key: text for key, text in entry.items() if key in _CREDENTIAL}
            result[name] = Credential(**known)
        return result

    def _waivers(self, table: dict[str, Any]) -> tuple[Waiver, ...]:
        entries = table.get("waive", [])
        starts = self._lines_of(_WAIVE, self._start)
        start, result = self._start, []
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            self._start = starts[index] if index < len(starts) else start
            if isinstance(entry, dict):
                result.append(self._waiver(entry))
        self._start = start
        return tuple(result)

    def _waiver(self, entry: dict[str, Any]) -> Waiver:
        self._check(entry, _WAIVER, "waive")
        for key in _WAIVER:
            if key not in entry:
                self._error(Code.CONFIG_MISSING, "waive", f"`{key}` is missing in a waiver")
        code, at, reason = (str(entry.get(key, "")) for key in _WAIVER)
        if code and code not in WAIVABLE:
            message = f"the code {shorten(code)!a} cannot be waived"
            hint = f"these can: {', '.join(sorted(WAIVABLE))}"
            self._error(Code.CONFIG_INVALID, "code", message, hint)
        return Waiver(code, at, reason, self._start + 1)

    def _check_output(self, output: str) -> None:
        path = PurePosixPath(output.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", output):
            message = "`output` must stay below the folder of the configuration"
            self._error(Code.CONFIG_INVALID, "output", message)
        elif output in (".", "./"):
            message = "`output` must be a folder of its own"
            self._error(Code.CONFIG_INVALID, "output", message)

    def _check_outputs(self, packages: list[Package]) -> None:
        parts = [PurePosixPath(package.output).parts for package in packages if package.output]
        for i, one in enumerate(parts):
            for other in parts[:i]:
                if one[: len(other)] == other or other[: len(one)] == one:
                    shorter = one if len(one) < len(other) else other
                    message = f"two packages write to `{'/'.join(shorter)}`"
                    self._error(Code.CONFIG_INVALID, "output", message)

    def _lines_of(self, pattern: re.Pattern[str], start: int = 0) -> list[int]:
        lines = enumerate(self._lines[start:], start)
        return [number for number, line in lines if pattern.match(line)]

    def _error(self, code: Code, key: str, message: str, hint: str = "") -> None:
        pattern = re.compile(
            rf'\s*\[*"?([\w.-]*\.)?{re.escape(key)}"?\s*(=|\]|\Z)|.*[{{,]\s*"?{re.escape(key)}"?\s*='
        )
        rest = enumerate(self._lines[self._start :], self._start + 1)
        lines = (number for number, line in rest if pattern.match(line))
        line = next(lines, 0)
        self.diagnostics.error(code, Location(self._shown, line, int(line > 0)), message, hint)
