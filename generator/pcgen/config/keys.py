"""The keys of every table of the configuration, for `reader` and `schema`."""

from __future__ import annotations

Keys = dict[str, type | str]
"""The keys of a table with the type of their values: a type, "strings" or "tables"."""

TOP: Keys = {"package": "tables"}
# The keys of a document: in a package with one document, or in each table of `specs`.
SPEC: Keys = {
    "origin": str,
    "overlays": "strings",
    "roots": "strings",
    "naming": str,
    "base-url": str,
    "base-url-env": str,
    "headers": dict,
    "request-id-header": str,
    "text-fields": dict,
    "include": dict,
    "exclude": dict,
    "rename": dict,
    "paging": dict,
}
SPECS: Keys = {"spec": str, "namespace": str, **SPEC}
PACKAGE: Keys = {
    "spec": str,
    "specs": "tables",
    "output": str,
    "name": str,
    "module": str,
    "client": str,
    "variable": str,
    "version": str,
    "targets": "strings",
    "samples": "strings",
    **SPEC,
    "credentials": dict,
    "waive": "tables",
    "accept": "tables",
    "aliases": dict,
    "modules": "strings",
    "mixins": dict,
    "templates": str,
    "license": str,
    "license-files": "strings",
    "authors": "strings",
    "maintainers": "strings",
    "keywords": "strings",
    "classifiers": "strings",
    "urls": dict,
    "requires-python": str,
    "cli": dict,
}
CREDENTIAL: Keys = {
    "argument": str,
    "env": str,
    "token-url": str,
    "scopes": "strings",
    "id-argument": str,
    "id-env": str,
    "secret-argument": str,
    "secret-env": str,
    "token-parameters": dict,
    "token-headers": dict,
    "token-method": str,
}
PAGING: Keys = {
    "style": str,
    "parameter": str,
    "cursor": str,
    "items": str,
    "more": str,
    "done": str,
    "total": str,
    "last": str,
    "first": int,
    "size": str,
}
# The keys that a style of pagination needs, and those that it may have besides `style`, `items`.
PAGING_STYLES = {
    "cursor": (("parameter", "cursor"), ("more", "done")),
    "last-id": (("parameter",), ("cursor", "more", "done")),
    "page": (("parameter",), ("first", "size", "more", "done", "total", "last")),
    "offset": (("parameter",), ("first", "size", "more", "done", "total")),
    "url": (("cursor",), ("more", "done")),
    "link": ((), ("more", "done")),
}
CLI: Keys = {
    "program": str,
    "extension": str,
    "directory": str,
    "environment-prefix": str,
    "commands": dict,
    "groups": dict,
    "columns": dict,
    "options": dict,
    "batches": dict,
    "login": dict,
}
BATCH: Keys = {"argument": str, "field": str, "results": str, "size": str}
LOGIN: Keys = {
    "authorize-url": str,
    "token-url": str,
    "scheme": str,
    "client-id": str,
    "audience": str,
    "scopes": "strings",
    "redirect-port": int,
    "redirect-path": str,
    "parameters": dict,
}
WAIVER: Keys = {"code": str, "at": str, "reason": str}
ACCEPT: Keys = {"fingerprint": str, "id": str, "place": str, "reason": str}
FILTER: Keys = {"tags": "strings", "paths": "strings", "operations": "strings"}
KINDS: dict[type | str, str] = {
    str: "a string",
    int: "an integer",
    dict: "a table",
    "strings": "an array of strings",
    "tables": "an array of tables (`[[...]]`)",
}
_ARGUMENT = (r"[a-z][a-z0-9_]*", "an argument name such as `api_key`")
_ENV = (r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")
_URL = (r"https?://[^\s\"'\\{}<>]+", "an http or https URL")
PATTERNS = {
    "name": (r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", "a distribution name (PEP 508)"),
    "module": (r"[A-Za-z][A-Za-z0-9_]*", "an import name"),
    "client": (r"[A-Z][A-Za-z0-9]*", "a class name such as `Acme`"),
    "variable": (r"[a-z_][a-z0-9_]*", "the name of a variable such as `client`"),
    "version": (  # `metadata` checks the rest.
        r"[vV]?(\d+!)?\d+[A-Za-z0-9._-]*(\+[A-Za-z0-9._-]+)?",
        "a version (PEP 440)",
    ),
    "license-files": (
        r"(?!\.)[\w.+-]+",
        "the name of a file in the output folder, such as `LICENSE`",
    ),
    "namespace": (
        r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*",
        "an attribute name such as `inference` or `preview.inference`",
    ),
    "naming": ("resources|operation-ids", "`resources` or `operation-ids`"),
    "base-url": _URL,
    "origin": _URL,
    "base-url-env": _ENV,
    "request-id-header": (r"[A-Za-z0-9-]+", "the name of a header such as `X-Request-Id`"),
    "argument": _ARGUMENT,
    "env": _ENV,
    "token-url": _URL,
    "id-argument": _ARGUMENT,
    "id-env": _ENV,
    "secret-argument": _ARGUMENT,
    "secret-env": _ENV,
    "style": ("cursor|last-id|page|offset|url|link", "cursor, last-id, page, offset, url or link"),
    "token-method": (
        "client_secret_(post|basic)",
        "`client_secret_post` or `client_secret_basic`",
    ),
    "program": (r"[a-z][a-z0-9_-]*", "the name of a program such as `acme`"),
    "extension": (r"[a-z][a-z0-9_]*", "the name of a module such as `extension`"),
    "directory": (r"[A-Za-z0-9][A-Za-z0-9._-]*", "the name of a folder"),
    "environment-prefix": (r"[A-Z][A-Z0-9_]*", "the start of names such as `ACME_CLI`"),
    "authorize-url": _URL,
    "redirect-path": (r"/[A-Za-z0-9._/-]*", "a path such as `/callback`"),
    "at": (
        r"#(/[^/]*)*",
        "a JSON pointer that starts with `#`, in which `*` and `**` are wildcards",
    ),
    "fingerprint": (
        "[0-9a-f]{12}",
        "the 12 hexadecimal digits that `pcgen diff` prints after the id of a change",
    ),
    "reason": (r".*\S.*", "a sentence that says why"),
}
