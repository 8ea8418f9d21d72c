"""What `pc` does beyond the generated commands: the target, managed keys, and their commands.

This module only names the others, which are imported when they are used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .._cli.program import Option

if TYPE_CHECKING:
    from .._cli.program import Program

_HERE = __package__ or ""
_NO_PLACE = {"name": "", "id": ""}


def extend(program: Program) -> None:
    """Add commands, hooks, and functions around generated commands."""
    program.hooks = f"{_HERE}.hooks:PineconeHooks"
    program.defaults["config"] = {"environment": "production"}
    program.defaults["secrets"] = {"project_api_keys": {}}
    program.defaults["state"] = {"target_org": _NO_PLACE, "target_project": _NO_PLACE}
    for words in ("target", "auth target"):
        program.add(words, f"{_HERE}.target:command", help="Choose organization and project")
    local_keys = f"{_HERE}.local_keys"
    program.describe("auth local-keys", "API keys that are stored on this machine")
    program.add("auth local-keys list", f"{local_keys}:list_keys", help="List them")
    program.add("auth local-keys prune", f"{local_keys}:prune_keys", help="Delete them")
    text = "The project to target; needed if the service account has several."
    program.option("auth configure", "--project-id", "-p", metavar="ID", help=text)
    _wrap_resources(program)
    _wrap_indexes(program)
    _check_environment()


def _wrap_resources(program: Program) -> None:
    targets = (_option("--target", "boolean", "Target the new project."),)
    text = "Use the key for the indexes of the project, in place of the key that `pc` made."
    stores = (_option("--store", "boolean", text),)
    for words, function, options, optional in (
        ("organization update", "update_organization", (), ("organization_id",)),
        ("organization delete", "delete_organization", (), ()),
        ("project create", "create_project", targets, ()),
        ("project update", "update_project", (), ("project_id",)),
        ("project delete", "delete_project", (), ("project_id",)),
        ("api-key list", "list_keys", (), ("project_id",)),
        ("api-key create", "create_key", stores, ("project_id",)),
        ("api-key update", "update_key", (), ()),
        ("api-key delete", "delete_key", (), ()),
    ):
        name = f"{_HERE}.resources:{function}"
        program.wrap(words, name, options=options, optional=optional)


def _wrap_indexes(program: Program) -> None:
    for word in ("list", "describe", "configure", "delete"):
        program.wrap(f"index {word}", f"{_HERE}.indexes:{word}_index")
    options = (
        _option("--model", "text", "The embedding model of an index for texts."),
        _option("--field-map", "map", "The field that the model embeds: `text=FIELD`."),
        _option("--read-parameters", "map", "Settings of the model for queries."),
        _option("--write-parameters", "map", "Settings of the model for records."),
        _option("--source-collection", "text", "The collection to create the index from."),
        _option("--metadata-config", "text", "The fields to index of a pod index.", many=True),
    )
    name = f"{_HERE}.indexes:create_index"
    program.wrap("index create", name, options=options, optional=("spec",))


def _option(flag: str, kind: str, help: str, *short: str, many: bool = False) -> Option:
    return Option("", (flag, *short), kind=kind, help=help, many=many)


def _check_environment() -> None:
    """Warn of an environment that does not exist here; other programs share the variable."""
    value = os.environ.get("PINECONE_ENVIRONMENT", "")
    if value not in {"", "production"}:
        from .._cli.terminal import write_message

        write_message("[WARN] `PINECONE_ENVIRONMENT` is ignored: only `production` exists here.\n")
