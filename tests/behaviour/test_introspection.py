"""What programs see of a package: `dir`, `unittest.mock`, annotations, `help` and modules."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import pydoc
import sys
import traceback
import typing
from typing import TYPE_CHECKING, Any
from unittest.mock import create_autospec

import pinecone_inference
import pytest
import server as srv
from common import ROOT
from packages import models_of
from pair import KEY
from pcgen.targets.python.runtime_docs import options
from pinecone_inference import NotFoundError, errors, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from pair import Pair
    from server import Server

CASE = ROOT / "tests" / "cases" / "packages" / "nested"
MEMBERS = {"base_url", "close", "inference", "is_closed", "with_options"}
METHODS = {"embed", "get_model", "list_models", "rerank"}


def _public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_clients_and_resources_have_no_machinery(pair: Pair) -> None:
    client = pair.client()
    assert _public(client) == _public(pair.kind) == MEMBERS
    assert _public(client.inference) == METHODS | {"with_raw_response", "with_streaming_response"}
    assert _public(client.inference.with_raw_response) == METHODS


def _mocks(pair: Pair, name: str) -> list[Any]:
    """Mocks that stand for a client, and the same resource of each."""
    of_class, of_instance = create_autospec(pair.kind), create_autospec(pair.client())
    return [getattr(mock, name) for mock in (of_class, of_class(api_key=KEY), of_instance)]


def test_autospecs_have_the_methods_of_resources(pair: Pair) -> None:
    resource = pair.client().inference
    mocks = [*_mocks(pair, "inference"), create_autospec(resource), create_autospec(type(resource))]
    for mock in mocks:
        pair.run(mock.embed(model="m", inputs=["a"]))
        mock.embed.assert_called_once_with(model="m", inputs=["a"])
        for mistake in ({"modle": "m"}, {"model": "m"}):
            with pytest.raises(TypeError, match="missing a required argument"):
                pair.run(mock.embed(**mistake))
        with pytest.raises(TypeError, match="too many positional arguments"):
            pair.run(mock.embed("m", ["a"]))
        with pytest.raises(AttributeError, match="embedd"):
            mock.embedd  # noqa: B018


@pytest.mark.parametrize("form", ["with_raw_response", "with_streaming_response"])
def test_autospecs_have_the_methods_of_other_forms(pair: Pair, form: str) -> None:
    for mock in _mocks(pair, "inference"):
        methods = getattr(mock, form)
        made = methods.get_model("m")
        if pair.is_async and form == "with_raw_response":
            pair.run(made)
        methods.get_model.assert_called_once_with("m")
        for mistake in ((), ("m", "n")):
            with pytest.raises(TypeError, match="argument"):
                pair.run(methods.get_model(*mistake))
        with pytest.raises(AttributeError, match="get_modell"):
            methods.get_modell  # noqa: B018


def test_methods_of_other_forms_have_signatures(pair: Pair) -> None:
    resource = type(pair.client().inference)
    for form in (resource.with_raw_response, resource.with_streaming_response):
        assert inspect.signature(form.embed) == inspect.signature(resource.embed)
        assert form.embed.__doc__ == resource.embed.__doc__


def test_raw_responses_come_from_overriding_methods(pair: Pair, server: Server) -> None:
    class Own(type(pair.client().inference)):  # type: ignore[misc]
        def get_model(self, name: str, **options: Any) -> Any:
            return super().get_model(f"own-{name}", **options)

    server.script(srv.json({}))
    client = pair.client(server.url)
    assert pair.run(Own(client._caller).with_raw_response.get_model("m")).content == b"{}"
    assert server.requests[0].path == "/models/own-m"


def test_autospecs_nest(demo: Any, pair: Pair) -> None:
    client = pair.of(demo, "Demo", base_url="https://a.example")
    for mock in (create_autospec(type(client))(), create_autospec(client)):
        pair.run(mock.beta.conversations.messages.list("t1"))
        with pytest.raises(TypeError, match="missing a required argument"):
            pair.run(mock.vector_stores.files.delete("s1"))
        if not pair.is_async:
            mock.beta.texts("t1")  # Hand-written.


def test_the_class_has_the_class_of_a_resource(demo: Any) -> None:
    assert pinecone_inference.Pinecone.inference is pinecone_inference.inference.Inference
    assert demo.Demo.beta.conversations.__name__ == "BetaConversations"
    assert demo.Demo.beta.__module__ == "demo.beta_by_hand"


# --- Annotations ---------------------------------------------------------------------------------


def _objects(package: ModuleType) -> Iterator[tuple[str, Any]]:
    """The classes and functions of the public names of a package, with their methods."""
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    names = [package.__name__, *(one.name for one in found if "._" not in one.name)]
    for module in map(importlib.import_module, names):
        own = [k for k, v in vars(module).items() if v.__class__ is type and v.__module__ in names]
        for name in getattr(module, "__all__", own):
            thing = getattr(module, name)
            is_object = inspect.isclass(thing) or inspect.isfunction(thing)
            if is_object and thing.__module__.startswith(package.__name__):
                yield f"{module.__name__}.{name}", thing
                yield from _methods(f"{module.__name__}.{name}", thing, package.__name__)


def _methods(where: str, thing: Any, package: str) -> Iterator[tuple[str, Any]]:
    for base in getattr(thing, "__mro__", ()):
        for name, member in vars(base).items() if base.__module__.startswith(package) else ():
            for attribute in ("fget", "func", "__func__"):
                member = getattr(member, attribute, None) or member
            if inspect.isfunction(member):
                yield f"{where}.{name}", member


@pytest.mark.parametrize("name", ["accounts", "bodies", "catalog", "pinecone_inference", "studio"])
def test_annotations_can_be_evaluated(name: str, apis: dict[str, ModuleType]) -> None:
    package = apis.get(name, pinecone_inference)
    found = dict(_objects(package))
    assert len(found) > 300
    for where, thing in found.items():
        try:
            typing.get_type_hints(thing, include_extras=True)
            inspect.get_annotations(thing, eval_str=True)
            if inspect.isfunction(thing):
                inspect.signature(thing, eval_str=True)
        except (NameError, AttributeError) as error:
            pytest.fail(f"{where}: {error}")


def test_hints_are_the_public_classes() -> None:
    client = pinecone_inference.Pinecone
    hints = typing.get_type_hints(client.__init__)
    assert hints["options"] == typing.Unpack[pinecone_inference.ClientOptions]
    assert "httpx2.Client" in repr(hints["http_client"])
    assert typing.get_type_hints(vars(client)["inference"].func) == {"return": client.inference}
    hints = typing.get_type_hints(pinecone_inference.ClientOptions)
    assert hints["strict"] is bool
    assert "ssl.SSLContext" in repr(hints["verify"])


# --- Modules -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["accounts", "bodies", "catalog", "pinecone_inference", "streams"])
def test_classes_name_their_public_modules(name: str, apis: dict[str, ModuleType]) -> None:
    package = apis.get(name, pinecone_inference)
    homes = {f"{name}{end}" for end in ("", ".client", ".errors", ".models", ".types")}
    for module in (package, *(importlib.import_module(f"{name}.{m}") for m in ("errors", "types"))):
        for public in module.__all__:
            thing = getattr(module, public)
            if getattr(thing, "__name__", "") == public and thing.__module__ != "msgspec":
                assert thing.__module__ in homes, thing
                assert getattr(sys.modules[thing.__module__], thing.__name__) is thing
                assert pickle.loads(pickle.dumps(thing)) is thing
    top = ("APIError", "ClientOptions", "RequestOptions", "Timeout")
    assert {getattr(package, one).__module__ for one in top} == {name}


def test_tracebacks_and_reprs_name_the_package() -> None:
    response = types.Response(404, types.Headers({"X-Request-Id": "r-1"}), b"{}")
    error = NotFoundError("No such model", response)
    text = "".join(traceback.format_exception(error))
    assert text.startswith("pinecone_inference.NotFoundError: HTTP 404: No such model")
    assert repr(types.RawResponse) == "<class 'pinecone_inference.types.RawResponse'>"
    assert repr(errors.Mismatch) == "<class 'pinecone_inference.errors.Mismatch'>"
    assert type(pickle.loads(pickle.dumps(error))) is NotFoundError


def test_names_of_pickles_before_are_still_there() -> None:
    old = b"cpinecone_inference._runtime.call.options\nTimeout\n."
    assert pickle.loads(old) is pinecone_inference.Timeout
    assert pickle.loads(b"cpinecone_inference._runtime.errors\nNotFoundError\n.") is NotFoundError


def test_models_may_have_the_names_of_errors_and_types(tmp_path: Path) -> None:
    text = {"type": "object", "properties": {"text": {"type": "string"}}}
    names = ("ClientOptions", "NotFoundError", "Timeout")
    package = models_of(dict.fromkeys(names, text), tmp_path).__package__
    top = importlib.import_module(package)
    for name, home in zip(names, ("types", "errors", "types"), strict=True):
        hidden = getattr(importlib.import_module(f"{package}.{home}"), name)
        assert (hidden.__module__, getattr(top, name).__module__) == (
            f"{package}.{home}",
            f"{package}.models",
        )
        assert pickle.loads(pickle.dumps(hidden)) is hidden


@pytest.mark.parametrize(
    "name", ["AsyncClientOptions", "ClientOptions", "CopyOptions", "RequestOptions"]
)
def test_help_shows_the_keys_of_options(name: str) -> None:
    """Python drops the docstrings of keys, which editors show: both say the same."""
    kind = getattr(types, name)
    text = " ".join(inspect.getdoc(kind).split()).replace('"', "'")
    for key in options(name):
        assert f" {key.name} ({key.type}): {key.text}".replace('"', "'") in text
    assert {key.name for key in options(name)} == set(kind.__annotations__)


def test_help_of_clients_has_no_private_modules(pair: Pair) -> None:
    assert "_runtime" not in pydoc.render_doc(pair.kind, renderer=pydoc.plaintext)


def test_help_of_clients_and_methods_names_all_options(pair: Pair) -> None:
    kind = f"{'Async' * pair.is_async}ClientOptions"
    text = " ".join(inspect.getdoc(pair.kind).split())
    assert f"options: The keys of `{kind}`" in text
    for key in options(kind):
        assert f" {key.name} ({key.type}): {key.text}" in text
    methods = {"CopyOptions": pair.kind.with_options, "RequestOptions": pair.kind.inference.embed}
    for kind, method in methods.items():
        for key in options(kind):
            assert f"`{key.name}`" in inspect.getdoc(method).partition("options: ")[2]
