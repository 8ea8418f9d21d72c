"""Checked documents to the IR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import config, ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.merge import merged
from pcgen.translate.old_names import with_old_names
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
    taken = {client, *(declaration.name for declaration in whole.declarations)}
    alone = len(parts) == 1
    package = ir.Package(
        distribution=distribution,
        module=names.module(settings.module) if settings.module else _module(distribution),
        version=settings.version,
        client=client,
        variable=names.known(settings.variable),
        title=_title(parts) if alone else f"{client} API",
        api_version=info.text("version") if alone else "",
        doc=ir.Doc(info.text("summary"), info.text("description").strip()) if alone else ir.Doc(),
        license=next(filter(None, map(_license, documents)), ""),
        service=whole.service,
        resources=tuple(_apart(resource, taken) for resource in whole.resources),
        declarations=whole.declarations,
        webhooks=whole.webhooks,
    )
    return with_old_names(package, settings, diagnostics)


def _module(distribution: str) -> names.Identifier:
    """The import name, which no module that the package itself needs may have."""
    module = names.module(distribution)
    return names.module(f"{distribution} client") if module in config.TAKEN_MODULES else module


def _title(parts: Sequence[Part]) -> str:
    return parts[0].document.info.text("title") or "API"


def _client(
    whole: Part, settings: config.Package, distribution: str, diagnostics: Diagnostics
) -> names.Identifier:
    """The name of the client, which no model may have."""
    declared = {declaration.name: declaration for declaration in whole.declarations}
    client = names.class_name(settings.client or distribution)
    if not settings.client and not declared.keys().isdisjoint((client, f"Async{client}")):
        client = names.class_name(f"{distribution} client")  # `Todo API` has a schema `Todo`.
    for name in (client, names.prefixed("Async", client)):
        if name in declared:
            message = f"the client `{client}` has the name of the schema {declared[name].origin}"
            hint = "choose another name with `client` in the configuration, or with --name"
            place = whole.document.location(("info",))
            diagnostics.error(Code.NAME_COLLISION, place, message, hint)
    return client


def _apart(resource: ir.Resource, taken: set[names.Identifier]) -> ir.Resource:
    """A resource whose classes have no name of a model or the client, which come first."""
    name = resource.class_name
    if taken.isdisjoint((name, names.prefixed("Async", name))):
        return resource
    return replace(resource, class_name=names.class_name(f"{name} resource"))


def _license(document: Document) -> str:
    found = document.info.get("license")
    return "" if found is None else found.text("name")
