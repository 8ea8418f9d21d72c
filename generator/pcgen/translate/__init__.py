"""Translates documents whose references have been checked to the IR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import config, ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.annotations import doc
from pcgen.translate.merge import merge
from pcgen.translate.metadata import metadata
from pcgen.translate.resources import class_keys, with_unique_names
from pcgen.translate.security import check_credentials
from pcgen.translate.translation import translate_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcgen.spec import Document
    from pcgen.translate.translation import Translation


def translate(
    documents: Sequence[Document],
    settings: config.Package,
    diagnostics: Diagnostics,
) -> ir.Package:
    """Translate the documents of a package.

    Args:
        documents: The documents of the package's `specs`, in order.
        settings: The settings of the package.
        diagnostics: Collects findings; if there are errors, the result is incomplete.
    """
    pairs = zip(documents, settings.specs, strict=True)
    translations = [translate_document(d, spec, settings, diagnostics) for d, spec in pairs]
    check_credentials(documents, settings, diagnostics)
    alone = len(translations) == 1
    whole = translations[0] if alone else merge(translations, settings, diagnostics)
    info = documents[0].info
    title = info.text("title") or "API"
    distribution = settings.name or names.kebab(title.removesuffix(" API"))
    client = _client(whole, settings, distribution, diagnostics)
    service = whole.service
    if service.base_url_env == config.DERIVED:
        variable = names.environment_variable(f"{distribution} base url")
        service = replace(service, base_url_env=variable)
    taken = {*class_keys(client), *(declaration.name.key for declaration in whole.declarations)}
    return ir.Package(
        distribution=distribution,
        version=settings.version,
        client=client,
        variable=names.name_of(settings.variable, "variable"),
        title=title if alone else f"{names.pascal(client)} API",
        api_version=info.text("version") if alone else "",
        doc=doc(info) if alone else ir.Doc(),
        metadata=metadata(documents, settings),
        service=service,
        resources=with_unique_names(whole.resources, taken),
        declarations=whole.declarations,
        webhooks=whole.webhooks,
    )


def _client(
    whole: Translation, settings: config.Package, distribution: str, diagnostics: Diagnostics
) -> names.Name:
    """The name of the client; reports a schema with the same name."""
    declared = {declaration.name.key: declaration for declaration in whole.declarations}
    client = names.name_of(settings.client or names.branded(distribution), "client")
    if not settings.client and not declared.keys().isdisjoint(class_keys(client)):
        # For example, the API `Todo` has a schema `Todo`.
        client = names.name_of(f"{names.branded(distribution)} client", "client")
    for key in class_keys(client):
        if key in declared:
            shown, origin = names.pascal(client), declared[key].origin
            message = f"the client `{shown}` has the name of the schema {origin}"
            hint = "choose another name with `client` in the configuration, or with --name"
            location = whole.document.location(("info",))
            diagnostics.error(Code.NAME_COLLISION, location, message, hint)
    return client
