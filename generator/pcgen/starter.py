"""The configuration and the workflows that `pcgen init` writes."""

from __future__ import annotations

from os.path import relpath
from pathlib import Path

from pcgen import __version__, config, names, spec
from pcgen.diagnostics import WAIVABLE, Diagnostics, Waiver
from pcgen.targets.code import comment, toml_string
from pcgen.targets.python.prepare import import_name
from pcgen.template_files import workflow_texts
from pcgen.translate import translate


def workflows() -> dict[str, str]:
    """GitHub workflows that check and bump packages, by path in a repository."""
    return {
        f".github/workflows/{name}": text.replace("@VERSION@", __version__)
        for name, text in workflow_texts().items()
    }


def starter(path: str, name: str, folder: Path = Path(), origin: str = "") -> str:
    """The text of a `pcgen.toml` for a document, with comments on what to change.

    Args:
        path: The document.
        name: The package's name; derived from the document's title if empty.
        folder: The folder of the configuration.
        origin: The URL of the document, if it was downloaded.

    Raises:
        Failure: The document has errors that cannot be waived.
    """
    # Ignore errors that can be waived: the first build reports them, and then the configuration
    # exists, in which users can write the waivers.
    diagnostics = Diagnostics(tuple(Waiver(code, "#/**", "") for code in WAIVABLE))
    document = spec.read(Path(path))
    document = spec.link(document, spec.Library.beside(Path(path), path), diagnostics)
    diagnostics.stop_on_errors()
    package = translate([document], config.single(path, "client", name), Diagnostics())
    stem = names.snake(package.client).upper()
    url = package.service.base_url
    url = url if "://" in url else f"https://api.example.com{url}"
    lines = [
        "# The packages that `pcgen build` writes, a table for each.",
        "[[package]]",
        f"name = {toml_string(package.distribution)}",
        'version = "0.1.0"',
        f"spec = {toml_string(Path(relpath(path, folder)).as_posix())}",
        *([f"origin = {toml_string(origin)}"] if origin else []),
        f"output = {toml_string(f'generated/{package.distribution}')}",
        "",
        "# The import name and the client's class.",
        f"# module = {toml_string(import_name(package))}",
        f"# client = {toml_string(names.pascal(package.client))}",
        "",
        "# The server, and the environment variable that overrides it.",
        f"# base-url = {toml_string(url)}",
        f'base-url-env = "{stem}_BASE_URL"',
        "",
        "# Headers that every request carries.",
        '# headers = { X-Api-Version = "1" }',
    ]
    if package.service.schemes:
        lines += ["", "# Credentials: the argument of the client, and an environment variable."]
    for scheme in package.service.schemes:
        key = toml_string(scheme.wire_name)
        argument = names.snake(scheme.secrets[0].name)
        value = f'{{ argument = "{argument}", env = "{stem}_{argument.upper()}" }}'
        lines.append(f"credentials.{key} = {value}")
    lines += [
        "",
        "# Schemas whose objects may be given as a plain string, and the property that gets it.",
        f"# text-fields = {{ Document = {toml_string('text')} }}",
        "",
        comment(f"Read from {document.file}: {package.title} {package.api_version}"),
    ]
    return "\n".join(lines) + "\n"
