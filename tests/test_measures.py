"""Limits on the lines of code of generated models and methods; docstrings do not count."""

from __future__ import annotations

import ast

import pytest
from common import ROOT

PACKAGE = ROOT / "generated" / "pinecone-inference" / "pinecone_inference"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of_code(text: str, *nodes: ast.stmt) -> int:
    """Count the lines of statements, without blank lines, comments and docstrings."""
    lines = text.splitlines()
    strings = [
        inner
        for node in nodes
        for inner in ast.walk(node)
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant)
    ]
    prose = {n for s in strings for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}
    code = {n for node in nodes for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return sum(lines[n - 1].strip()[:1] not in ("", "#") for n in code - prose)


def test_lines_of_code() -> None:
    text = (
        'class A(B):\n    """Of\n    two lines."""\n\n    a: int\n    """Prose."""\n    # Why.\n'
        "    b: int = f(\n        1,\n    )\n"
    )
    assert lines_of_code(text, *ast.parse(text).body) == 5


def test_model_classes() -> None:
    text = (PACKAGE / "models.py").read_text("utf-8")
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    measured = {node.name: lines_of_code(text, node) for node in classes}
    assert len(measured) > 10
    # A class with more than nine properties may take a line for each, as `ModelInfo` does.
    properties = {n.name: sum(isinstance(s, ast.AnnAssign) for s in n.body) for n in classes}
    assert {n: lines for n, lines in measured.items() if lines > max(10, 1 + properties[n])} == {}
    assert [name for name, lines in measured.items() if lines > 10] == ["ModelInfo"]


@pytest.mark.parametrize("module", [p.name for p in sorted(PACKAGE.glob("*.py"))])
def test_method_bodies(module: str) -> None:
    text = (PACKAGE / module).read_text("utf-8")
    methods = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)]
    measured = {
        f"{node.name} at {node.lineno}": lines_of_code(text, *node.body) for node in methods
    }
    assert methods or module not in ("client.py", "inference.py")
    assert {name: lines for name, lines in measured.items() if lines > 12} == {}
