"""`reference`: a page of each command, in Markdown, as `--help` describes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .groups import GeneratedCommand, SessionCommand, made
from .help import blocks, is_common
from .program import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .program import Program
    from .session import Session


def reference(program: Program) -> click.Command:
    """Make the command that writes the pages."""

    def run(session: Session, *, folder: Path, hand_written: bool) -> None:
        pages = dict(_pages(program, hand_written=hand_written))
        for words, text in pages.items():
            path = folder.joinpath(*words.split()).with_suffix(".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        session.messages.success(f"{len(pages)} pages written to {folder}.")

    text = "Only commands that the extension adds or changes."
    return SessionCommand(
        "reference",
        params=[
            click.Argument(["folder"], type=click.Path(path_type=Path)),
            click.Option(["--hand-written"], is_flag=True, help=text),
        ],
        help="Write a page of each command to a folder, in Markdown.",
        callback=run,
    )


def _pages(program: Program, *, hand_written: bool) -> Iterator[tuple[str, str]]:
    home = f"{__package__}."
    for words, entry in program.index.items():
        if isinstance(entry, Entry):
            wrapper = program.wrappers.get(words)
            changed = wrapper is not None and bool(wrapper.options or wrapper.optional)
            wanted = entry.module and (changed or not hand_written)
        else:
            changed = not entry.target.startswith(home) or words in program.options
            wanted = changed or not hand_written
        if wanted:
            yield words, "\n".join(_lines(program, words))


def _lines(program: Program, words: str) -> Iterator[str]:
    command = made(program, words.rpartition(" ")[2], words)
    context = click.Context(command, info_name=f"{program.name} {words}")
    yield f"# `{program.name} {words}`\n"
    yield from _text(command.help or "")
    usage = command.collect_usage_pieces(context)
    yield f"\n```text\n{' '.join([program.name, words, *usage])}\n```\n"
    generated = command.command if isinstance(command, GeneratedCommand) else None
    if generated is not None:
        yield f"Calls `{generated.method} {generated.url}`.\n"
    options = [p for p in command.params if isinstance(p, click.Option) and not is_common(p)]
    if options:
        yield "## Options\n"
        for option in options:
            yield from _option(option)
        yield ""
    index = "../" * len(words.split()) + "index.md#options-of-every-command"
    yield f"See also the [options of every command]({index})."
    if generated is not None and generated.examples:
        yield "\n## Examples"
        for line in generated.examples:
            yield f"\n```console\n$ {line}\n```"
    yield ""


def _text(text: str) -> Iterator[str]:
    """Yield paragraphs and items of lists, each on a line of its own."""
    for first, _, line in blocks(text):
        mark = first.removeprefix("  ")
        yield f"{mark}{line}" if line else mark


def _option(option: click.Option) -> Iterator[str]:
    flags = ", ".join(f"`{flag}`" for flag in (*option.opts, *option.secondary_opts))
    choices: tuple[str, ...] = tuple(map(str, getattr(option.type, "choices", ())))
    value = "" if option.is_flag or choices else option.metavar or option.type.name.upper()
    value = "" if option.secondary_opts else value
    kind = [f"`{value}`"] if value else []
    kind += ["required"] if option.required else []
    head = f"- **{flags}**" + (f" ({', '.join(kind)})" if kind else "")
    yield f"{head}: {option.help}" if option.help else head
    if choices:
        yield f"  - One of {', '.join(f'`{choice}`' for choice in choices)}."
