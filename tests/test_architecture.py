"""Rules of the architecture: which modules may import, read, write and print."""

from __future__ import annotations

import ast
import pkgutil
import sys
import typing
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from import_graph import import_cycles
from jinja2 import Environment, UndefinedError, nodes
from pcgen import targets
from pcgen.cache import Cache
from pcgen.names import Name
from pcgen.targets.code import Code, Identifier
from pcgen.targets.environment import environment
from pcgen.targets.python import names
from pcgen.targets.python.types import SYMBOLS, Imports

if TYPE_CHECKING:
    from collections.abc import Iterator

PCGEN = ROOT / "generator" / "pcgen"
TEMPLATES = ROOT / "templates"
RUNTIME = TEMPLATES / "python" / "module" / "_runtime"
RUNTIME_MODULES = sorted(RUNTIME.rglob("*.py"))
CLI = TEMPLATES / "cli" / "module" / "_cli"
CLI_MODULES = sorted(CLI.rglob("*.py"))
GENERATED = ROOT / "generated"

# Which part of pcgen imports which, early or late, for the types alone or not. It is the whole
# truth: an import that is not here, or one here that is gone, fails.
IMPORTS = {
    "__main__": {"cli"},
    "cli": {
        "build_state",
        "bump",
        "cache",
        "config",
        "diagnostics",
        "diff",
        "documents",
        "download",
        "ir",
        "lock",
        "mock",
        "pipeline",
        "proposal",
        "remote",
        "revision",
        "site",
        "starter",
        "targets.python",
        "targets.shared",
        "template_files",
        "vendor",
        "write",
    },
    "mock": {
        "cache",
        "config",
        "diagnostics",
        "documents",
        "ir",
        "names",
        "spec",
        "translate",
        "validate",
    },
    "site": {"diagnostics", "lock"},
    "pipeline": {
        "build_state",
        "cache",
        "config",
        "diagnostics",
        "documents",
        "ir",
        "lock",
        "spec",
        "targets",
        "targets.shared",
        "template_files",
        "translate",
        "validate",
    },
    "build_state": {"cache", "config", "diagnostics", "lock", "spec", "template_files"},
    "documents": {"config", "diagnostics", "remote", "spec"},
    "proposal": {"config", "diagnostics", "spec"},
    "diff": {
        "cache",
        "config",
        "diagnostics",
        "diff.contract",
        "diff.python",
        "pipeline",
        "spec",
        "targets.python",
    },
    "diff.contract": {"diff", "spec", "translate"},
    "diff.python": {"diagnostics", "diff", "ir", "names", "targets.python"},
    "bump": {"config", "diagnostics", "diff", "download", "spec"},
    "download": {"diagnostics"},
    "remote": {"diagnostics", "spec"},
    "revision": {"diagnostics"},
    "starter": {
        "config",
        "diagnostics",
        "names",
        "spec",
        "targets.python",
        "targets.shared",
        "template_files",
        "translate",
    },
    "vendor": {"diagnostics", "lock", "template_files"},
    "config": {"diagnostics", "headers", "taken_modules", "targets"},
    "spec": {"diagnostics"},
    "validate": {"cache", "diagnostics", "spec"},
    "translate": {"config", "diagnostics", "headers", "ir", "names", "spec"},
    "ir": {"names"},
    "targets": set(),
    "targets.shared": {"cache", "diagnostics", "ir", "names", "targets", "template_files"},
    "targets.python": {
        "cache",
        "diagnostics",
        "ir",
        "names",
        "taken_modules",
        "targets.shared",
        "template_files",
    },
    "targets.cli": {"diagnostics", "ir", "names", "targets.shared", "template_files"},
    "targets.docs": {"diagnostics", "ir", "targets.shared"},
    "taken_modules": set(),
    "write": {"diagnostics", "lock"},
    "cache": set(),
    "diagnostics": set(),
    "headers": set(),
    "lock": {"cache", "config", "spec", "targets", "template_files"},
    "brands": set(),
    "names": {"brands"},
    "template_files": {"diagnostics", "targets"},
}
# Packages of others, by the parts that may use them.
THIRD_PARTY = {
    "_black_version": {"cache"},
    "anyascii": {"names"},
    "black": {"targets.python"},
    "click": {"cli"},
    "html_to_markdown": {"translate"},
    "jinja2": {"targets.shared", "targets.python"},
    "jsonpath_rfc9535": {"spec"},
    "jsonschema": {"validate"},
    "packaging": {"bump", "config"},
    "pytest": {"mock"},
    "starlette": {"mock"},
    "tomlkit": {"config"},
    "jsonschema_path": {"validate"},
    "openapi_schema_validator": {"validate"},
    "jsonschema_rs": {"translate", "validate"},
    "openapi_spec_validator": {"validate"},
    "docutils": {"site"},
    "sphinx": {"site"},
    "sphinx_design": {"site"},
    "uvicorn": {"mock"},
    "yaml": {"spec"},
}
EVERYWHERE = {"pcgen", "msgspec"}  # What our own classes are made by.
WRITING = {"write_text", "write_bytes", "open", "mkdir", "unlink", "rmdir", "rename", "touch"}
WRITING |= {"symlink_to", "hardlink_to", "chmod", "remove", "makedirs", "rmtree", "copy", "move"}
READING = {"read_text", "read_bytes", "open", "iterdir", "glob", "rglob", "scandir", "listdir"}
# Modules of the runtime that need the HTTP library to run; the client, for its version alone.
HTTP = {"caller.py", "network.py", "transport.py", "transport_httpx2.py"}
WRITERS = {"write", "cache", "site"}  # `site` writes a temporary folder only.
READERS = {
    "bump",
    "cli",
    "remote",
    "spec",
    "config",
    "cache",
    "documents",
    "targets.cli",
    "template_files",
    "write",
    "build_state",
    "site",
    "targets.python",
    "validate",
    "vendor",
}


def _units() -> dict[str, list[Path]]:
    """The source files of each part of pcgen: a module, or a package of modules."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PCGEN.rglob("*.py")):
        name = _unit(path.relative_to(PCGEN).with_suffix("").parts)
        if name != "__init__":
            found.setdefault(name, []).append(path)
    return found


def _unit(parts: tuple[str, ...]) -> str:
    """The unit of a module: packages inside `diff` and `targets` are units, too.

    Of `targets`, the table is a unit, and so is what all targets share.
    """
    inner = parts[1] if parts[1:] else ""
    if parts[0] in ("diff", "targets") and inner and (PCGEN / parts[0] / inner).is_dir():
        return f"{parts[0]}.{inner}"
    is_shared = parts[0] == "targets" and inner not in ("", "__init__")
    return "targets.shared" if is_shared else parts[0]


UNITS = _units()
SOURCES = [path for paths in UNITS.values() for path in paths]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module that is imported, with `pcgen`'s own as `pcgen.part`, and the dots before."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "pcgen":
            yield from ((f"pcgen.{alias.name}", 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level
        elif isinstance(node, ast.Call) and _called(node) == "import_module" and node.args:
            first = node.args[0]
            if isinstance(first, ast.JoinedStr):
                first = first.values[0]
            if isinstance(first, ast.Constant):
                text = str(first.value)
                yield text.lstrip("."), len(text) - len(text.lstrip("."))


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _calls(paths: list[Path], wanted: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}: {_called(node)}"
        for path in paths
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call) and _called(node) in wanted
    ]


# --- Who imports whom ---------------------------------------------------------------------------


def test_table_of_imports_is_complete() -> None:
    assert set(UNITS) == set(IMPORTS)


@pytest.mark.parametrize("unit", IMPORTS)
def test_imports_are_those_of_the_table(unit: str) -> None:
    found = set()
    for path in UNITS[unit]:
        for module, level in _imports(_tree(path)):
            assert level == 0, f"{path.name} imports relatively"
            if module.startswith("pcgen."):
                found.add(_unit(tuple(module.split(".")[1:])))
    assert found - {unit, "__version__"} == IMPORTS[unit]


@pytest.mark.parametrize("unit", IMPORTS)
def test_third_party_packages_stay_where_they_belong(unit: str) -> None:
    for path in UNITS[unit]:
        for module, _ in _imports(_tree(path)):
            top = module.split(".")[0]
            if top not in sys.stdlib_module_names and top not in EVERYWHERE:
                assert unit in THIRD_PARTY.get(top, set()), f"{path.name} imports {top}"


@pytest.mark.parametrize("folder", [PCGEN, RUNTIME], ids=["pcgen", "runtime"])
def test_modules_have_no_import_cycles(folder: Path) -> None:
    """Late imports count, and so do imports for type checkers."""
    assert import_cycles(folder) == []


def test_library_of_programs_has_no_import_cycles() -> None:
    """The session knows everything, and everything knows the session; late, or as a type."""
    assert import_cycles(CLI, early=True) == []


def test_stages_do_not_know_each_other() -> None:
    """The most important rows of the table, so that no change of it goes unnoticed."""

    def reach(unit: str) -> set[str]:
        seen, pending = set(), [unit]
        while pending:
            for other in IMPORTS[pending.pop()] - seen:
                seen.add(other)
                pending.append(other)
        return seen

    assert not reach("translate") & {"targets.shared", "targets.python", "write", "cache", "cli"}
    assert not reach("targets.python") & {"spec", "translate", "config", "validate", "write", "cli"}
    assert reach("ir") == {"brands", "names"}
    assert not any("cli" in IMPORTS[unit] for unit in IMPORTS if unit != "__main__")
    assert not THIRD_PARTY["black"] & {"translate"}
    assert not THIRD_PARTY["jinja2"] & {"translate"}


def test_targets_do_not_know_each_other() -> None:
    units = {f"targets.{name}" for name in targets.TARGETS}
    assert units | {"targets", "targets.shared"} == {u for u in UNITS if u.startswith("targets")}
    for unit in units:
        assert not IMPORTS[unit] & (units - {unit})
    for unit in (
        IMPORTS.keys() - units - {"cli", "diff", "diff.python", "starter"}
    ):  # They speak of Python.
        assert not IMPORTS[unit] & units


def test_starting_pcgen_imports_nothing_heavy() -> None:
    for path in UNITS["cli"]:
        for node in _tree(path).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                found = {module.removeprefix("pcgen.") for module, _ in _imports(node)}
                assert not found & {
                    "documents",
                    "mock",
                    "pipeline",
                    "targets.python",
                    "translate",
                    "validate",
                    "starter",
                }


# --- Who prints, reads and writes ---------------------------------------------------------------


@pytest.mark.parametrize("unit", IMPORTS)
def test_only_the_command_line_prints_or_exits(unit: str) -> None:
    found = _calls(UNITS[unit], {"print", "echo", "secho", "exit", "quit", "_exit"})
    if unit == "cli":
        assert found
    elif unit == "__main__":
        assert [call.rpartition(" ")[2] for call in found] == ["exit"]
    elif unit == "validate":  # The child that it forks ends without running the parent's code.
        assert [call.rpartition(" ")[2] for call in found] == ["_exit"]
    else:
        assert not found
    assert unit == "cli" or "SystemExit" not in "".join(p.read_text("utf-8") for p in UNITS[unit])


@pytest.mark.parametrize("unit", IMPORTS)
def test_only_few_write(unit: str) -> None:
    found = _calls(UNITS[unit], WRITING)
    assert bool(found) == (unit in WRITERS), found


@pytest.mark.parametrize("unit", IMPORTS)
def test_only_few_read(unit: str) -> None:
    found = _calls(UNITS[unit], READING)
    assert bool(found) == (unit in READERS), found


# --- Sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [*SOURCES, *RUNTIME_MODULES, *CLI_MODULES],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_modules_and_functions_are_short(path: Path) -> None:
    tree = _tree(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"


# --- Templates ----------------------------------------------------------------------------------

ALL_TEMPLATES = sorted(
    path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.jinja")
)
# What a template may consist of: text, loops, flags, includes, and names with their attributes.
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Include,
    nodes.Getattr,
    nodes.Name,
)
_VIEWS: dict[str, Any] = {
    name: value
    for module in pkgutil.walk_packages(targets.__path__, "pcgen.targets.")
    for name, value in vars(import_module(module.name)).items()
}
_VIEWS |= {"Code": Code, "Name": Name, "Imports": Imports}


def _parsed(name: str) -> nodes.Template:
    return Environment(autoescape=False).parse((TEMPLATES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_templates_hold_no_program(name: str) -> None:
    pending: list[nodes.Node] = [_parsed(name)]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Include):
            assert isinstance(node.template, nodes.Const)
            continue
        assert isinstance(node, ALLOWED), f"line {node.lineno}: {type(node).__name__}"
        pending += node.iter_child_nodes()


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_lines_of_templates_are_short(name: str) -> None:
    lines = (TEMPLATES / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []


def _type_of(node: nodes.Node, scope: dict[str, Any]) -> Any:
    """The annotated type of a printed or tested expression."""
    if isinstance(node, nodes.Name):
        return scope[node.name]
    if isinstance(node, nodes.Not):
        return _type_of(node.node, scope)
    if isinstance(node, nodes.And):
        return _type_of(node.left, scope), _type_of(node.right, scope)
    assert isinstance(node, nodes.Getattr)
    owner = _type_of(node.node, scope)
    if owner is Imports:
        assert node.attr == "lines" or node.attr in SYMBOLS
        return Code
    return typing.get_type_hints(owner, {**_VIEWS, "tuple": tuple})[node.attr]


def _check_expressions(name: str, scope: dict[str, Any]) -> int:
    printed = 0

    def visit(node: nodes.Node, scope: dict[str, Any]) -> None:
        nonlocal printed
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    printed += 1
                    assert _type_of(part, scope) in (Code, Identifier, Name), f"line {part.lineno}"
            return
        if isinstance(node, nodes.If):
            _type_of(node.test, scope)
        if isinstance(node, nodes.For):
            items = _type_of(node.iter, scope)
            assert typing.get_origin(items) is tuple
            assert isinstance(node.target, nodes.Name)
            scope = {**scope, node.target.name: typing.get_args(items)[0]}
        if isinstance(node, nodes.Include):
            assert isinstance(node.template, nodes.Const)
            printed += _check_expressions(node.template.value, scope)
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Stmt):
                visit(child, scope)

    for statement in _parsed(name).body:
        visit(statement, scope)
    return printed


def _included() -> set[str]:
    return {
        str(node.template.value)
        for name in ALL_TEMPLATES
        for node in _parsed(name).find_all(nodes.Include)
        if isinstance(node.template, nodes.Const)
    }


@pytest.mark.parametrize("name", sorted({*ALL_TEMPLATES} - _included()))
def test_templates_print_identifiers_and_code(name: str) -> None:
    """By the annotations of the view that the first line names; includes are looked into."""
    first = (TEMPLATES / name).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("{# page: ")
    view = first.split()[2].rstrip(";")
    page = {} if view == "none" else {"page": _VIEWS[view]}
    scope = {**page, "header": Code, "cut": Code}
    assert _check_expressions(name, scope) > 0


@pytest.mark.parametrize("target", targets.TARGETS)
def test_every_template_is_used(target: str) -> None:
    source = "".join(path.read_text("utf-8") for path in UNITS[f"targets.{target}"])
    for name in {*ALL_TEMPLATES} - _included():
        if name.startswith(f"{target}/"):
            assert f'"{name.removeprefix(f"{target}/")}"' in source
    assert _included() <= {*ALL_TEMPLATES}


@pytest.mark.parametrize(
    ("template", "value", "error"),
    [
        ("{{ value }}", "text", TypeError),
        ("{{ value }}", 1, TypeError),
        ("{{ value }}", None, TypeError),
        ("{{ value }}", ("a",), TypeError),
        ("{% for part in value %}{{ part }}{% endfor %}", ("a",), TypeError),
        ("{{ missing }}", Code("x"), TypeError),
        ("{{ value.missing }}", Code("x"), TypeError),
        ("{{ value.missing.more }}", Code("x"), UndefinedError),
        ("{% if missing %}{% endif %}", Code("x"), UndefinedError),
        ("{{ range(3) }}", Code("x"), UndefinedError),
    ],
)
def test_wall_lets_no_plain_text_through(
    template: str, value: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        environment({}, Cache(None)).from_string(template).render(value=value)


def test_wall_lets_identifiers_and_code_through() -> None:
    template = environment({}, Cache(None)).from_string("<{{ name }} {{ code }}>")
    assert template.render(name=names.known("a"), code=Code("<b & c>")) == "<a <b & c>>"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PCGEN).as_posix())
def test_only_names_makes_identifiers_and_only_code_makes_code(path: Path) -> None:
    calls = [node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)]
    made = {_called(node) for node in calls} & {"Identifier", "Code"}
    makers = {PCGEN / "targets" / name / "names.py": {"Identifier"} for name in targets.TARGETS}
    makers[PCGEN / "targets" / "code.py"] = {"Code"}
    assert made == makers.get(path, set())
    for node in calls:  # As an argument, only for `isinstance`.
        given = {getattr(argument, "id", "") for argument in node.args}
        assert _called(node) == "isinstance" or not given & {"Identifier", "Code"}


@pytest.mark.parametrize(
    "path", [path for unit in UNITS if unit.startswith("targets.") for path in UNITS[unit]], ids=str
)
def test_forms_of_code_are_our_own(path: Path) -> None:
    """Text of a document is a piece, which has to be `Code`, and never the form around it."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            literals = {"code": node.args[:1], "join": node.args[1:], "fenced": node.args[1:]}
            literals["without_suffix"] = node.args[1:]
            for argument in literals.get(node.func.id, []):
                assert isinstance(argument, ast.Constant), f"line {node.lineno}"
                assert isinstance(argument.value, str)


# --- The runtime --------------------------------------------------------------------------------


def test_reserved_names_are_those_of_the_runtime() -> None:
    runtime = import_module("_runtime.data.models")
    assert set(runtime.RESERVED) == names.MODEL_MEMBERS
    public = {name for name in dir(runtime.Model) if not name.startswith("_")}
    # Fields may have these names: they go before what every model has under them.
    assert public - {"request_id", "get", "keys"} == names.MODEL_MEMBERS


def test_members_of_clients_are_reserved() -> None:
    client = import_module("_runtime.call.client")
    public = {
        name
        for class_ in (client.SyncClient, client.AsyncClient)
        for name in dir(class_)
        if not name.startswith("_")
    }
    assert public <= names.CLIENT_MEMBERS


def test_arguments_of_clients_are_reserved() -> None:
    client, options = import_module("_runtime.call.client"), import_module("_runtime.call.options")
    for class_, given in (
        (client.SyncClient, options.ClientOptions),
        (client.AsyncClient, options.AsyncClientOptions),
    ):
        own = {name for name, p in signature(class_).parameters.items() if p.kind is p.KEYWORD_ONLY}
        assert own | set(given.__annotations__) == names.CLIENT_ARGUMENTS


def test_symbols_exist_in_the_runtime() -> None:
    homes = [(name, home) for name, home in SYMBOLS.items() if home.startswith("._runtime")]
    assert homes
    for name, home in homes:
        assert hasattr(import_module(home.removeprefix(".")), name), f"{home}.{name}"


def test_errors_exist_in_the_runtime() -> None:
    errors = import_module("_runtime.errors")
    assert [name for name in _VIEWS["RUNTIME_ERRORS"] if not hasattr(errors, name)] == []


def _at_run_time(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Imports that happen, not those under `if TYPE_CHECKING`."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in skipped:
            yield from _imports(node)


def _others(path: Path) -> tuple[str, ...]:
    """The packages that a module of the output may import; pyreqwest is the extra `fast`.

    Type checkers know `typing_extensions` even if it is not installed.
    """
    others = {"transport_fast.py": ["pyreqwest"], "generic.py": ["typing_extensions"]}
    return ("msgspec", "httpcore2", "httpx2", *others.get(path.name, ()))


# What the library of command-line programs may import, and hand-written extensions of them.
CLI_PACKAGES = {"click", "filelock", "jmespath", "keyring", "oauthlib", "wcwidth", "yaml"}


def _is_of_program(path: Path) -> bool:
    return not {"_cli", "extension"}.isdisjoint(path.parts)


def _name_in_runtime(path: Path) -> str:
    return path.relative_to(RUNTIME).as_posix()


@pytest.mark.parametrize("path", RUNTIME_MODULES, ids=_name_in_runtime)
def test_runtime_stands_by_itself(path: Path) -> None:
    tree = _tree(path)
    for module, level in _imports(tree):
        top = module.split(".")[0]
        assert level <= len(
            path.relative_to(RUNTIME).parts
        ), "it imports what is around the runtime"
        assert level or top in sys.stdlib_module_names or top in _others(path), module
    for module, _ in _at_run_time(tree):
        assert module != "typing_extensions"
        if module.split(".")[0] in {"httpcore2", "httpx2"}:
            assert path.name in HTTP


@pytest.mark.parametrize("folder", [RUNTIME, GENERATED], ids=["templates", "generated"])
def test_output_does_not_need_pcgen(folder: Path) -> None:
    found = [path for path in folder.rglob("*.py") if "__pycache__" not in path.parts]
    assert found
    for path in found:
        for module, level in _imports(_tree(path)):
            top = module.split(".")[0]
            assert top != "pcgen"
            others = {*_others(path), *(CLI_PACKAGES if _is_of_program(path) else ())}
            assert level or top in sys.stdlib_module_names or top in others


@pytest.mark.parametrize("path", CLI_MODULES, ids=lambda p: p.relative_to(CLI).as_posix())
def test_library_of_programs_stands_by_itself(path: Path) -> None:
    """It knows neither the client nor the commands, which are around it."""
    for module, level in _imports(_tree(path)):
        top = module.split(".")[0]
        assert level <= len(path.relative_to(CLI).parts), "it imports what is around the library"
        assert (
            level or top in sys.stdlib_module_names or top in CLI_PACKAGES | {"httpx2", "msgspec"}
        ), module


@pytest.mark.parametrize("name", ALL_TEMPLATES)
def test_templates_do_not_need_pcgen(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert "import pcgen" not in text
    assert "from pcgen" not in text
