"""What `pc index` does beyond the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._cli.failures import Failure
from .._client.errors import NotFoundError
from .admin import Call, Json, require_change

if TYPE_CHECKING:
    from .._cli.session import Session

_EMBED = ("model", "field_map", "read_parameters", "write_parameters")
_KINDS: dict[str, tuple[str, ...]] = {
    "serverless": ("source_collection",),
    "integrated": _EMBED,
    "pod": ("source_collection", "metadata_config"),
    "byoc": (),
}
"""The options of this extension that each kind of index has."""
_PARTS = {name for names in _KINDS.values() for name in names}
_POD = {"pod_type": "p1.x1", "replicas": 1, "shards": 1}
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
    given = {name: arguments[name] for name in arguments if name in _PARTS}
    given = {name: value for name, value in given.items() if value is not None}
    arguments = {name: value for name, value in arguments.items() if name not in _PARTS}
    kind, spec = _kind(arguments.pop("spec", {}))
    is_integrated = kind == "serverless" and "model" in given
    shown = "integrated" if is_integrated else kind
    unused = given.keys() - set(_KINDS[shown])
    if is_integrated:
        unused |= arguments.keys() & {"vector_type"}  # The model has one.
    if unused:
        flags = ", ".join(map(_flag, sorted(unused)))
        raise Failure(f"{flags}: {shown} indexes have no such setting.")
    if is_integrated:
        made = _for_model(session, arguments, spec, given)
    else:
        if arguments.get("vector_type", "dense") == "dense":
            arguments.setdefault("metric", "cosine")
        made = call({**arguments, "spec": {kind: _spec(kind, spec, given)}})
    session.messages.success(f"Index {made.get('name', '')!r} created.")
    return made


def _kind(spec: Json) -> tuple[str, Json]:
    """Return the kind of index, and its part of the specification.

    Raises:
        Failure: There is none, or there are two.
    """
    if len(spec) > 1:
        raise Failure(f"An index cannot be {' and '.join(spec)} at once.", _HINT)
    for kind, part in spec.items():
        if not isinstance(part, dict):
            raise Failure(f"`--spec`: `{kind}` is not an object.", _HINT)
        if kind in _KINDS and (kind != "serverless" or {"cloud", "region"} <= part.keys()):
            return kind, part
    raise Failure("The options do not say where to create the index.", _HINT)


def _spec(kind: str, spec: Json, given: Json) -> Json:
    """Return the specification of an index of a kind."""
    made: Json = {**(_POD if kind == "pod" else {}), **spec, **given}
    if "metadata_config" in given:
        made["metadata_config"] = {"indexed": ",".join(given["metadata_config"]).split(",")}
    return made


def _for_model(session: Session, arguments: Json, spec: Json, given: Json) -> Json:
    """Create an index with an embedding model."""
    if "field_map" not in given:
        hint = "For example: `--field-map text=chunk_text`."
        raise Failure("`--model` needs `--field-map`.", hint)
    embed, rest = dict(given), dict(spec)
    for name, value in arguments.items():
        (embed if name in {"metric", "dimension"} else rest)[name] = value
    made: Json = session.call("indexes.create_for_model", **rest, embed=embed)
    return made


def _flag(name: str) -> str:
    return f"`--{name.replace('_', '-')}`"


def configure_index(session: Session, arguments: Json, call: Call) -> Json:
    """Change an index; tags are added to those that it has."""
    require_change(arguments, "index_name", "index configure")
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
