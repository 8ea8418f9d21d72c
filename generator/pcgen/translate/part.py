"""One checked document to what it brings into a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.translate.bodies import without_tag
from pcgen.translate.contents import remark_unread
from pcgen.translate.operations import Operations
from pcgen.translate.paging import Pagination
from pcgen.translate.parameters import remark_credentials
from pcgen.translate.payloads import Payloads
from pcgen.translate.renames import Renames
from pcgen.translate.responses import remark_links
from pcgen.translate.schemas import Schemas
from pcgen.translate.selection import select
from pcgen.translate.service import service

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document

_IDENTITY = frozenset(("id", "name"))


class Part(Struct, frozen=True):
    """What a document brings into a package, under the names that it has for itself."""

    document: Document
    spec: config.Spec
    service: ir.Service
    resources: tuple[ir.Resource, ...]
    declarations: tuple[ir.Declaration, ...]
    webhooks: tuple[ir.Payload, ...]


def part(
    document: Document,
    spec: config.Spec,
    settings: config.Package,
    diagnostics: Diagnostics,
) -> Part:
    """Translate a document.

    Args:
        document: A document whose references have been checked.
        spec: Its settings.
        settings: The settings of the package.
        diagnostics: Where findings go.
    """
    selection = select(document, spec, diagnostics)
    renames = Renames(spec)
    schemas = Schemas(document, spec, selection, renames, diagnostics)
    schemas.declare_components()
    pagination = Pagination(spec, schemas, diagnostics)
    operations = Operations(document, spec, selection, renames, schemas, pagination, diagnostics)
    constants = operations.constants()
    resources = operations.resources(constants)
    remark_credentials(selection.entries, diagnostics)
    nodes = [entry.node for entry in selection.entries]
    remark_links(nodes, diagnostics)
    remark_unread(nodes, diagnostics)
    webhooks = Payloads(schemas, diagnostics).webhooks(selection)
    listed = {
        model.name
        for resource in resources
        for operation in resource.operations
        if (model := schemas.model(operation.result.type or ir.ANY)) is not None
        and _is_no_thing(model)
    }
    declarations = schemas.declarations(listed)
    tags = {d.name: d.tag for d in declarations if isinstance(d, ir.Model) and d.tag is not None}
    resources = tuple(
        replace(r, operations=tuple(without_tag(o, schemas, tags) for o in r.operations))
        for r in resources
    )
    renames.check(diagnostics)
    pagination.check()
    found = service(document, settings, spec, constants, diagnostics)
    return Part(document, spec, found, resources, declarations, webhooks)


def _is_no_thing(model: ir.Model) -> bool:
    """Whether a model has no identity of its own, so that it may be but a list of others."""
    return _IDENTITY.isdisjoint(field.wire_name for field in model.fields)
