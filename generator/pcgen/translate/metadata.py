"""The metadata of a package: the configuration, else what its documents state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import config, ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.spec import Document

# Names of licenses that documents write instead of SPDX identifiers.
_LICENSES = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
}


def metadata(documents: Sequence[Document], settings: config.Package) -> ir.Metadata:
    """Collect the metadata; of several documents, the first that states it counts."""
    licenses = (text for document in documents for text in _licenses(document))
    contacts = (person for document in documents for person in _contacts(document))
    urls = {label: url for document in reversed(documents) for label, url in _urls(document)}
    given = settings.license or next(filter(None, map(config.normal_license, licenses)), "")
    return ir.Metadata(
        license=config.normal_license(given) or "",
        license_files=settings.license_files,
        authors=_people(settings.authors) or tuple(contacts)[:1],
        maintainers=_people(settings.maintainers),
        keywords=settings.keywords,
        classifiers=settings.classifiers,
        urls=tuple(sorted((urls | settings.urls).items())),
        requires_python=settings.requires_python,
    )


def _licenses(document: Document) -> Iterator[str]:
    node = document.info.get("license")
    if node is not None:
        name = node.text("name").strip()
        yield from filter(None, (node.text("identifier"), _LICENSES.get(name.lower(), name)))


def _contacts(document: Document) -> Iterator[ir.Person]:
    node = document.info.get("contact")
    if node is not None:
        name, email = " ".join(node.text("name").split()), node.text("email").strip()
        found = _people((f"{name} <{email}>" if name and email else name or email,))
        yield from found or _people((name,))


def _people(texts: Sequence[str]) -> tuple[ir.Person, ...]:
    found = filter(None, (config.PERSON.fullmatch(text) for text in texts))
    people = (ir.Person(match[1], match[2] or match[3] or "") for match in found)
    return tuple(person for person in people if person.name or person.email)


def _urls(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the labels and URLs that a document states; only those of the web are links."""
    nodes = (
        ("Contact", document.info.get("contact")),
        ("Documentation", document.node.get("externalDocs")),
    )
    for label, node in nodes:
        if node is not None and config.URL.fullmatch(node.text("url")):
            yield label, node.text("url")
