"""A configuration and workflows to start from."""

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
    """GitHub workflows that check and bump packages, by their path in a repository."""
    return {
        f".github/workflows/{name}": text.replace("@VERSION@", __version__)
        for name, text in workflow_texts().items()
    }


def starter(path: str, name: str, folder: Path = Path()) -> str:
    """The text of a `pcgen.toml` for a document; comments say what could be changed.

    Args:
        path: The document.
        name: The package's name; from the document's title when empty.
        folder: Where the configuration will be.

    Raises:
        Failure: When the document cannot be read, or not even under waivers.
    """
    # What waivers may let pass is for the build to tell, once there is a place for them.
    diagnostics = Diagnostics(tuple(Waiver(code, "#/**", "") for code in WAIVABLE))
    document = spec.read(Path(path))
    document = spec.link(document, spec.Library.beside(Path(path), path), diagnostics)
    diagnostics.stop_on_errors()
    package = translate([document], config.single(path, "client", name), Diagnostics())
    stem = names.snake(package.client).upper()
    url = package.service.base_url
    url = url if "://" in url else f"https://api.example.com{url}"
    lines = [
        "# What pcgen builds; `pcgen build --help` says how. One table for each package.",
        "[[package]]",
        f"name = {toml_string(package.distribution)}",
        'version = "0.1.0"',
        f"spec = {toml_string(Path(relpath(path, folder)).as_posix())}",
        f"output = {toml_string(f'generated/{package.distribution}')}",
        "",
        "# The import name and the client's class.",
        f"# module = {toml_string(import_name(package))}",
        f"# client = {toml_string(names.pascal(package.client))}",
        "",
        "# The server, and the environment variable that overrides it.",
        f"# base-url = {toml_string(url)}",
        f'# base-url-env = "{stem}_BASE_URL"',
        "",
        "# Headers that every request carries.",
        '# headers = { X-Api-Version = "1" }',
    ]
    if package.service.schemes:
        lines += ["", "# How callers give credentials: an argument of the client, a variable."]
    for scheme in package.service.schemes:
        key = toml_string(scheme.wire_name)
        argument = scheme.secrets[0].name
        value = f'{{ argument = "{argument}", env = "{stem}_{argument.upper()}" }}'
        lines.append(f"credentials.{key} = {value}")
    lines += [
        "",
        "# Objects that a plain string may stand for in requests: schema and property.",
        f"# text-fields = {{ Document = {toml_string('text')} }}",
        "",
        comment(f"Read from {document.file}: {package.title} {package.api_version}"),
    ]
    return "\n".join(lines) + "\n"
