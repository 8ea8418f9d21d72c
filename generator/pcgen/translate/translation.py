"""One document, translated on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.translate.bodies import without_discriminator
from pcgen.translate.contents import note_missing_schemas, note_unused_schemas
from pcgen.translate.examples import Examples
from pcgen.translate.item_names import with_item_names
from pcgen.translate.model_examples import with_examples
from pcgen.translate.operations import Operations
from pcgen.translate.paging import Pagination
from pcgen.translate.parameters import note_authorization_headers
from pcgen.translate.payloads import Payloads
from pcgen.translate.renames import Renames
from pcgen.translate.responses import note_undescribed_results, note_unused_links
from pcgen.translate.schemas import Schemas
from pcgen.translate.selection import component_schemas, select
from pcgen.translate.service import service
from pcgen.translate.values import note_invalid_examples, note_unfit_examples

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document

_IDENTITY = frozenset(("id", "name"))


class Translation(Struct, frozen=True):
    """What a document contributes to a package; names are unique in the document only."""

    document: Document
    spec: config.Spec
    service: ir.Service
    resources: tuple[ir.Resource, ...]
    declarations: tuple[ir.Declaration, ...]
    webhooks: tuple[ir.Payload, ...]


def translate_document(
    document: Document,
    spec: config.Spec,
    settings: config.Package,
    diagnostics: Diagnostics,
) -> Translation:
    """Translate a document.

    Args:
        document: A document whose references have been checked.
        spec: Its settings.
        settings: The settings of the package.
        diagnostics: Collects findings.
    """
    selection = select(document, spec, diagnostics)
    renames = Renames(spec)
    components = component_schemas(document, selection)
    schemas = Schemas(document, spec, components, renames, diagnostics)
    schemas.declare_components()
    pagination = Pagination(spec, schemas, diagnostics)
    examples = Examples.of(document)
    operations = Operations(
        document, spec, selection, renames, schemas, pagination, examples, diagnostics
    )
    constants = operations.constants()
    resources = operations.resources(constants)
    note_authorization_headers(selection.entries, diagnostics)
    nodes = [entry.node for entry in selection.entries]
    note_unused_links(nodes, diagnostics)
    note_undescribed_results(nodes, diagnostics)
    note_unused_schemas(nodes, diagnostics)
    note_missing_schemas(selection.entries, diagnostics)
    webhooks = Payloads(schemas, diagnostics).webhooks(selection)
    results = (operation.result.type for r in resources for operation in r.operations)
    models = (schemas.model(type_) for type_ in results if type_ is not None)
    wrappers = {model.name for model in models if model is not None and _lacks_identity(model)}
    declarations = tuple(
        pagination.telling(declaration) for declaration in schemas.declarations(wrappers)
    )
    declarations = tuple(with_item_names(declarations, resources, schemas))
    tags = {d.name: d.tag for d in declarations if isinstance(d, ir.Model) and d.tag is not None}
    resources = tuple(
        replace(r, operations=tuple(without_discriminator(o, schemas, tags) for o in r.operations))
        for r in resources
    )
    every = (operation for resource in resources for operation in resource.operations)
    locations = {node.address: node.location for node in nodes}
    note_unfit_examples(every, {d.name: d for d in declarations}, locations, diagnostics)
    note_invalid_examples(examples.rejected, diagnostics)
    declarations = tuple(with_examples(declarations, resources, schemas, examples))
    renames.check(diagnostics)
    pagination.check()
    found = service(document, nodes, settings, spec, constants, diagnostics)
    return Translation(document, spec, found, resources, declarations, webhooks)


def _lacks_identity(model: ir.Model) -> bool:
    """Whether a model has no identifier, so that it may merely wrap a list."""
    return _IDENTITY.isdisjoint(field.wire_name for field in model.fields)
