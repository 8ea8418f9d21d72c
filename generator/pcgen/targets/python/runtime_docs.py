"""The documentation of the runtime: its errors and options, from their docstrings."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from pcgen.targets.reference import ErrorClass, Parameter
from pcgen.template_files import template_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def error_classes(modules: Iterable[str], names: Iterable[str]) -> tuple[ErrorClass, ...]:
    """The classes of errors and warnings of some modules, in the order of the modules."""
    wanted = frozenset(names)
    classes = {one.name: one for module in modules for one in _classes(module)}
    return tuple(
        ErrorClass(
            name=one.name,
            base=ast.unparse(one.bases[-1]),
            text=_text(one),
            attributes=tuple(_attributes(one, classes)),
        )
        for one in classes.values()
        if one.name in wanted
    )


@cache
def options(class_name: str) -> tuple[Parameter, ...]:
    """The options of clients or calls, by the name of their `TypedDict`."""
    classes = {one.name: one for one in [*_classes("call/options"), *_classes("call/operation")]}
    one = classes[class_name]
    bases = [name for name in map(ast.unparse, one.bases) if name in classes]
    return (*(option for base in bases for option in options(base)), *_annotated(one))


@cache
def _classes(module: str) -> tuple[ast.ClassDef, ...]:
    path = template_folder() / "python" / "module" / "_runtime" / f"{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node for node in tree.body if isinstance(node, ast.ClassDef))


def _text(one: ast.ClassDef) -> str:
    """The docstring without its sections."""
    return (ast.get_docstring(one) or "").partition("\n\nAttributes:")[0]


def _attributes(one: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Iterator[Parameter]:
    """The attributes that a class adds, private bases included."""
    for base in one.bases:
        name = ast.unparse(base)
        if name.startswith("_") and name in classes:
            yield from _attributes(classes[name], classes)
    documented = dict(_ATTRIBUTE.findall(ast.get_docstring(one) or ""))
    annotations = {p.name: p.type for p in _annotated(one)} | _assigned(one)
    for name, text in documented.items():
        yield Parameter(name, annotations.get(name, "Any"), required=False, text=text)
    for parameter in _annotated(one):
        if parameter.name not in documented:
            yield parameter
    for node in one.body:
        if isinstance(node, ast.FunctionDef) and _is_property(node):
            text = (ast.get_docstring(node) or "").partition("\n\n")[0]
            type_ = ast.unparse(node.returns) if node.returns else "Any"
            yield Parameter(node.name, type_, required=False, text=text)


def _is_property(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "property" for decorator in node.decorator_list)


def _assigned(one: ast.ClassDef) -> dict[str, str]:
    """The annotations of the arguments of `__init__`."""
    return {
        argument.arg: ast.unparse(argument.annotation)
        for node in one.body
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        for argument in [*node.args.args, *node.args.kwonlyargs]
        if argument.annotation
    }


def _annotated(one: ast.ClassDef) -> Iterator[Parameter]:
    """The annotated names of the body, with the docstring below each."""
    for node, following in zip(one.body, [*one.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign):
            text = ""
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                text = " ".join(str(following.value.value).split())
            yield Parameter(
                ast.unparse(node.target), ast.unparse(node.annotation), required=False, text=text
            )
