"""A checked document to the IR."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.operations import Operations
from pcgen.translate.paging import Pagination
from pcgen.translate.renames import Renames
from pcgen.translate.schemas import Schemas
from pcgen.translate.selection import select
from pcgen.translate.service import service

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.spec import Document


def translate(document: Document, settings: config.Package, diagnostics: Diagnostics) -> ir.Package:
    """Say what to generate.

    Args:
        document: A document whose references have been checked.
        settings: What the configuration says of the package.
        diagnostics: Where findings go; the result is of no use when there are errors.
    """
    info = document.node.child("info")
    [spec] = settings.specs
    selection = select(document, spec, diagnostics)
    renames = Renames(spec)
    schemas = Schemas(document, spec, selection, renames, diagnostics)
    fixed = frozenset(name.lower() for name in spec.headers)
    pagination = Pagination(spec, schemas, diagnostics)
    operations = Operations(document, selection, renames, schemas, pagination, fixed, diagnostics)
    constants = operations.constants()
    resources = operations.resources(constants)
    listed = {
        model.name
        for resource in resources
        for operation in resource.operations
        if (model := schemas.model(operation.result.type or ir.ANY)) is not None
    }
    declarations = schemas.declarations(listed)
    renames.check(diagnostics)
    pagination.check()
    title = info.text("title") or "API"
    distribution = settings.name or names.kebab(title.removesuffix(" API"))
    declared = {declaration.name for declaration in declarations}
    client = names.class_name(settings.client or distribution)
    if not settings.client and not declared.isdisjoint((client, f"Async{client}")):
        client = names.class_name(f"{distribution} client")  # `Todo API` has a schema `Todo`.
    _check_client_name(client, declarations, document, diagnostics)
    return ir.Package(
        distribution=distribution,
        module=names.module(settings.module or distribution),
        version=settings.version,
        client=client,
        title=title,
        api_version=info.text("version"),
        doc=ir.Doc(info.text("summary"), info.text("description").strip()),
        license=_license(document),
        source=PurePosixPath(document.file).name,
        service=service(document, settings, spec, constants, diagnostics),
        resources=resources,
        declarations=declarations,
    )


def _check_client_name(
    client: names.Identifier,
    declarations: tuple[ir.Declaration, ...],
    document: Document,
    diagnostics: Diagnostics,
) -> None:
    for declaration in declarations:
        if declaration.name in (client, f"Async{client}"):
            message = f"the client `{client}` has the name of the schema {declaration.origin}"
            hint = "choose another name with `client` in the configuration, or with --name"
            place = document.location(("info",))
            diagnostics.error(Code.NAME_COLLISION, place, message, hint)


def _license(document: Document) -> str:
    found = document.node.child("info").get("license")
    return "" if found is None else found.text("name")
