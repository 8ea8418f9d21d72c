"""Checks of the metadata of a package, by the rules of the specifications of Python packages.

They import `packaging` late, since most configurations have no such keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PERSON = re.compile(
    r"\s*([^<>@]*?)\s*(?:<([^\s<>@,;]+@[^\s<>@,;]+)>|([^\s<>@,;]+@[^\s<>@,;]+))?\s*"
)
"""A name, an e-mail address, or both: `Ada <ada@example.com>`."""
URL = re.compile(r"https?://(?!.*[\"'\\{}<>])[!-~]+")


def normal_version(text: str) -> str | None:
    """A version in its normal form, so `1.0.0-alpha.1` as `1.0.0a1`; None if it is not valid."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(text))
    except InvalidVersion:
        return None


def normal_license(text: str) -> str | None:
    """An SPDX license expression in its normal form; None if it is not valid."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return None


def _is_python(text: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return bool(str(SpecifierSet(text)))
    except InvalidSpecifier:
        return False


_CHECKS: dict[str, tuple[Callable[[str], object], str]] = {
    "version": (normal_version, "a version (PEP 440)"),
    "license": (normal_license, "an SPDX license expression such as `MIT OR Apache-2.0`"),
    "requires-python": (_is_python, "a version specifier such as `>=3.12`"),
    "authors": (PERSON.fullmatch, "a name, an e-mail address, or `Name <name@example.com>`"),
    "maintainers": (PERSON.fullmatch, "a name, an e-mail address, or `Name <name@example.com>`"),
    "keywords": (re.compile(r"[^,]*[^\s,][^,]*").fullmatch, "a word without commas"),
    "classifiers": (
        re.compile(r"(?!License ::)\S[^:]*( :: [^:]*[^:\s])+").fullmatch,
        "a trove classifier such as `Topic :: Internet`; set `license` for the license",
    ),
}


def meaning(key: str, text: str) -> str:
    """What a value should be; empty if it is valid, or if this module does not know the key."""
    check, expected = _CHECKS.get(key, (bool, ""))
    return "" if check(text) else expected
