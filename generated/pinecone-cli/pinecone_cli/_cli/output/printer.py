"""`Output`: where the results of commands go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..failures import Failure
from ..terminal import write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..terminal import Terminal
    from .values import JSON

FORMATS = ("json", "jsonl", "yaml", "table", "csv")


class Output:
    """Where results go.

    Args:
        terminal: What the standard streams are.
        format: One of `FORMATS`, or "": tables, which are shortened only on a terminal.
        query: A JMESPath expression, or "".

    Raises:
        Failure: The query is not JMESPath.
    """

    def __init__(self, terminal: Terminal, format: str = "", query: str | None = None) -> None:
        self.terminal = terminal
        self.format = format
        self._query: Callable[[Any], Any] | None = None
        if query is not None:
            from .query import compiled

            self._query = compiled(query)

    @property
    def is_json(self) -> bool:
        """Whether programs read the output: errors are then JSON too."""
        return self.format in {"json", "jsonl"}

    @property
    def is_table(self) -> bool:
        """Whether people read the output: as a table, or as text if it is one."""
        return self.format in {"", "table"}

    def show(self, value: Any, columns: Sequence[str] = (), empty: str = "<none>") -> None:
        """Print a result.

        Args:
            value: Any JSON value. In tables, a list has rows, and an object has attributes.
            columns: The columns of a table, as `path` or `TITLE=path`; a path is `status.state`
                or any JMESPath expression. Default: the keys of the data.
            empty: What tables show for null and for empty values.
        """
        if self._query:
            value, columns = self._query(value), ()
        try:
            text = self._text(value, columns, empty)
        except RecursionError:
            raise Failure("The result is nested too deeply to print it.") from None
        if self.is_table:
            self.page(text)
        else:
            write(text)

    def stream(self, values: Sequence[Any]) -> None:
        """Print some of many results as they come: JSON Lines, which a terminal shortens."""
        from .columns import cell
        from .formats import jsonl_text
        from .text import shorten

        if self._query:
            values = [self._query(value) for value in values]
        if self.format or not self.terminal.shows:
            write(jsonl_text(list(values)))
            return
        columns = self.terminal.size.columns
        write("".join(f"{shorten(cell(v, 'null', short=True), columns)}\n" for v in values))

    def page(self, text: str) -> None:
        """Print text for people, through a pager if it is longer than the terminal."""
        if self.terminal.pager and text.count("\n") >= self.terminal.size.lines:
            import click

            click.echo_via_pager(text)
        else:
            write(text)

    def _text(self, value: JSON, columns: Sequence[str], empty: str) -> str:
        if self.is_table:
            return "".join(f"{line}\n" for line in self._lines(value, columns, empty))
        from . import formats

        match self.format:
            case "json":
                return formats.json_text(value)
            case "jsonl":
                return formats.jsonl_text(value)
            case "yaml":
                return formats.yaml_text(value)
            case _:
                return formats.csv_text(value, shown=self.terminal.shows)

    def _lines(self, value: JSON, columns: Sequence[str], empty: str) -> list[str]:
        from .columns import attributes, cell, chosen, derived, is_nested
        from .tables import attribute_table, fitting, table
        from .values import as_list, as_rows

        short = self.terminal.shows
        limit = self.terminal.size.columns if short else None
        if isinstance(value, dict):
            found = chosen(columns) if columns else attributes(value)
            cells = [c.find(value) for c in found]
            rows = [
                (c.title, cell(one, empty, short=short), is_nested(one))
                for c, one in zip(found, cells, strict=True)
            ]
            return self._headed(attribute_table(rows, limit))
        items = as_list(value)
        if items and not any(isinstance(item, dict) for item in items):
            return [self._plain(item) for item in items if item is not None]
        objects = as_rows(items)
        found = chosen(columns) if columns else derived(objects)
        if not columns:
            found = found[: fitting(limit, len(found))]
        texts = [[cell(c.find(item), empty, short=short) for c in found] for item in objects]
        return self._headed(table([c.title for c in found], texts, limit))

    def _plain(self, value: JSON) -> str:
        """A value that stands alone: text as it is, but a terminal must not obey it."""
        from .columns import cell
        from .text import visible_lines

        if isinstance(value, str):
            value = value.removesuffix("\n")
            return visible_lines(value) if self.terminal.shows else value
        return cell(value, "", short=self.terminal.shows)

    def _headed(self, lines: list[str]) -> list[str]:
        """Make the heading bold, if there are colours."""
        if not lines or not self.terminal.color:
            return lines
        import click

        return [click.style(lines[0], bold=True), *lines[1:]]
