"""What `pc index` does beyond the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._cli.failures import Failure
from .._client.errors import NotFoundError
from .admin import Call, Json

if TYPE_CHECKING:
    from .._cli.session import Session

_EMBED = {"model", "field_map", "read_parameters", "write_parameters"}
_KINDS = {
    "serverless": {"cloud", "region", "source_collection"},
    "integrated": {"cloud", "region", *_EMBED},
    "byoc": {"byoc_environment"},
    "pod": {
        "environment",
        "pod_type",
        "shards",
        "replicas",
        "metadata_config",
        "source_collection",
    },
}
"""The options of each kind of index, besides those of all."""
_PARTS = set[str]().union(*_KINDS.values())
_HINT = (
    "Give `--cloud` and `--region` for a serverless index, also with `--model`; `--environment` for"
    " a pod index; or `--byoc-environment`."
)


def list_index(session: Session, arguments: Json, call: Call) -> list[Json]:
    """List the indexes, sorted by name."""
    del session
    found: list[Json] = call(arguments)
    return sorted(found, key=lambda row: str(row.get("name")))


def describe_index(session: Session, arguments: Json, call: Call) -> Json:
    """Describe an index."""
    del session
    return _of(arguments, call)


def create_index(session: Session, arguments: Json, call: Call) -> Json:
    """Create an index, whose kind follows from the options."""
    given = {
        name: value for name, value in arguments.items() if name in _PARTS and value is not None
    }
    arguments = {name: value for name, value in arguments.items() if name not in _PARTS}
    if "spec" not in arguments:
        kind = _kind(given)
        unused = given.keys() - _KINDS[kind]
        if kind == "integrated":
            unused |= arguments.keys() & {"vector_type"}  # The model has one.
        if unused:
            flags = ", ".join(map(_flag, sorted(unused)))
            raise Failure(f"{flags}: {kind} indexes have no such setting.")
        if kind == "integrated":
            return _created(session, _for_model(session, arguments, given))
        if arguments.get("vector_type", "dense") == "dense":
            arguments.setdefault("metric", "cosine")
        arguments["spec"] = {kind: _spec(kind, given)}
    elif given:
        flags = ", ".join(map(_flag, sorted(given)))
        raise Failure(f"`--spec` excludes {flags}.", "Give either.")
    return _created(session, call(arguments))


def _created(session: Session, made: Json) -> Json:
    session.messages.success(f"Index {made.get('name', '')!r} created.")
    return made


def _kind(given: Json) -> str:
    """Return the kind of index that the options describe.

    Raises:
        Failure: They describe none, or two.
    """
    clouds = [name for name in ("cloud", "region") if name in given]
    places = [name for name in ("byoc_environment", "environment") if name in given]
    if len(places) + bool(clouds) > 1:
        flags = " and ".join(map(_flag, [*clouds, *places]))
        raise Failure(f"{flags} exclude each other.", _HINT)
    if len(clouds) == 2:
        return "integrated" if "model" in given else "serverless"
    if clouds or not places:
        raise Failure("The options do not say where to create the index.", _HINT)
    return "byoc" if places == ["byoc_environment"] else "pod"


def _spec(kind: str, given: Json) -> Json:
    """Return the specification of an index."""
    if kind == "serverless":
        return given
    if kind == "byoc":
        return {"environment": given["byoc_environment"]}
    spec: Json = {"pod_type": "p1.x1", "replicas": 1, "shards": 1, **given}
    fields = spec.pop("metadata_config", None)
    if fields:
        spec["metadata_config"] = {"indexed": [f for part in fields for f in part.split(",")]}
    return spec


def _for_model(session: Session, arguments: Json, given: Json) -> Json:
    """Create an index with an embedding model."""
    if "field_map" not in given:
        hint = "For example: `--field-map text=chunk_text`."
        raise Failure("`--model` needs `--field-map`.", hint)
    embed = {name: value for name, value in given.items() if name in _EMBED}
    rest = {name: value for name, value in given.items() if name not in _EMBED}
    for name, value in arguments.items():
        (embed if name in {"metric", "dimension"} else rest)[name] = value
    made: Json = session.call("indexes.create_for_model", **rest, embed=embed)
    return made


def _flag(name: str) -> str:
    return f"`--{name.replace('_', '-')}`"


def configure_index(session: Session, arguments: Json, call: Call) -> Json:
    """Change an index; tags are added to those that it has."""
    if arguments.keys() <= {"index_name"}:
        raise Failure("There is nothing to change.", "`pc index configure --help` lists options.")
    tags = arguments.get("tags")
    if tags and not session.dry_run:
        before = _of(
            {"index_name": arguments["index_name"]},
            lambda given: session.call("indexes.describe", **given),
        )
        arguments = {**arguments, "tags": {**(before.get("tags") or {}), **tags}}
    found = _of(arguments, call)
    session.messages.success(f"Index {found['name']!r} configured.")
    return found


def delete_index(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete an index."""
    name = arguments["index_name"]
    warning = f"This deletes index {name!r} and its records. It cannot be undone."
    session.confirm(f"Delete index {name!r}?", warning)
    _of(arguments, call)
    session.messages.success(f"Index {name!r} deleted.")
    return {"deleted": True, "name": name} if session.settings.format else None


def _of(arguments: Json, call: Call) -> Json:
    """Call for an index, and explain that it does not exist."""
    try:
        found: Json = call(arguments)
    except NotFoundError:
        hint = "`pc index list` shows the indexes of the project."
        raise Failure(f"The index {arguments['index_name']!r} does not exist.", hint) from None
    return found
