"""Checked documents to the IR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import config, ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.merge import merged
from pcgen.translate.part import Part, part
from pcgen.translate.security import check_credentials

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcgen.spec import Document


def translate(
    documents: Sequence[Document],
    settings: config.Package,
    diagnostics: Diagnostics,
) -> ir.Package:
    """Say what to generate.

    Args:
        documents: The documents of the package's `specs`, whose references have been checked.
        settings: What the configuration says of the package.
        diagnostics: Where findings go; the result is of no use when there are errors.
    """
    pairs = zip(documents, settings.specs, strict=True)
    parts = [part(document, spec, settings, diagnostics) for document, spec in pairs]
    check_credentials(documents, settings, diagnostics)
    whole = parts[0] if len(parts) == 1 else merged(parts, settings, diagnostics)
    info = documents[0].info
    distribution = settings.name or names.kebab(_title(parts).removesuffix(" API"))
    client = _client(whole, settings, distribution, diagnostics)
    taken = {client.key, *(declaration.name.key for declaration in whole.declarations)}
    alone = len(parts) == 1
    return ir.Package(
        distribution=distribution,
        version=settings.version,
        client=client,
        variable=names.name(settings.variable, "variable"),
        title=_title(parts) if alone else f"{names.pascal(client)} API",
        api_version=info.text("version") if alone else "",
        doc=ir.Doc(info.text("summary"), info.text("description").strip()) if alone else ir.Doc(),
        license=next(filter(None, map(_license, documents)), ""),
        service=whole.service,
        resources=tuple(_apart(resource, taken) for resource in whole.resources),
        declarations=whole.declarations,
        webhooks=whole.webhooks,
    )


def _title(parts: Sequence[Part]) -> str:
    return parts[0].document.info.text("title") or "API"


def _client(
    whole: Part, settings: config.Package, distribution: str, diagnostics: Diagnostics
) -> names.Name:
    """The name of the client, which no model may have."""
    declared = {declaration.name.key: declaration for declaration in whole.declarations}
    client = names.name(settings.client or distribution, "client")
    if not settings.client and not declared.keys().isdisjoint(_class_keys(client)):
        client = names.name(f"{distribution} client", "client")  # `Todo API` has a schema `Todo`.
    for key in _class_keys(client):
        if key in declared:
            shown, origin = names.pascal(client), declared[key].origin
            message = f"the client `{shown}` has the name of the schema {origin}"
            hint = "choose another name with `client` in the configuration, or with --name"
            place = whole.document.location(("info",))
            diagnostics.error(Code.NAME_COLLISION, place, message, hint)
    return client


def _class_keys(name: names.Name) -> tuple[str, str]:
    """The keys of the two classes, sync and async, that a client or a resource has."""
    return name.key, f"async{name.key}"


def _apart(resource: ir.Resource, taken: set[str]) -> ir.Resource:
    """A resource whose classes have no name of a model or the client, which come first."""
    if taken.isdisjoint(_class_keys(resource.class_name)):
        return resource
    return replace(resource, class_name=names.Name(f"{resource.class_name} resource"))


def _license(document: Document) -> str:
    found = document.info.get("license")
    return "" if found is None else found.text("name")
