"""Reads the tables of a configuration file, and reports every mistake in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile
from keyword import iskeyword
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec.structs import replace

from pcgen.config.checks import CONTROL, is_a, string_list, text_values
from pcgen.config.keys import (
    ACCEPT,
    CREDENTIAL,
    FILTER,
    PACKAGE,
    PAGING,
    PAGING_STYLES,
    SPEC,
    SPECS,
    TOP,
    WAIVER,
)
from pcgen.config.metadata import URL, normal_version
from pcgen.config.program import ProgramReader
from pcgen.config.settings import Acceptance, Credential, Filter, Package, Paging, Spec
from pcgen.diagnostics import WAIVABLE, Code, Location, Waiver, close, shorten
from pcgen.headers import is_of_transport, is_text, is_token
from pcgen.taken_modules import TAKEN_MODULES
from pcgen.targets import DEFAULT, DEFAULT_SAMPLES, SAMPLES, TARGETS

_LONGEST_LABEL = 32  # Of a project's URL, by the specification of core metadata.
_PACKAGE_HEADER = r"(tool\s*\.\s*pcgen\s*\.\s*)?package"


class Reader(ProgramReader):
    """Reads the tables of one file; `diagnostics` has the mistakes."""

    def packages(self, data: Any, where: str, root: Path) -> tuple[Package, ...]:
        """Read all packages of the table `data`, whose name in messages is `where`."""
        self._check(data, TOP, where)
        packages = [self._package(table, root) for table in self._tables(data, "package")]
        if not packages and not self.diagnostics.items:
            hint = "add a table `[[package]]`, or run `pcgen init SPEC`"
            location = Location(self._source.file)
            self.diagnostics.error(
                Code.CONFIG_MISSING, location, "the configuration lists no package", hint
            )
        self._check_names(packages)
        self._check_outputs(packages)
        return tuple(packages)

    def _package(self, table: dict[str, Any], root: Path) -> Package:
        source = self._source
        self._check(table, PACKAGE, "package")
        if not table.get("output"):
            message = "`output` is missing in a package"
            self._error(Code.CONFIG_MISSING, "package", message)
        for key in ("output", "templates"):
            self._check_folder(key, str(table.get(key, "")))
        if table.get("module") in TAKEN_MODULES:
            message = f"`module` must not hide the module `{table['module']}`"
            self._error(Code.CONFIG_INVALID, "module", message, "choose another import name")
        if iskeyword(str(table.get("variable", ""))):
            message = f"`variable` must not be the keyword `{table['variable']}`"
            self._error(Code.CONFIG_INVALID, "variable", message, "choose another name")
        credentials = self._credentials(table)
        waive = self._waivers(table)
        accept = self._acceptances(table)
        specs = self._specs(table)
        known = ("output", "name", "module", "client", "variable", "version", "templates")
        texts = {"output": "", **text_values(table, *known, "license", "requires-python")}
        if "version" in texts:
            texts["version"] = normal_version(texts["version"]) or texts["version"]
        lists = ("license-files", "authors", "maintainers", "keywords", "classifiers")
        texts |= {key.replace("-", "_"): string_list(table.get(key)) for key in lists}
        return Package(
            specs,
            **texts,
            credentials=credentials,
            waive=waive,
            accept=accept,
            aliases=self._strings(table, "aliases"),
            targets=self._targets(table),
            samples=self._choices(table, "samples", DEFAULT_SAMPLES, SAMPLES, "language"),
            modules=self._modules(table),
            mixins=self._mixins(table),
            urls=self._urls(table),
            cli=self._cli(table),
            root=root,
            source=source,
        )

    def _targets(self, table: dict[str, Any]) -> tuple[str, ...]:
        if table.get("targets") == []:
            message = "`targets` must list at least one target"
            self._error(Code.CONFIG_INVALID, "targets", message)
        return self._choices(table, "targets", DEFAULT, TARGETS, "target")

    def _choices(
        self,
        table: dict[str, Any],
        key: str,
        default: tuple[str, ...],
        known: Collection[str],
        noun: str,
    ) -> tuple[str, ...]:
        """Names from a list of known ones, none of them twice."""
        chosen = string_list(table.get(key, list(default)))
        for name in chosen:
            if name not in known:
                message = f"`{key}`: {shorten(name)!a} is not a {noun}"
                self._error(Code.CONFIG_INVALID, name, message, close(name, known))
        if len(set(chosen)) < len(chosen):
            self._error(Code.CONFIG_INVALID, key, f"`{key}` must list no {noun} twice")
        return chosen

    def _modules(self, table: dict[str, Any]) -> tuple[str, ...]:
        files = string_list(table.get("modules"))
        self._check_modules("modules", files)
        return files

    def _mixins(self, table: dict[str, Any]) -> dict[str, str]:
        files = self._strings(table, "mixins")
        self._check_modules("mixins", files.values())
        return files

    def _urls(self, table: dict[str, Any]) -> dict[str, str]:
        urls = self._strings(table, "urls")
        for label, url in urls.items():
            if not URL.fullmatch(url):
                message = f"`{shorten(label)}` in `urls` must be an http or https URL"
                self._error(Code.CONFIG_INVALID, label, message)
            if not 0 < len(label.strip()) <= _LONGEST_LABEL or CONTROL.search(label):
                message = f"`urls`: {shorten(label)!a} must be a label of 1 to 32 characters"
                self._error(Code.CONFIG_INVALID, label, message)
        return urls

    def _check_modules(self, key: str, files: Iterable[str]) -> None:
        for file in files:
            stem = file.removesuffix(".py")
            if f"{stem}.py" != file or not re.fullmatch(r"[a-z][a-z0-9_]*", stem):
                message = f"`{key}`: {shorten(file)!a} is not the file name of a module"
                hint = "name a file in the import package, such as `helpers.py`"
                self._error(Code.CONFIG_INVALID, file, message, hint)

    # --- Documents -----------------------------------------------------------------------------

    def _specs(self, table: dict[str, Any]) -> tuple[Spec, ...]:
        """The documents of a package: those of `specs`, or the only one."""
        if "specs" not in table:
            if not table.get("spec"):
                self._error(Code.CONFIG_MISSING, "package", "`spec` is missing in a package")
            return (self._spec(table),)
        for key in ("spec", *SPEC):
            if key in table:
                message = f"`{key}` cannot be combined with `specs`"
                hint = "move it into each table of `specs` that needs it"
                self._error(Code.CONFIG_INVALID, key, message, hint)
        specs: list[Spec] = []
        for entry in self._tables(table, "specs"):
            self._check(entry, SPECS, "specs")
            if not entry.get("spec"):
                message = "`spec` is missing in a table of `specs`"
                self._error(Code.CONFIG_MISSING, "specs", message)
            spec = self._spec(entry)
            specs.append(replace(spec, label="" if spec.namespace else _label(spec.spec)))
            self._check_namespace(specs)
        return tuple(specs)

    def _spec(self, table: dict[str, Any]) -> Spec:
        known = ("spec", "origin", "namespace", "naming", "base-url", "base-url-env")
        return Spec(
            **{"spec": "", **text_values(table, *known, "request-id-header")},
            overlays=string_list(table.get("overlays")),
            roots=string_list(table.get("roots")),
            headers=self._headers(table, "headers"),
            text_fields=self._strings(table, "text-fields"),
            include=self._filter(table, "include"),
            exclude=self._filter(table, "exclude"),
            rename=self._renames(table),
            paging=self._paging(table),
            source=self._source,
        )

    def _check_namespace(self, specs: list[Spec]) -> None:
        """Check that the last namespace neither equals nor contains another, nor is inside one."""
        *others, last = specs
        for other in others:
            one, two = last.namespace.split("."), other.namespace.split(".")
            length = min(len(one), len(two))
            same = "_".join(one) == "_".join(two)  # Both would be the same module.
            if last.namespace and (same or one[:length] == two[:length]):
                message = f"the namespace `{last.namespace}` overlaps with"
                message += f" `{other.namespace}`" if one != two else " another of the same name"
                self._error(Code.CONFIG_INVALID, "namespace", message, "choose another name")
            elif last.key and last.key == other.key:
                message = f"two documents are called `{last.key}`, by their namespaces or files"
                hint = "give this one a `namespace`, or rename its file"
                self._error(Code.CONFIG_INVALID, "spec", message, hint)

    def _filter(self, table: dict[str, Any], key: str) -> Filter:
        value = table.get(key, {})
        if not isinstance(value, dict):
            return Filter()
        self._check(value, FILTER, key)
        return Filter(**{name: string_list(value.get(name)) for name in FILTER})

    def _renames(self, table: dict[str, Any]) -> dict[str, str]:
        renames = self._strings(table, "rename")
        for key, name in renames.items():
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
                message = f"`rename`: {shorten(name)!a} is not a Python name"
                self._error(Code.CONFIG_INVALID, key, message)
        return renames

    def _paging(self, table: dict[str, Any]) -> dict[str, Paging | None]:
        value = table.get("paging", {})
        result: dict[str, Paging | None] = {}
        for name, entry in value.items() if isinstance(value, dict) else ():
            if entry is False:
                result[name] = None
            elif isinstance(entry, dict):
                result[name] = self._pages(name, entry)
            else:
                message = f"`{shorten(name)}` in `paging` must be a table or `false`"
                hint = '{ parameter = "cursor", cursor = "next_cursor", items = "data" }'
                self._error(Code.CONFIG_INVALID, name, message, hint)
        return result

    def _pages(self, name: str, entry: dict[str, Any]) -> Paging:
        where = f"paging.{shorten(name)}"
        style = entry.get("style", "cursor")
        required, optional = PAGING_STYLES.get(str(style), ((), PAGING))
        with self._within(name):
            self._check(entry, PAGING, where)
            for key in required:
                if key not in entry:
                    message = f"`{key}` is missing in `{where}`"
                    self._error(Code.CONFIG_MISSING, name, message)
            for key in entry:
                if key in PAGING and key not in {"style", "items", *required, *optional}:
                    message = f"`{key}` has no effect on pages of the style `{style}`"
                    self._error(Code.CONFIG_INVALID, key, message, "remove it")
        first = entry.get("first")
        texts = text_values(entry, *(key for key in PAGING if PAGING[key] is str))
        return Paging(**texts, first=first if is_a(first, int) else None)

    def _headers(self, table: dict[str, Any], key: str) -> dict[str, str]:
        headers = self._strings(table, key)
        for name, value in headers.items():
            if not is_token(name):
                self._error(Code.CONFIG_INVALID, name, f"{name!a} is not a header name")
            elif is_of_transport(name):
                message = f"the transport sets the header `{name}` itself"
                self._error(Code.CONFIG_INVALID, name, message, "remove it")
            if not is_text(value):
                message = f"the header `{name}` must be printable ASCII, without spaces around it"
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
            with self._within(name):
                self._check(entry, CREDENTIAL, f"credentials.{name}")
                result[name] = self._credential(entry)
        return result

    def _credential(self, entry: dict[str, Any]) -> Credential:
        return Credential(
            **text_values(entry, *(key for key, kind in CREDENTIAL.items() if kind is str)),
            scopes=string_list(entry.get("scopes")),
            token_parameters=self._strings(entry, "token-parameters"),
            token_headers=self._headers(entry, "token-headers"),
        )

    def _waivers(self, table: dict[str, Any]) -> tuple[Waiver, ...]:
        return tuple(map(self._waiver, self._tables(table, "waive")))

    def _waiver(self, entry: dict[str, Any]) -> Waiver:
        self._check(entry, WAIVER, "waive")
        for key in WAIVER:
            if key not in entry:
                self._error(Code.CONFIG_MISSING, "waive", f"`{key}` is missing in a waiver")
        code, at, reason = (str(entry.get(key, "")) for key in WAIVER)
        if code and code not in WAIVABLE:
            message = f"the code {shorten(code)!a} cannot be waived"
            hint = f"waivable codes: {', '.join(sorted(WAIVABLE))}"
            self._error(Code.CONFIG_INVALID, "code", message, hint)
        return Waiver(code, at, reason, self._source.location("waive").line)

    def _acceptances(self, table: dict[str, Any]) -> tuple[Acceptance, ...]:
        return tuple(map(self._acceptance, self._tables(table, "accept")))

    def _acceptance(self, entry: dict[str, Any]) -> Acceptance:
        self._check(entry, ACCEPT, "accept")
        needed = ["fingerprint"] if "fingerprint" in entry else ["id", "place"]
        for key in ("reason", *needed):
            if key not in entry:
                message = f"`{key}` is missing in a table of `accept`"
                hint = "give `fingerprint`, or `id` and `place`, and a `reason`"
                self._error(Code.CONFIG_MISSING, "accept", message, hint)
        texts = dict.fromkeys(ACCEPT, "") | text_values(entry, *ACCEPT)
        return Acceptance(**texts, location=self._source.location("accept"))

    def _tables(self, table: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
        """Yield the tables of an array; meanwhile, mistakes are located in the lines of each."""
        found, outer = table.get(key), self._source
        tables: list[dict[str, Any]] = found if found and is_a(found, "tables") else []
        inner = "" if key == "package" else rf"\s*\.\s*{key}"
        sources = outer.tables(_PACKAGE_HEADER + inner)
        if len(sources) != len(tables):  # Inline: `specs = [{ ... }]`.
            sources = [outer] * len(tables)
        for entry, source in zip(tables, sources, strict=True):
            self._source = source
            yield entry
        self._source = outer

    # --- Checks --------------------------------------------------------------------------------

    def _check_folder(self, key: str, folder: str) -> None:
        path = PurePosixPath(folder.replace("\\", "/"))
        message, hint = "", ""
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", folder):
            message = f"`{key}` must be below the folder of the configuration"
        elif folder and not path.parts:
            message = f"`{key}` must not be the folder of the configuration"
        elif ".git" in folder.casefold().split("/"):
            message = f"`{key}` must not be inside `.git`"
        elif not all(map(_is_portable, path.parts)) or "\\" in folder:
            message = f"`{key}`: {shorten(folder)!a} is not a portable path"
            hint = "use plain names, separated by `/`"
        if message:
            self._error(Code.CONFIG_INVALID, key, message, hint)

    def _check_names(self, packages: list[Package]) -> None:
        first: dict[str, Package] = {}
        for package in packages:
            key = re.sub("[-_.]+", "-", package.name).lower()  # As package indices compare them.
            if package.name and first.setdefault(key, package) is not package:
                message = f"two packages are named `{package.name}`"
                location = package.source.location("name")
                self.diagnostics.error(Code.CONFIG_INVALID, location, message, "rename one of them")

    def _check_outputs(self, packages: list[Package]) -> None:
        listed = [package for package in packages if package.output]
        for i, one in enumerate(listed):
            for other in listed[:i]:
                inner, outer = (PurePosixPath(package.output) for package in (one, other))
                if _folded(outer).is_relative_to(_folded(inner)):
                    inner, outer = outer, inner
                if _folded(inner).is_relative_to(_folded(outer)):
                    message = f"`{inner}` is inside `{outer}`, the output of another package"
                    if _folded(inner) == _folded(outer):
                        also = f" and `{outer}`, which are the same if case is ignored"
                        message = f"two packages write to `{inner}`{also if inner != outer else ''}"
                    location = one.source.location("output")
                    self.diagnostics.error(Code.CONFIG_INVALID, location, message)


def _label(file: str) -> str:
    """The words of a file's name before a version, such as `db_control` of `db_control_2.yaml`."""
    stem = file.rpartition("/")[2].partition(".")[0].lower()
    words = re.findall("[a-z0-9]+", stem)
    plain = [*takewhile(str.isalpha, words)]
    return "_".join(plain or words) or "document"


def _folded(path: PurePosixPath) -> PurePosixPath:
    """A path for comparison: without case, and with accents in one form."""
    return PurePosixPath(unicodedata.normalize("NFC", str(path).casefold()))


def _is_portable(name: str) -> bool:
    """Whether a folder on Windows can have this name, too."""
    device = re.match(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|\Z)", name, re.IGNORECASE)
    return not device and not re.search(r'[<>:"|?*]|[. ]\Z', name)
