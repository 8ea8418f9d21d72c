"""The stages composed: read -> validate -> translate -> render -> write.

`generate` is the first four. It returns texts and writes nothing, so that building, checking and
testing share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcgen import build_state, documents, lock
from pcgen.build_state import Files
from pcgen.diagnostics import Diagnostics, in_order
from pcgen.targets import DOCUMENTING
from pcgen.targets.building import build_targets
from pcgen.targets.protocol import Settings
from pcgen.template_files import own_templates
from pcgen.validate.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcgen import ir
    from pcgen.cache import Cache
    from pcgen.config import Package
    from pcgen.diagnostics import Diagnostic
    from pcgen.spec import Document


def generate(settings: Package, cache: Cache, unsaved: Mapping[str, bytes] | None = None) -> Files:
    """Make the files of a package.

    Args:
        settings: The package.
        cache: Results of earlier runs.
        unsaved: Documents that are not on disk yet, by their path in the settings.

    Raises:
        Failure: The document cannot be read, is invalid, or uses an unsupported feature.
    """
    diagnostics = Diagnostics(settings.waive, settings.source.file)
    data = documents.read(settings, unsaved)
    with Validation(data, cache, diagnostics) as validation:
        parsed = documents.parse(data, settings, diagnostics)
        validation.submit(parsed)
        package = _translate(parsed, settings, diagnostics)
        inputs = target_settings(settings, cache, diagnostics)
        made = build_targets(settings.targets, package, inputs)
    notes = diagnostics.finish()
    locked = lock.text(lock.origin(settings, parsed, made.hand_written), made.texts)
    return Files(
        texts={**made.texts, lock.NAME: locked},
        notes=notes,
        key=build_state.key(settings, data),
        sources=build_state.sources(settings, parsed, made.hand_written),
    )


class Understood(NamedTuple):
    """Validated documents by their keys, the package that they describe, and all findings."""

    documents: Mapping[str, Document]
    package: ir.Package
    findings: list[Diagnostic]


def understand(
    settings: Package,
    cache: Cache,
    unsaved: Mapping[str, bytes] | None = None,
    *,
    lenient: bool = False,
) -> Understood:
    """Read, validate and translate the documents of a package.

    Args:
        settings: As in `generate`.
        cache: As in `generate`.
        unsaved: As in `generate`.
        lenient: Whether findings that can be waived are returned, as if all of them were waived.

    Raises:
        Failure: As in `generate`.
    """
    diagnostics = Diagnostics(settings.waive, settings.source.file, lenient)
    data = documents.read(settings, unsaved)
    with Validation(data, cache, diagnostics) as validation:
        parsed = documents.parse(data, settings, diagnostics)
        validation.submit(parsed)
        package = _translate(parsed, settings, diagnostics)
    if lenient:
        diagnostics.stop_on_errors()
    else:
        diagnostics.finish()
    keys = (spec.key for spec in settings.specs)
    known = dict(zip(keys, parsed, strict=True))
    return Understood(known, package, in_order(diagnostics.remaining))


def _translate(
    parsed: Sequence[Document], settings: Package, diagnostics: Diagnostics
) -> ir.Package:
    from pcgen.translate import translate  # Late: it is imported while the validator starts.

    return translate(parsed, settings, diagnostics)


def target_settings(settings: Package, cache: Cache, diagnostics: Diagnostics) -> Settings:
    """The settings that targets get."""
    return Settings(
        folder=settings.root / settings.output,
        shown=settings.output,
        templates=own_templates(settings.root, settings.templates),
        template_folder=settings.templates,
        modules=settings.modules,
        mixins=settings.mixins,
        module=settings.module,
        aliases=settings.aliases,
        arguments={
            scheme: (chosen.argument, chosen.id_argument, chosen.secret_argument)
            for scheme, chosen in settings.credentials.items()
        },
        location=settings.source.find,
        cache=cache,
        diagnostics=diagnostics,
        samples=settings.samples,
        cli=settings.cli,
        has_pages=not DOCUMENTING.isdisjoint(settings.targets),
    )
