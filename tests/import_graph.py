"""Finds which modules of a folder import each other, and the import cycles."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def import_cycles(folder: Path, *, early: bool = False) -> list[list[str]]:
    """Return the groups of modules in a package's folder that import each other.

    Args:
        folder: The folder.
        early: Whether only imports count that happen when a module is imported.
    """
    graph = import_graph(folder, early=early)
    reached = {name: _reach(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in found if name in reached[other]))
        for name, found in reached.items()
        if name in found
    }
    return sorted(map(list, groups))


def import_graph(folder: Path, *, early: bool = False) -> dict[str, set[str]]:
    """Return the modules in a package's folder that each of them imports.

    Imports inside functions count, and so do those for type checkers and those by
    `import_module`: its text may be an f-string whose end can be any module's.
    """
    paths = {_dotted(path, folder): path for path in folder.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for name, path in paths.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        found: set[str] = set()
        statements = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)]
        tree.body = [*statements] if early else tree.body
        for target in _targets(tree, package):
            if target.endswith("*"):
                found |= {one for one in paths if one.startswith(target[:-1])}
            else:
                # The last name is a module, or else a symbol of one.
                found |= {target if target in paths else target.rpartition(".")[0]} & paths.keys()
        graph[name] = found - {name}
    return graph


def _dotted(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _targets(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield what is imported, by absolute names; `*` at the end stands for any text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield _absolute(str(first.value), package)
            elif isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
                yield _absolute(str(first.values[0].value), package) + "*"


def _absolute(module: str, package: str) -> str:
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    parents = package.split(".")
    return ".".join([*parents[: len(parents) + 1 - level], *filter(None, [module[level:]])])


def _reach(graph: dict[str, set[str]], name: str) -> set[str]:
    seen: set[str] = set()
    pending = [*graph[name]]
    while pending:
        module = pending.pop()
        if module not in seen:
            seen.add(module)
            pending += graph[module]
    return seen
