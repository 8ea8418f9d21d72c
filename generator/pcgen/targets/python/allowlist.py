"""The Python that pcgen's templates can print, as a second line of defence behind `Code`.

If an encoder fails, text of a document becomes code. The allowlist limits such code to the
statements, expressions, imports and calls that templates print.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pcgen.targets.python.types import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ANYWHERE = {ast.AnnAssign, ast.Assign, ast.Expr, ast.If, ast.ImportFrom}
_STATEMENTS: dict[type[ast.AST], set[type[ast.stmt]]] = {
    ast.Module: _ANYWHERE | {ast.ClassDef, ast.Import},
    ast.ClassDef: _ANYWHERE | {ast.FunctionDef, ast.AsyncFunctionDef},
    ast.FunctionDef: _ANYWHERE | {ast.Return},
    ast.AsyncFunctionDef: _ANYWHERE | {ast.Return},
}
_CONSTANTS = {str, int, float, bool, type(None), type(...)}
_DUNDERS = {
    "__all__", "__dir__", "__getattr__", "__name__", "__package__", "__slots__", "__version__",
}  # fmt: skip
_CHAINS = {"self._caller.call", "super().__init__"}
_CALLED = {"SERVICE.at", "property", "super"}
_CREDENTIAL = re.compile(r"[A-Z][A-Z0-9_]*\.credential")
_FROM = frozenset(SYMBOLS.values()) | {"__future__"}
_IMPORTED = {("builtins", None), ("datetime", "dt"), ("httpx2", None)}


class _Unexpected(Exception):
    """A module has code that no template prints."""

    def __init__(self, node: ast.AST, what: str = "") -> None:
        line = getattr(node, "lineno", 0)
        super().__init__(f"line {line} has {what or type(node).__name__}")


def unexpected(module: ast.Module) -> str:
    """Describe the first code in a module that no template prints; empty if there is none."""
    try:
        checker = _Checker()
        checker.block(module.body, module)
        checker.finish()
    except _Unexpected as error:
        return str(error)
    return ""


class _Checker:
    """Raises `_Unexpected` for code that no template prints."""

    def __init__(self) -> None:
        self._callable = {*_CHAINS, *_CALLED}
        self._called: dict[str, ast.expr] = {}
        self._modules: set[str] = set()

    def finish(self) -> None:
        """Check the calls, once all imports and classes of the module are known."""
        for name, node in self._called.items():
            owner, is_class, _ = name.rpartition(".")
            known = name in self._callable or (is_class and owner in self._modules)
            if not known and not _CREDENTIAL.fullmatch(name):
                raise _Unexpected(node, f"a call of {name}")

    def block(self, statements: Iterable[ast.stmt], scope: ast.AST) -> None:
        """Check the statements of a module, a class or a function."""
        end = 0
        for statement in statements:
            if type(statement) not in _STATEMENTS[type(scope)]:
                raise _Unexpected(statement)
            if statement.lineno == end:
                raise _Unexpected(statement, "two statements")
            end = statement.end_lineno or 0
            self._expressions(self._statement(statement, scope), scope)

    def _statement(self, statement: ast.stmt, scope: ast.AST) -> Iterator[ast.expr | None]:
        """Check a statement, and yield its expressions, which are not checked yet."""
        match statement:
            case ast.Assign([ast.Tuple([ast.Name("__getattr__"), ast.Name("__dir__")])], value):
                yield value
            case ast.Assign([ast.Name() | ast.Attribute() as target], value):
                if isinstance(value, ast.Constant) and not isinstance(scope, ast.Module):
                    raise _Unexpected(value, "a constant")
                yield from (target, value)
            case ast.AnnAssign(ast.Name(), annotation, value):
                yield from (annotation, value)
            case ast.Expr(ast.Constant() | ast.Call() as value) | ast.Return(value):
                yield value
            case ast.If(test, body, others):
                yield from _condition(test)
                self.block(body, scope)
                self.block(others, scope)
            case ast.Import([ast.alias(module, name)]) if (module, name) in _IMPORTED:
                pass
            case ast.ImportFrom(None, names, 1):
                self._modules.update(alias.asname or alias.name for alias in names)
            case ast.ImportFrom(module, names, level) if level == 1 or module in _FROM:
                self._callable.update(alias.asname or alias.name for alias in names)
            case ast.ClassDef():
                self._callable.add(statement.name)
                yield from statement.bases
                yield from _values(statement.keywords)
                self.block(statement.body, statement)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._function(statement)
            case _:
                raise _Unexpected(statement)

    def _function(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[ast.expr | None]:
        given = function.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        parameters += [given.kwarg] if given.kwarg else []
        if given.vararg or len({parameter.arg for parameter in parameters}) < len(parameters):
            raise _Unexpected(function, "parameters")
        for decorator in function.decorator_list:
            self._callee(decorator)
        yield from (parameter.annotation for parameter in parameters)
        yield from (*given.defaults, *given.kw_defaults, function.returns)
        self.block(function.body, function)

    def _expressions(self, expressions: Iterable[ast.expr | None], scope: ast.AST) -> None:
        pending = list(expressions)
        while pending:
            match pending.pop():
                case None:
                    pass
                case ast.Name(name) as node:
                    if name.startswith("__") and name not in _DUNDERS:
                        raise _Unexpected(node, name)
                case ast.Constant(value) as node:
                    if type(value) not in _CONSTANTS:
                        raise _Unexpected(node, type(value).__name__)
                case ast.Subscript(ast.Name() | ast.Attribute() as value, index):
                    pending += (value, index)
                case ast.Attribute() as node:
                    _dotted(node)
                case ast.Call() as node:
                    self._callee(node.func)
                    if (node.lineno, node.col_offset) != (node.func.lineno, node.func.col_offset):
                        raise _Unexpected(node, "a function in parentheses")
                    pending += (*node.args, *_values(node.keywords))
                case ast.Tuple(items) | ast.List(items):
                    pending += items
                case ast.Dict(keys, values) if None not in keys:
                    pending += (*keys, *values)
                case ast.BinOp(left, ast.BitOr(), right):
                    pending += (left, right)
                case ast.UnaryOp(ast.USub(), ast.Constant(int() | float())):
                    pass
                case ast.Await(ast.Call() as value) if isinstance(scope, ast.AsyncFunctionDef):
                    pending.append(value)
                case node:
                    raise _Unexpected(node)

    def _callee(self, function: ast.expr) -> None:
        self._called.setdefault(_dotted(function), function)


def _values(keywords: list[ast.keyword]) -> list[ast.expr]:
    """Return the values of keyword arguments, whose names must differ."""
    if len({keyword.arg for keyword in keywords}) < len(keywords):
        raise _Unexpected(keywords[0], "keyword arguments of the same name")
    for keyword in keywords:
        if keyword.arg is None and not isinstance(keyword.value, ast.Name):
            raise _Unexpected(keyword, "an unpacked argument")
    return [keyword.value for keyword in keywords]


def _condition(test: ast.expr) -> tuple[ast.expr, ...]:
    """Return the parts of a condition: a name, or a comparison of a name."""
    match test:
        case ast.Name():
            return (test,)
        case ast.Compare(ast.Name() as name, [ast.Eq() | ast.In() | ast.IsNot()], [value]):
            return name, value
    raise _Unexpected(test)


def _dotted(node: ast.expr) -> str:
    """Return a name or an attribute of a name as text."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(ast.Name(owner), name) if not name.startswith("__"):
            return f"{owner}.{name}"
        case ast.Attribute(ast.Attribute(ast.Name(owner), middle), name):
            chain = f"{owner}.{middle}.{name}"
        case ast.Attribute(ast.Call(ast.Name(owner), [], []), name):
            chain = f"{owner}().{name}"
        case _:
            raise _Unexpected(node)
    if chain not in _CHAINS:
        raise _Unexpected(node, chain)
    return chain
