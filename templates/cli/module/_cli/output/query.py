"""`--query`: a JMESPath expression that selects what is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

_HINT = "See https://jmespath.org for the language. Quote the expression for your shell: 'a.b'."


def compiled(expression: str) -> Callable[[Any], Any]:
    """Compile an expression, before anything is requested.

    Raises:
        Failure: The expression is not JMESPath; the message shows where.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        query = jmespath.compile(expression)
    except (JMESPathError, RecursionError) as error:
        raise Failure(_syntax_error(expression, error), _HINT) from None
    _check_functions(query.parsed)

    def select(value: Any) -> Any:
        try:
            return query.search(value)
        except (JMESPathError, ValueError, TypeError, RecursionError) as error:
            raise Failure(f"`--query` does not fit the result: {_reason(error)}.") from None

    return select


def _check_functions(node: Any) -> None:
    """Check the names of functions, which the library does only when it calls them."""
    from jmespath.functions import Functions

    if node["type"] == "function_expression" and node["value"] not in Functions.FUNCTION_TABLE:
        from ..help import nearest

        near = nearest(node["value"], Functions.FUNCTION_TABLE)
        meant = f" Did you mean `{near}()`?" if near else ""
        raise Failure(f"`--query` calls `{node['value']}()`, which JMESPath lacks.{meant}", _HINT)
    for child in node["children"]:
        if "type" in (child or ()):
            _check_functions(child)


def _syntax_error(expression: str, error: Exception) -> str:
    message = f"`--query` is not a JMESPath expression: {_reason(error)}"
    position = getattr(error, "lex_position", None)
    if not isinstance(position, int) or "\n" in expression:
        return message + "."
    from .text import visible, width

    before = width(visible(expression[:position]))
    return f"{message} at column {position + 1}.\n    {expression}\n    {' ' * before}^"


def _reason(error: Exception) -> str:
    """What the library found, without its layout and without the data."""
    from jmespath import exceptions

    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, exceptions.EmptyExpressionError):
        return "it is empty"
    if isinstance(error, exceptions.LexerError):
        text = error.message.replace("Unknown", "unknown").replace("Unclosed", "unclosed")
        return text.rstrip(".")
    if isinstance(error, exceptions.JMESPathTypeError):
        expected = " or ".join(error.expected_types)
        return f"`{error.function_name}()` takes {expected}, not {error.actual_type}"
    if isinstance(error, exceptions.ParseError) and not isinstance(error, exceptions.ArityError):
        return f"unexpected `{error.token_value}`" if error.token_value else "unexpected end"
    return str(error).rstrip(".")
