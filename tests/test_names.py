"""The naming rules as tables: names in the API and in Python."""

from __future__ import annotations

import hashlib
import keyword
import re
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcgen import names
from pcgen.names import Name
from pcgen.taken_modules import STANDARD_LIBRARY
from pcgen.targets.code import Identifier
from pcgen.targets.python import names as python

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = [
    # The API's name        attribute             class
    ("OAuth2ClientToken", "oauth2_client_token", "OAuth2ClientToken"),
    ("name", "name", "Name"),
    ("listModels", "list_models", "ListModels"),
    ("list-models", "list_models", "ListModels"),
    ("list_models", "list_models", "ListModels"),
    ("List Models", "list_models", "ListModels"),
    ("list.models", "list_models", "ListModels"),
    ("list/models", "list_models", "ListModels"),
    ("rerank_request", "rerank_request", "RerankRequest"),
    ("HTTPServer", "http_server", "HTTPServer"),
    ("getHTTPResponse", "get_http_response", "GetHTTPResponse"),
    ("ID", "id", "ID"),
    ("userID", "user_id", "UserID"),
    ("topK", "top_k", "TopK"),
    ("vector2", "vector2", "Vector2"),
    ("sha256Sum", "sha256_sum", "Sha256Sum"),
    ("X-Rate-Limit", "x_rate_limit", "XRateLimit"),
    ("  spaced  ", "spaced", "Spaced"),
    ("_id", "id", "Id"),
    ("__init__", "init", "Init"),
    ("id_", "id", "Id"),
    ("a__b", "a_b", "AB"),
    # Keywords of any Python from 3.11 on
    ("class", "class_", "Class"),
    ("from", "from_", "From"),
    ("async", "async_", "Async"),
    ("None", "none", "None_"),
    ("True", "true", "True_"),
    ("match", "match", "Match"),
    ("type", "type", "Type"),
    # Not the start of a name
    ("2fa", "field_2fa", "Model2fa"),
    ("3D", "field_3_d", "Model3D"),
    ("1", "field_1", "Model1"),
    # Symbols: dropped, but not when nothing else is left, nor before a number
    ("+1", "plus_1", "Plus1"),
    ("-1", "minus_1", "Minus1"),
    ("$ref", "ref", "Ref"),
    ("@type", "type", "Type"),
    ("filter[name]", "filter_name", "FilterName"),
    ("$", "dollar", "Dollar"),
    ("@", "at", "At"),
    ("<=", "less_equals", "LessEquals"),
    ("*", "star", "Star"),
    ("---", "minus_minus_minus", "MinusMinusMinus"),
    ("", "empty", "Empty"),
    (" ", "space", "Space"),
    ("_", "underscore", "Underscore"),
    # Not ASCII
    ("Größe", "gro_u00df_e", "GroU00dfE"),
    ("café", "cafe", "Cafe"),
    ("naïve", "naive", "Naive"),
    ("имя", "u0438_u043c_u044f", "U0438U043cU044f"),
    ("日本", "u65e5_u672c", "U65e5U672c"),
    ("ﬁeld", "field", "Field"),
    ("x\u2028y", "x_u2028_y", "XU2028Y"),
    ("😀", "u1f600", "U1f600"),
    ("½", "field_1_u2044_2", "Model1U20442"),
    # Letters younger than the frozen tables: some Pythons know them, others do not
    ("\ua69c", "ua69c", "Ua69c"),
    ("\U0001ccd6", "u1ccd6", "U1ccd6"),
]


@pytest.mark.parametrize(("text", "attribute", "class_name"), CASES, ids=ascii)
def test_names(text: str, attribute: str, class_name: str) -> None:
    assert python.local(names.name_of(text, "field")) == attribute
    assert python.class_name(names.name_of(text, "model")) == class_name


@pytest.mark.parametrize("text", [case[0] for case in CASES] + ["a" * 500, "é" * 500], ids=ascii)
def test_every_name_is_an_identifier(text: str) -> None:
    words = names.name_of(text, "field")
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*", words)
    for name in (
        python.local(words),
        python.class_name(words),
        python.constant(words),
        python.module(words),
        python.field(words),
    ):
        assert type(name) is Identifier
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
        assert not keyword.iskeyword(name)
        assert len(name) <= 120


def test_naming_is_idempotent() -> None:
    """A name is its own name, so extracting and renaming settle after one step."""
    for text, *_ in CASES:
        once = names.name_of(text, "field")
        assert names.name_of(once, "field") == once


@pytest.mark.parametrize(
    ("text", "make", "name"),
    [
        ("copy", python.field, "copy_"),
        ("toDict", python.field, "to_dict_"),
        ("to-json", python.field, "to_json_"),
        ("str", python.field, "str_"),
        ("list", python.field, "list_"),
        ("UUID", python.field, "uuid"),
        ("self", python.argument, "self_"),
        ("options", python.argument, "options_"),
        ("list", python.argument, "list"),
        ("close", python.attribute, "close_"),
        ("closet", python.attribute, "closet"),
        ("timeout", python.credential, "timeout_"),
        ("timeout", python.variable, "timeout_"),
        ("dt", python.method, "dt_"),
    ],
)
def test_reserved_names_get_an_underscore(
    text: str, make: Callable[[Name], Name], name: str
) -> None:
    assert make(names.name_of(text, "field")) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("con", "con_"), ("AUX", "aux_"), ("com1", "com1_"), ("contact", "contact"), ("if", "if_")],
)
def test_modules_are_files_that_windows_can_have(text: str, name: str) -> None:
    assert python.module(names.name_of(text, "module")) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("rerank", "RERANK"), ("listModels", "LIST_MODELS"), ("3d", "OPERATION_3D"), ("if", "IF")],
)
def test_constants(text: str, name: str) -> None:
    assert python.constant(names.name_of(text, "operation")) == name


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("inputs", "input"),
        ("cities", "city"),
        ("boxes", "box"),
        ("matches", "match"),
        ("classes", "class"),
        ("addresses", "address"),
        ("status", "status"),
        ("class", "class"),
        ("analysis", "analysis"),
        ("children", "child"),
        ("s", "s"),
        ("data", "data"),
        ("", ""),
    ],
)
def test_singular(plural: str, single: str) -> None:
    assert names.singular(plural) == single


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pinecone Inference", "pinecone-inference"),
        ("A_b  c", "a-b-c"),
        ("HTTPThing", "http-thing"),
    ],
)
def test_distribution_names(text: str, name: str) -> None:
    assert names.kebab(text) == name


@pytest.mark.parametrize("text", ["a b", "class", "1a", "", "é", "a-b", "a\n"])
def test_only_certain_names_can_be_certified(text: str) -> None:
    with pytest.raises(ValueError, match="not an identifier"):
        python.known(text)


def test_parts_of_our_own() -> None:
    assert python.prefixed("Async", python.known("Pinecone")) == "AsyncPinecone"
    assert python.extend(python.known("id"), "_") == "id_"


def test_keywords_of_this_python_are_known() -> None:
    assert set(keyword.kwlist) <= python.KEYWORDS
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    assert public <= STANDARD_LIBRARY


def test_names_are_the_same_whatever_unicode_this_python_knows() -> None:
    made = " ".join(names.snake(chr(code)) for code in range(0x80, 0x2FA20) if code % 0x800 < 0x700)
    assert hashlib.sha256(made.encode()).hexdigest() == (
        "c2c073be9df14ea8f89d80a4dd48df5fce66a77091965d6ba83a89c0b8eac8eb"
    )
    assert names.is_plain("name of a field \N{GRINNING FACE} \U0001ccd6")
    assert not any(map(names.is_plain, ("\n", "\u2028", "\xa0", "\u202e", "\ud800", "\x7f")))


# Few letters, so that names collide; and the odd ones.
TEXTS = st.one_of(
    st.text(alphabet="aAbB_- .$1", max_size=6),
    st.sampled_from(
        ["from", "from_", "class", "copy", "self", "__init__", "é", "e", "\u212a", "K", "CON"]
    ),
    st.text(max_size=4),
)


@settings(max_examples=300)
@given(st.lists(TEXTS, unique=True), st.randoms(use_true_random=False))
def test_names_are_unique_in_their_scope(texts: list[str], random: Random) -> None:
    for kind, make in (("field", python.field), ("model", python.class_name)):
        made = names.unique(texts, kind)
        assert len({name.key for name in made.values()}) == len(texts)
        identifiers = {make(name) for name in made.values()}
        assert len({name.lower() for name in identifiers}) == len(texts)
        for name in identifiers:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
            assert not keyword.iskeyword(name)
            assert kind == "model" or name not in python.MODEL_MEMBERS
        shuffled = texts.copy()
        random.shuffle(shuffled)
        assert names.unique(shuffled, kind) == made


@given(TEXTS)
def test_modules_are_files_wherever_they_go(text: str) -> None:
    """A file system that ignores case keeps them apart as others do."""
    name = python.module(names.name_of(text, "module"))
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert not keyword.iskeyword(name)
    assert name not in python.WINDOWS_DEVICES


@given(st.lists(TEXTS, unique=True))
def test_a_name_that_is_right_already_stays(texts: list[str]) -> None:
    alone = {text: names.name_of(text, "field") for text in texts}
    made = names.unique(texts, "field")
    for text in texts:
        others = [name.key for other, name in alone.items() if other != text]
        if names.snake(text) == text or alone[text].key not in others:
            assert made[text] == alone[text]


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        (["id", "_id"], ["id", "underscore id"]),
        (["id", "ID"], ["id", "field ID"]),
        (["foo_bar", "fooBar", "foo-bar"], ["foo bar", "field foo Bar", "foo dash bar"]),
        (["fooBar", "foo-bar"], ["foo Bar", "foo dash bar"]),
        (["filter", "$filter"], ["filter", "dollar filter"]),
        (["from", "from_", "from__"], ["from", "from underscore", "from underscore underscore"]),
        (["+1", "-1"], ["plus 1", "minus 1"]),
        (["a.b", "a/b", "a b"], ["a dot b", "a slash b", "a b"]),
    ],
)
def test_colliding_names(texts: list[str], chosen: list[str]) -> None:
    assert list(map(names.unique(texts, "field").get, texts)) == chosen


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        (["FooBar", "foo_bar", "foo-bar"], ["FooBar", "ModelFooBar", "FooDashBar"]),
        (["APIKey", "ApiKey"], ["APIKey", "ModelApiKey"]),
    ],
)
def test_colliding_class_names(texts: list[str], chosen: list[str]) -> None:
    made = names.unique(texts, "model")
    assert [python.class_name(made[text]) for text in texts] == chosen
