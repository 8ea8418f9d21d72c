"""The Python target: a client package with its documentation, and hand-written additions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.targets.python import files, hand_written
from pcgen.targets.python.prepare import prepare

if TYPE_CHECKING:
    from pcgen import ir
    from pcgen.targets.protocol import Generated, Settings


def build(package: ir.Package, settings: Settings) -> Generated:
    """Make the files of a Python package.

    Raises:
        Failure: The package has errors, those of its hand-written modules included.
        TemplateMistake: A template of the user is invalid.
    """
    prepared = hand_written.attached(prepare(package, settings), settings)
    settings.diagnostics.stop_on_errors()
    generated = files.render(prepared, settings)
    return replace(generated, hand_written=hand_written.additions(prepared))


def scaffold(package: ir.Package, settings: Settings) -> dict[str, str]:
    """Make the hand-written modules that the configuration lists and that do not exist yet.

    Returns:
        Their texts, by their paths in the output folder.

    Raises:
        Failure: The configuration extends a model or resource that the package does not have.
    """
    prepared = prepare(package, settings)
    modules = hand_written.wanted(prepared, settings)
    settings.diagnostics.stop_on_errors()
    folder = prepared.module
    return {
        f"{folder}/{file}": files.start(prepared, extended, exports=file in settings.modules)
        for file, extended in sorted(modules.items())
        if not (settings.folder / folder / file).exists()
    }
