"""The stages composed: read -> validate -> translate -> render -> write.

`generate` is the first four; it returns texts and touches nothing, so that building, checking and
testing share it.
"""

from __future__ import annotations

import functools
import json
from contextlib import ExitStack, contextmanager
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from pcgen import __version__, lock
from pcgen.cache import BLACK_VERSION, digest, sources_digest
from pcgen.diagnostics import Code, Diagnostics, Exit, Location, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pcgen import ir
    from pcgen.cache import Cache
    from pcgen.config import Package, Spec
    from pcgen.diagnostics import Diagnostic
    from pcgen.spec import Document
    from pcgen.validate import Validator

_BUILT = "built"


class Files(Struct, frozen=True):
    """What was made of a package.

    Args:
        texts: Every text by its path, the lock included.
        notes: What is to be told of it.
        key: A hash of what they were made from, but for the `sources`.
        sources: The sha256 of each file that the documents refer to, or that people write beside.
    """

    texts: Mapping[str, str]
    notes: tuple[Diagnostic, ...]
    key: str
    sources: Mapping[str, str]


def generate(settings: Package, cache: Cache, instead: Mapping[str, bytes] | None = None) -> Files:
    """Make the files of a package.

    Args:
        settings: What to build.
        cache: Where results of earlier runs may be found.
        instead: Documents by their paths in the settings that are not, or not so, on disk yet.

    Raises:
        Failure: When the document cannot be read or honoured.
    """
    with _understood(settings, cache, instead or {}) as (by_namespace, package, diagnostics):
        package = _with_modules(settings, package, diagnostics)
        texts = {} if diagnostics.failed else _rendered(settings, package, cache)
    told = diagnostics.finish()
    by_hand = {f"{package.module}/{m.name}.py": _given(m, package) for m in package.modules}
    documents = by_namespace.values()
    texts[lock.NAME] = lock.text(_origin(settings, documents, by_hand), texts)
    key = _key(settings, (document.digest for document in documents))
    sources = {other.file: other.digest for document in documents for other in document.others}
    for path in by_hand:
        own = f"{settings.output}/{path}"
        sources[own] = lock.sha256((settings.root / own).read_bytes())
    return Files(texts, told, key, sources)


def _rendered(settings: Package, package: ir.Package, cache: Cache) -> dict[str, str]:
    from pcgen.targets.environment import TemplateMistake
    from pcgen.targets.python.files import render

    try:
        return render(package, cache, _own_templates(settings))
    except TemplateMistake as error:
        place = Location(f"{settings.templates}/{error.name}", error.line, int(error.line > 0))
        raise failure(Code.TEMPLATE_INVALID, place, str(error), "", Exit.USAGE) from error


def _with_modules(settings: Package, package: ir.Package, diagnostics: Diagnostics) -> ir.Package:
    """The package with what people write beside it."""
    if not settings.modules and not settings.mixins:
        return package
    from pcgen.targets.python import files, hand_written
    from pcgen.targets.python.views.hand_written import extendable

    folder = settings.root / settings.output / package.module
    generated = frozenset({"models", *files.resource_modules(package)})
    home = hand_written.Home(folder, f"{settings.output}/{package.module}", generated)
    targets = extendable(package)
    place = settings.source.since("mixins").place
    chosen = hand_written.extensions(settings.mixins, targets, place, diagnostics)
    mixins = hand_written.mixins(chosen, targets, home, diagnostics)
    others = sorted(settings.mixins.values())
    taken = files.exported(package)
    modules = hand_written.modules(settings.modules, others, home, taken, diagnostics)
    return replace(package, modules=modules, mixins=mixins)


def _given(module: ir.Module, package: ir.Package) -> tuple[str, ...]:
    """What a module that people write gives to a package."""
    extending = (mixin.members for mixin in package.mixins if mixin.module == module.name)
    classes = {name: found for members in extending for name, found in members.items()}
    members = (f"{name}.{member}" for name, found in classes.items() for member in found)
    return (*module.exports, *classes, *members)


def scaffold(settings: Package, cache: Cache) -> dict[str, str]:
    """Modules to start from, by their paths: those of the configuration that are not there.

    Raises:
        Failure: The document cannot be read or honoured.
    """
    from pcgen.targets.python import files, hand_written
    from pcgen.targets.python.views.hand_written import extendable

    package = understand(settings, cache).package
    diagnostics = Diagnostics()
    place = settings.source.since("mixins").place
    chosen = hand_written.extensions(settings.mixins, extendable(package), place, diagnostics)
    diagnostics.stop_on_errors()
    targets: dict[str, list[str]] = {file: [] for file in settings.modules}
    for target, file in chosen.items():
        targets.setdefault(file, []).append(target)
    folder = f"{settings.output}/{package.module}"
    return {
        f"{folder}/{file}": files.start(package, found, exports=file in settings.modules)
        for file, found in sorted(targets.items())
        if not (settings.root / folder / file).exists()
    }


def _own_templates(settings: Package) -> dict[str, str]:
    from pcgen.template_files import own_templates

    if not settings.templates:
        return {}
    return own_templates(settings.root / settings.templates, settings.templates)


class Understood(NamedTuple):
    """What comes before rendering: checked documents by namespace, and what to make of them."""

    documents: Mapping[str, Document]
    package: ir.Package
    diagnostics: Diagnostics


def understand(
    settings: Package, cache: Cache, instead: Mapping[str, bytes] | None = None
) -> Understood:
    """Read, validate and translate the documents of a package; arguments as of `generate`.

    Raises:
        Failure: When the document cannot be read or honoured.
    """
    with _understood(settings, cache, instead or {}) as understood:
        pass
    understood.diagnostics.finish()
    return understood


@contextmanager
def _understood(
    settings: Package, cache: Cache, instead: Mapping[str, bytes]
) -> Iterator[Understood]:
    """As `understand`, but the validator works on during the `with` statement."""
    from pcgen import spec
    from pcgen.validate import Validator

    read = [
        (path, instead[path] if path in instead else spec.read_bytes(settings.root / path, path))
        for path in (chosen.spec for chosen in settings.specs)
    ]
    with ExitStack() as stack:
        validators = [stack.enter_context(Validator(lock.sha256(d), cache)) for _, d in read]
        from pcgen.translate import translate

        diagnostics = Diagnostics(settings.waive, settings.source.file)
        documents = [
            whole(data, chosen, settings.root, diagnostics)
            for (_, data), chosen in zip(read, settings.specs, strict=True)
        ]
        diagnostics.stop_on_errors()
        for validator, document in zip(validators, documents, strict=True):
            validator.submit(document)
        try:
            package = translate(documents, settings, diagnostics)
            by_namespace = {s.namespace: d for s, d in zip(settings.specs, documents, strict=True)}
            yield Understood(by_namespace, package, diagnostics)
        except Exception:
            _finish(validators, diagnostics)
            diagnostics.stop_on_errors()  # What is wrong with the documents explains the rest.
            raise
        _finish(validators, diagnostics)


def whole(
    data: bytes,
    chosen: Spec,
    root: Path,
    diagnostics: Diagnostics,
    fetch: Callable[[str], tuple[str, bytes]] | None = None,
) -> Document:
    """A document with its overlays applied and its references followed.

    Args:
        data: The document itself.
        chosen: What the configuration says of it.
        root: The folder that paths in the configuration are relative to.
        diagnostics: Where findings go.
        fetch: What gives the documents of URLs; those that are pinned when it is None.

    Raises:
        Failure: It cannot be read.
    """
    from pcgen import remote, spec

    document = spec.parse(data, chosen.spec)
    for name in chosen.overlays:
        changes = spec.parse_values(spec.read_bytes(root / name, name), name)
        document = spec.overlay(document, changes, diagnostics)
    diagnostics.stop_on_errors()
    spec.expect_openapi(document)
    roots = [root / folder for folder in chosen.roots]
    library = spec.Library.beside(root / chosen.spec, chosen.spec, roots)
    library.remote = fetch or remote.reader(root)
    return spec.link(document, library, diagnostics)


def follow(settings: Package, fetch: Callable[[str], tuple[str, bytes]]) -> None:
    """Follow all references of a package's documents; `fetch` gives the documents of URLs.

    Raises:
        Failure: A document cannot be read, or a reference leads nowhere.
    """
    from pcgen import spec

    diagnostics = Diagnostics(settings.waive, settings.source.file)
    for chosen in settings.specs:
        data = spec.read_bytes(settings.root / chosen.spec, chosen.spec)
        whole(data, chosen, settings.root, diagnostics, fetch)
    diagnostics.stop_on_errors()


def _finish(validators: Iterable[Validator], diagnostics: Diagnostics) -> None:
    for validator in validators:
        validator.finish(diagnostics)


def version_of(data: bytes, shown: str) -> str:
    """What a document says of its version.

    Raises:
        Failure: It cannot be read.
    """
    from pcgen import spec

    document = spec.parse(data, shown)
    spec.expect_openapi(document)
    return document.info.text("version")


def is_unchanged(settings: Package, folder: Path, cache: Cache) -> bool:
    """Whether the folder holds, byte for byte, what the same inputs made before."""
    paths = [settings.root / spec.spec for spec in settings.specs]
    if not all(path.is_file() for path in paths):
        return False  # Reading a device might have no end.
    try:
        data = [path.read_bytes() for path in paths]
        known = json.loads(cache.get(_BUILT, _key(settings, map(lock.sha256, data))) or b"null")
    except (OSError, ValueError):
        return False
    return known is not None and not (
        changed(settings.root, known["sources"]) or changed(folder, known["texts"])
    )


def changed(folder: Path, hashes: Mapping[str, str]) -> list[str]:
    """The files, by their paths in a folder, that have not, or no more, the sha256 given."""
    return [path for path, value in hashes.items() if _sha256(folder / path) != value]


def _sha256(path: Path) -> str:
    try:
        return lock.sha256(path.read_bytes())
    except OSError:
        return ""


def remember(files: Files, cache: Cache) -> None:
    """Let `is_unchanged` know what these inputs make; what is to be told, is told each time."""
    if not files.notes:
        texts = {path: lock.sha256(text.encode()) for path, text in files.texts.items()}
        known = {"texts": texts, "sources": dict(files.sources)}
        cache.put(_BUILT, files.key, json.dumps(known).encode())


def _key(settings: Package, documents: Iterable[str]) -> str:
    """A hash of all that decides what is built: documents, configuration, pcgen and its tools."""
    own = _own_templates(settings).values()
    return digest(_tools_digest(), _settings_digest(settings), *own, "", *documents)


@functools.cache
def _tools_digest() -> str:
    return digest(_template_digest(), BLACK_VERSION, sources_digest())


def _settings_digest(settings: Package) -> str:
    """A hash of the configuration but for where things are."""
    known = to_builtins(settings, enc_hook=str)
    for key in ("root", "source", "output", "accept"):
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


def beside(spec: str, file: str) -> str:
    """What a file is called from the folder of a document."""
    return file if "://" in file else relpath(file, Path(spec).parent).replace("\\", "/")


def _origin(
    settings: Package, documents: Iterable[Document], by_hand: Mapping[str, tuple[str, ...]]
) -> lock.Origin:
    return lock.Origin(
        pcgen=__version__,
        black=BLACK_VERSION,
        templates=_template_digest(),
        overrides={n: lock.sha256(t.encode()) for n, t in _own_templates(settings).items()},
        config=_settings_digest(settings),
        specs=tuple(
            lock.Spec(
                namespace=spec.namespace,
                file=Path(spec.spec).name,
                sha256=document.digest,
                version=document.info.text("version"),
                origin=spec.origin,
                others={beside(spec.spec, other.file): other.digest for other in document.others},
            )
            for spec, document in zip(settings.specs, documents, strict=True)
        ),
        modules=by_hand,
    )
