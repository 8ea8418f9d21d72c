"""The stages composed: read -> validate -> translate -> render -> write.

`generate` is the first four; it returns texts and touches nothing, so that building, checking and
testing share it.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pcgen import __version__, lock
from pcgen.cache import digest
from pcgen.diagnostics import Diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen import ir
    from pcgen.cache import Cache
    from pcgen.config import Package
    from pcgen.diagnostics import Diagnostic
    from pcgen.spec import Document

_BUILT = "built"


@dataclass(frozen=True, slots=True)
class Files:
    """Every text of a package by its path, its lock included, and what is to be told of it."""

    texts: Mapping[str, str]
    notes: tuple[Diagnostic, ...]


def generate(settings: Package, cache: Cache) -> Files:
    """Make the files of a package.

    Args:
        settings: What to build.
        cache: Where results of earlier runs may be found.

    Raises:
        Failure: When the document cannot be read or honoured.
    """
    with _understood(settings, cache) as (document, package, diagnostics):
        from pcgen.render import render

        texts = {} if diagnostics.failed else render(package, cache)
    told = diagnostics.finish()
    texts[lock.NAME] = lock.text(_origin(settings, document.digest, package.api_version), texts)
    return Files(texts, told)


class Understood(NamedTuple):
    """What comes before rendering: a checked document, and what is to be made of it."""

    document: Document
    package: ir.Package
    diagnostics: Diagnostics


def understand(settings: Package, cache: Cache) -> Understood:
    """Read, validate and translate the document of a package.

    Raises:
        Failure: When the document cannot be read or honoured.
    """
    with _understood(settings, cache) as understood:
        pass
    understood.diagnostics.finish()
    return understood


@contextmanager
def _understood(settings: Package, cache: Cache) -> Iterator[Understood]:
    """As `understand`, but the validator works on during the `with` statement."""
    from pcgen import spec
    from pcgen.validate import Validator

    [chosen] = settings.specs
    data = spec.read_bytes(settings.root / chosen.spec, chosen.spec)
    with Validator(lock.sha256(data), cache) as validator:
        from pcgen.translate import translate

        diagnostics = Diagnostics(settings.waive, settings.source.file)
        document = spec.parse(data, chosen.spec)
        spec.check_references(document, diagnostics)
        diagnostics.stop_on_errors()
        validator.submit(document)
        try:
            package = translate(document, settings, diagnostics)
            yield Understood(document, package, diagnostics)
        except Exception:
            validator.finish(diagnostics)
            diagnostics.stop_on_errors()  # What is wrong with the document explains the rest.
            raise
        validator.finish(diagnostics)


def is_unchanged(settings: Package, folder: Path, cache: Cache) -> bool:
    """Whether the folder holds, byte for byte, what the same inputs made before."""
    try:
        known = json.loads(cache.get(_BUILT, _inputs(settings)) or "{}")
        return bool(known) and all(
            lock.sha256((folder / path).read_bytes()) == value for path, value in known.items()
        )
    except (OSError, ValueError):
        return False


def remember(settings: Package, files: Files, cache: Cache) -> None:
    """Let `is_unchanged` know what these inputs make; what is to be told, is told each time."""
    if not files.notes:
        digests = {path: lock.sha256(text.encode()) for path, text in files.texts.items()}
        cache.put(_BUILT, _inputs(settings), json.dumps(digests))


def _inputs(settings: Package) -> str:
    """A hash of all that decides what is built: document, configuration, pcgen and its tools."""
    from importlib import metadata

    here = Path(__file__).parent
    sources = sorted(here.rglob("*.py"))
    parts = [path.relative_to(here).as_posix() + "\n" + path.read_text("utf-8") for path in sources]
    documents = [(settings.root / spec.spec).read_bytes() for spec in settings.specs]
    return digest(
        *documents,
        _settings_digest(settings),
        _template_digest(),
        metadata.version("black"),
        *parts,
    )


def _settings_digest(settings: Package) -> str:
    """A hash of the configuration but for where things are."""
    known = asdict(settings)
    for key in ("root", "source", "output"):
        del known[key]
    for spec in known["specs"]:
        del spec["source"]
        spec["spec"] = Path(spec["spec"]).name
    for waiver in known["waive"]:
        del waiver["line"]
    return digest(json.dumps(known, sort_keys=True))


def _template_digest() -> str:
    from pcgen.template_files import template_digest

    return template_digest()


def _origin(settings: Package, spec_digest: str, api_version: str) -> lock.Origin:
    from importlib import metadata

    return lock.Origin(
        pcgen=__version__,
        black=metadata.version("black"),
        templates=_template_digest(),
        config=_settings_digest(settings),
        spec={
            "file": Path(settings.specs[0].spec).name,
            "sha256": spec_digest,
            "version": api_version,
        },
    )
