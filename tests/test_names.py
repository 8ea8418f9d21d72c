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
from pcgen.targets.reference import WINDOWS_DEVICES
from pcgen.translate.operation_words import operation_words

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
    # Acronyms and brands
    ("RedirectURLs", "redirect_urls", "RedirectURLs"),
    ("userIDs", "user_ids", "UserIDs"),
    ("listVMsInVPCs", "list_vms_in_vpcs", "ListVMsInVPCs"),
    ("cloudflareIPs", "cloudflare_ips", "CloudflareIPs"),
    ("SSHKeys", "ssh_keys", "SSHKeys"),
    ("M2MTokens", "m2m_tokens", "M2MTokens"),
    ("V2API", "v2_api", "V2API"),
    ("EC2VPC", "ec2_vpc", "EC2VPC"),
    ("IPv4", "ipv4", "IPv4"),
    ("getIPv6s", "get_ipv6s", "GetIPv6s"),
    ("UUIDv4", "uuidv4", "UUIDv4"),
    ("OAuthAuthorize", "oauth_authorize", "OAuthAuthorize"),
    ("oEmbed", "oembed", "OEmbed"),
    ("getOEmbed", "get_oembed", "GetOEmbed"),
    ("AccessmTLS", "access_mtls", "AccessMTLS"),
    ("access-mTLS", "access_mtls", "AccessMTLS"),
    ("SystemTLS", "system_tls", "SystemTLS"),
    ("OpenAI", "openai", "OpenAI"),
    ("GitHubAPI", "github_api", "GitHubAPI"),
    ("GraphQL", "graphql", "GraphQL"),
    ("iOSDevices", "ios_devices", "IOSDevices"),
    ("APICloud", "api_cloud", "APICloud"),
    ("DBaaS", "dbaas", "DBaaS"),
    ("IoTDevice", "iot_device", "IoTDevice"),
    ("ioTLS", "io_tls", "IoTLS"),
    ("sizeGiB", "size_gib", "SizeGiB"),
    ("enable2FA", "enable_2fa", "Enable2FA"),
    ("mp3Download", "mp3_download", "Mp3Download"),
    ("10DLC", "field_10dlc", "Model10DLC"),
    ("404NotFound", "field_404_not_found", "Model404NotFound"),
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
    ("3D", "field_3d", "Model3D"),
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
    ("Größe", "grosse", "Grosse"),
    ("café", "cafe", "Cafe"),
    ("cafe\u0301", "cafe", "Cafe"),
    ("naïve", "naive", "Naive"),
    ("имя", "imya", "Imya"),
    ("ИМЯ", "imya", "IMYA"),
    ("имяПользователя", "imya_polzovatelya", "ImyaPolzovatelya"),
    ("動物", "dong_wu", "DongWu"),
    ("名前", "ming_qian", "MingQian"),
    ("ユーザー", "yuza", "Yuza"),
    ("한국", "han_gug", "HanGug"),
    ("ﬁeld", "field", "Field"),
    ("x\u2028y", "x_y", "XY"),
    ("😀", "grinning", "Grinning"),
    ("½", "field_1_2", "Model12"),
    ("±", "u00b1", "U00b1"),
    # What cannot be transliterated keeps its code point
    ("\ue000", "ue000", "Ue000"),
    ("x\u200by", "x_u200b_y", "XU200bY"),
    ("ь", "u044c", "U044c"),
    ("\ud800", "ud800", "Ud800"),
    # Letters younger than the frozen tables: some Pythons know them, others do not
    ("\ua69c", "ua69c", "Ua69c"),
    ("\U0001ccd6", "a", "A"),
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
        ("statuses", "status"),
        ("dns", "dns"),
        ("RedirectURLs", "RedirectURL"),
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
        "0186551450b928d94f397060f70a74cb72802a28c34c8d79a5722ddafa7e8560"
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


def test_names_stay_short_enough_for_files() -> None:
    texts = ["s" * (200 + n) for n in range(30)]
    made = names.unique(texts, "operation")
    assert len({name.key for name in made.values()}) == len(texts)
    assert max(map(len, made.values())) <= 200
    assert names.unique(reversed(texts), "operation") == made


@given(TEXTS)
def test_modules_are_files_wherever_they_go(text: str) -> None:
    """A file system that ignores case keeps them apart as others do."""
    name = python.module(names.name_of(text, "module"))
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert not keyword.iskeyword(name)
    assert name not in WINDOWS_DEVICES


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
        (["id", "ID", "Id", "iD"], ["id", "field ID", "capital Id", "mixed i D"]),
        (["größe", "grosse"], ["gr u00f6 u00df e", "grosse"]),
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
    ("text", "name"),
    [
        (f"list_{'part_' * 20}prices", "list_part_prices"),
        (
            f"get_similar_events_for_the_reviewers_of_a_project_v1_{'project_' * 9}id_events_get",
            "get_similar_events_for_the_reviewers_of_a_project_v1_id_get",
        ),
        ("a" * 500, "a" * 50),
    ],
)
def test_long_names_lose_words(text: str, name: str) -> None:
    assert python.local(names.name_of(text, "field")) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DeleteDocuments DeleteDocumentsParameters", "DeleteDocumentsParameters"),
        ("CreateAPIKeyError error", "CreateAPIKeyError"),
        ("create response response", "CreateResponse"),
        ("a b a b a b c c", "ABC"),
        ("item 1 1", "Item11"),
        ("files file", "FilesFile"),
    ],
)
def test_concise_names_repeat_no_words(text: str, name: str) -> None:
    assert names.pascal(names.concise(text)) == name


def test_brands_have_the_capitals_of_their_owners() -> None:
    assert names.pascal(names.branded("openai")) == "OpenAI"
    assert names.pascal(names.branded("my-github-client")) == "MyGitHubClient"
    assert names.pascal(names.branded("opening")) == "Opening"


def test_long_names_keep_the_words_that_distinguish_them() -> None:
    middle = "_".join(f"word{n}" for n in range(20))
    texts = [f"list_{middle}_of_{pet}_{middle}_prices" for pet in ("cats", "dogs")]
    made = names.unique(texts, "field")
    for text, pet in zip(texts, ("cats", "dogs"), strict=True):
        assert len(made[text]) <= 100
        assert pet in made[text].split()
    assert names.unique(reversed(texts), "field") == made


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


@pytest.mark.parametrize(
    ("operation_id", "path", "name"),
    [
        ("list_voices_v1_audio_voices_get", "/v1/audio/voices", "list_voices"),
        ("read_part_v1_parts__part_id__get", "/v1/parts/{part_id}", "read_part"),
        ("root__get", "/", "root"),
        ("readPartV1PartsPartIdGet", "/v1/parts/{part_id}", "readPart"),
        ("users-list_users_users_get", "/users", "users-list_users"),
        ("read_file_files__file_path__head", "/files/{file_path}", "read_file"),
        # Other forms stay
        ("listVoices", "/v1/audio/voices", "listVoices"),
        ("v1_audio_voices_get", "/v1/audio/voices", "v1_audio_voices_get"),
        ("widget", "/get", "widget"),
        ("forget", "/", "forget"),
        ("token_get", "/", "token_get"),
        ("list_voices_get", "/v1/audio/voices", "list_voices_get"),
        ("", "/", ""),
    ],
)
def test_ids_of_fastapi_lose_path_and_method(operation_id: str, path: str, name: str) -> None:
    assert operation_words(operation_id, path) == name
