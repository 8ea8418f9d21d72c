"""The reader of documents: locations, scalars, references and errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pcgen.diagnostics import Code, Diagnostics, Exit, Failure, Location
from pcgen.spec import (
    Document,
    Library,
    format_pointer,
    link,
    parse_pointer,
    parse_values,
    read,
    yaml_text,
)
from pcgen.spec import reader as spec_reader
from pcgen.spec.document import lookup

YAML = """\
openapi: 3.1.0
info:
  title: Places
  "quoted key": {flow: [1, {deep: x}]}
paths:
  /a~b/{c}:
    get:
      tags: [one, two]
      parameters:
        - name: first
        -
          name: second
  # A comment
  ? "/explicit"
  : get: {}
anchors:
  - &a {x: 1}
  - *a
block: |
  text
  more
end: true
"""
JSON = """\
{
  "openapi": "3.1.0",
  "info": {"title": "Places", "quoted \\"key\\"": {"flow": [1, {"deep": "x"}]}},
  "paths": {
    "/a~b/{c}": {
      "get": {"tags": ["one", "two"],
              "parameters": [ {"name": "first"},
                 {"name": "second"}
              ]}
    }
  },
  "unicode": {"gr\\u00f6sse": [[], [{}, {"x": null}]]},
  "string with } and , and : in it": "} , : [",
  "end": true
}
"""


def parse(text: str | bytes) -> Document:
    return spec_reader.parse(text.encode() if isinstance(text, str) else text, "spec")


def values(text: str) -> dict[str, Any]:
    """The members besides `openapi`."""
    root = dict(parse(text).root)
    del root["openapi"]
    return root


def refusal(text: str | bytes) -> list[tuple[Code, int, int]]:
    with pytest.raises(Failure) as caught:
        parse(text)
    assert caught.value.status is Exit.SPEC
    return [(item.code, item.location.line, item.location.column) for item in caught.value.items]


# --- Places -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pointer", "line", "column"),
    [
        (YAML, "#", 1, 1),
        (YAML, "#/openapi", 1, 1),
        (YAML, "#/info", 2, 1),
        (YAML, "#/info/title", 3, 3),
        (YAML, "#/info/quoted key", 4, 3),
        (YAML, "#/info/quoted key/flow", 4, 18),
        (YAML, "#/info/quoted key/flow/0", 4, 25),
        (YAML, "#/info/quoted key/flow/1/deep", 4, 29),
        (YAML, "#/paths/~1a~0b~1{c}", 6, 3),
        (YAML, "#/paths/~1a~0b~1{c}/get/tags/1", 8, 19),
        (YAML, "#/paths/~1a~0b~1{c}/get/parameters/0", 10, 11),
        (YAML, "#/paths/~1a~0b~1{c}/get/parameters/0/name", 10, 11),
        (YAML, "#/paths/~1a~0b~1{c}/get/parameters/1", 12, 11),
        (YAML, "#/paths/~1explicit", 14, 5),
        (YAML, "#/paths/~1explicit/get", 15, 5),
        (YAML, "#/anchors/0/x", 17, 9),
        (YAML, "#/anchors/1/x", 17, 9),
        (YAML, "#/block", 19, 1),
        (YAML, "#/end", 22, 1),
        # The nearest place around what is not there
        (YAML, "#/info/version", 2, 1),
        (YAML, "#/info/title/0", 3, 3),
        (YAML, "#/paths/~1a~0b~1{c}/get/tags/7", 8, 7),
        (YAML, "#/nowhere/at/all", 1, 1),
        (JSON, "#", 1, 1),
        (JSON, "#/openapi", 2, 3),
        (JSON, "#/info/title", 3, 12),
        (JSON, '#/info/quoted "key"', 3, 31),
        (JSON, '#/info/quoted "key"/flow/0', 3, 59),
        (JSON, '#/info/quoted "key"/flow/1/deep', 3, 63),
        (JSON, "#/paths/~1a~0b~1{c}", 5, 5),
        (JSON, "#/paths/~1a~0b~1{c}/get/tags/1", 6, 31),
        (JSON, "#/paths/~1a~0b~1{c}/get/parameters/0", 7, 31),
        (JSON, "#/paths/~1a~0b~1{c}/get/parameters/1", 8, 18),
        (JSON, "#/paths/~1a~0b~1{c}/get/parameters/1/name", 8, 19),
        (JSON, "#/unicode/grösse/0", 12, 31),
        (JSON, "#/unicode/grösse/1/1/x", 12, 41),
        (JSON, "#/string with } and , and : in it", 13, 3),
        (JSON, "#/end", 14, 3),
        (JSON, "#/info/version", 3, 3),
        (JSON, "#/nowhere/at/all", 1, 1),
    ],
)
def test_places(text: str, pointer: str, line: int, column: int) -> None:
    parts = parse_pointer(pointer)
    assert parts is not None
    assert parse(text).location(parts) == Location("spec", line, column, pointer)


def test_the_location_of_every_value_is_found() -> None:
    """For each key of both documents, the text at its location is the key."""
    for text in (YAML, JSON):
        document = parse(text)
        lines = text.splitlines()
        pending: list[tuple[tuple[str, ...], Any]] = [((), document.root)]
        while pending:
            pointer, value = pending.pop()
            if isinstance(value, dict):
                for key, item in value.items():
                    place = document.location((*pointer, key))
                    rest = lines[place.line - 1][place.column - 1 :].lstrip('"')
                    assert rest.startswith((key, key.replace('"', '\\"'), "gr\\u00f6sse"))
                    pending.append(((*pointer, key), item))
            elif isinstance(value, list):
                pending += [((*pointer, str(i)), item) for i, item in enumerate(value)]


# --- Scalars ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-04-01", "2025-04-01"),
        ("2025-04-01T10:00:00Z", "2025-04-01T10:00:00Z"),
        ("2025-04", "2025-04"),
        ("no", "no"),
        ("No", "No"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("010", "010"),
        ("0o10", "0o10"),
        ("0x1F", "0x1F"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        (".5", ".5"),
        ("NaN", "NaN"),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("1e-08", 1e-08),
        ("1.5", 1.5),
        ("-1.5e-3", -0.0015),
        ("0", 0),
        ("-7", -7),
        ("12345678901234567890", 12345678901234567890),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("nullable", "nullable"),
        ("'1'", "1"),
        ('"1"', "1"),
        ('"no"', "no"),
        ("'true'", "true"),
        ("!!int 1", 1),
        ("!!str 1", "1"),
        ("3.1.0", "3.1.0"),
        ("=", "="),
        ("<<", "<<"),
        ('"a\\u0041\\n"', "aA\n"),
        ("[1, a]", [1, "a"]),
        ("{}", {}),
    ],
)
def test_yaml_scalars_are_those_of_json(text: str, value: object) -> None:
    found = values(f"openapi: 3.1.0\nx: {text}\n")["x"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text() -> None:
    text = "openapi: 3.1.0\nx: {200: a, no: b, 1.5: c, null: d, 2025-01-01: e, true: f}\n"
    assert list(values(text)["x"]) == ["200", "no", "1.5", "null", "2025-01-01", "true"]


def test_merged_members_come_last_and_give_way() -> None:
    text = "openapi: 3.1.0\na: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\n"
    text += "c: {<<: [*a, *b], z: 3}\nd: {<<: *a, '<<': plain}\ne:\n  <<: {<<: *a, y: 4}\n  w: 5\n"
    found = values(text)
    assert found["c"] == {"x": 1, "y": 1, "z": 3}
    assert found["d"] == {"x": 1, "y": 1, "<<": "plain"}
    assert found["e"] == {"x": 1, "y": 4, "w": 5}
    document = parse(text)
    assert document.location(("e", "x")).line == 2
    assert document.location(("e", "y")).line == 7


def test_merging_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_VALUES", 5000)
    lines = ["openapi: 3.1.0", "a0: &a0 {x: 1}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 9)]
    with pytest.raises(Failure, match="alias-limit"):
        parse("\n".join(lines))


def test_json_values() -> None:
    found = values('{"openapi": "3.1.0", "a": [1, 1.0, 1e3, true, null, "\\ud83d\\ude00"]}')["a"]
    assert found == [1, 1.0, 1000.0, True, None, "😀"]
    assert [type(value) for value in found[:3]] == [int, float, float]


def test_json_and_yaml_yield_the_same_values() -> None:
    document = parse(JSON)
    as_yaml = parse("# Flow style is YAML, too.\n" + JSON)
    assert as_yaml.root == document.root


# YAML 1.1 has raw controls for nothing, and takes U+0085 and U+2028 for ends of lines.
TEXTS = st.text(
    st.characters(max_codepoint=0x7E) | st.sampled_from("éЖ日\N{GRINNING FACE}"), max_size=8
) | st.sampled_from(
    ["null", "yes", "0o7", "1_000", "12:30", "2025-01-02", "<<", "=", "~", "- a", "a: b", "1e3"]
)
QUARTERS = st.integers(-(10**6), 10**6).map(lambda number: number / 4)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def json_values(floats: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | floats | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    )


THE_SAME = settings(deadline=None, derandomize=True, database=None)


@THE_SAME
@given(json_values(FLOATS))
def test_both_readers_agree_with_json(value: object) -> None:
    wanted, raw = json.dumps(value), json.dumps(value, ensure_ascii=False)
    for text in (wanted, raw, f"# YAML\n{raw}"):
        found = parse_values(text.encode(), "values").root
        assert json.dumps(found) == wanted  # In which 1 is not 1.0.


@THE_SAME
@given(json_values(QUARTERS))
def test_pyyaml_reads_the_same(value: object) -> None:
    """For YAML 1.1, a number with an exponent is not always one."""
    text = f"# YAML\n{json.dumps(value, ensure_ascii=False)}"
    ours = parse_values(text.encode(), "values").root
    assert json.dumps(ours) == json.dumps(yaml.safe_load(text))


# --- Bytes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [YAML, JSON], ids=["yaml", "json"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_line_ends_and_byte_order_marks_do_not_matter(text: str, mark: bytes, end: str) -> None:
    plain = parse(text)
    other = parse(mark + text.replace("\n", end).encode())
    assert other.root == plain.root
    for pointer in (("info", "title"), ("paths", "/a~b/{c}", "get", "parameters", "1"), ("end",)):
        assert other.location(pointer) == plain.location(pointer)


def test_bytes_that_are_not_utf8() -> None:
    assert refusal(b"openapi: 3.1.0\nx: \xff\n") == [(Code.SYNTAX, 2, 4)]
    assert refusal("openapi: 3.1.0\n".encode("utf-16-le")) == [(Code.SYNTAX, 1, 2)]
    assert refusal(b"\xff\xfeo") == [(Code.SYNTAX, 1, 3)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("big_endian", [False, True])
def test_byte_order_marks_name_the_encoding(encoding: str, big_endian: bool) -> None:
    text = '{"openapi": "3.1.0", "x": "é"}'
    data = b"\xfe\xff" + text.encode("utf-16-be") if big_endian else text.encode(encoding)
    assert parse_values(data, "spec.json").root == json.loads(text)


def test_yaml_in_flow_style() -> None:
    text = b"{openapi: 3.1.0, x: [1, a: 2], # more\n 'y': 1e-08,}"
    document = parse_values(text, "spec.yaml")
    assert document.root == {"openapi": "3.1.0", "x": [1, {"a": 2}], "y": 1e-08}
    assert document.location(("y",)).line == 2
    with pytest.raises(Failure, match="not valid JSON"):
        parse_values(text, "spec.json")
    with pytest.raises(Failure, match="not valid YAML"):
        parse_values(text[:-1], "spec.yaml")


# --- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("a: 1\na: 2\n", [(Code.DUPLICATE_KEY, 2, 1)]),
        ("a: 1\n'a': 2\n\"a\": 3\n", [(Code.DUPLICATE_KEY, 2, 1), (Code.DUPLICATE_KEY, 3, 1)]),
        ("x: {a: 1, b: {c: 1, c: 2}}\n", [(Code.DUPLICATE_KEY, 1, 21)]),
        ('{"a": 1,\n "a": 2}', [(Code.DUPLICATE_KEY, 2, 2)]),
        ('{"x": [{"a": 1}, {"a": 1, "\\u0061": 2}]}', [(Code.DUPLICATE_KEY, 1, 27)]),
        (
            '{"a": 1, "b": 1, "a": 1, "b": 1}',
            [(Code.DUPLICATE_KEY, 1, 18), (Code.DUPLICATE_KEY, 1, 26)],
        ),
        ("a: !!python/object:os.system x\n", [(Code.VALUE_NOT_JSON, 1, 4)]),
        ("a: !local {b: 1}\n", [(Code.VALUE_NOT_JSON, 1, 4)]),
        ("a: !!int x\n", [(Code.VALUE_NOT_JSON, 1, 4)]),
        ("? [1]\n: 2\n", [(Code.VALUE_NOT_JSON, 1, 3)]),
        ("a: .inf\nb: .NaN\n", [(Code.VALUE_NOT_JSON, 1, 4), (Code.VALUE_NOT_JSON, 2, 4)]),
        ("a:\n  <<: 1\n", [(Code.VALUE_NOT_JSON, 2, 7)]),
        (f"a: {'9' * 500}\n", [(Code.VALUE_NOT_JSON, 1, 4)]),
        ('{"a": Infinity}', [(Code.VALUE_NOT_JSON, 1, 7)]),
        ("a: [1\n", [(Code.SYNTAX, 2, 1)]),
        ("a:\n\tb: 1\n", [(Code.SYNTAX, 2, 1)]),
        ("a: *b\n", [(Code.SYNTAX, 1, 4)]),
        ("a: 1\n---\nb: 2\n", [(Code.SYNTAX, 2, 1)]),
        ("a: \x00\n", [(Code.SYNTAX, 1, 4)]),
        ('{"a": 1,}', [(Code.SYNTAX, 1, 8)]),
        ('{"a": [1,\n]}', [(Code.SYNTAX, 1, 9)]),
        ('{"a": 01}', [(Code.SYNTAX, 1, 8)]),
        ('{"a": 1} x', [(Code.SYNTAX, 1, 10)]),
        ('{"a": "\t"}', [(Code.SYNTAX, 1, 8)]),
        ("", [(Code.NOT_OPENAPI, 1, 1)]),
        ("just text\n", [(Code.NOT_OPENAPI, 1, 1)]),
        ("[]", [(Code.NOT_OPENAPI, 1, 1)]),
        ("# nothing\na: 1\n", [(Code.NOT_OPENAPI, 2, 1)]),
        ("a: 1\nopenapi: 3.1\n", [(Code.UNSUPPORTED_VERSION, 2, 1)]),
        ("openapi: 3.3.0\n", [(Code.UNSUPPORTED_VERSION, 1, 1)]),
        ("openapi: '2.0'\n", [(Code.UNSUPPORTED_VERSION, 1, 1)]),
        ("openapi: 3.1.0'; drop\n", [(Code.UNSUPPORTED_VERSION, 1, 1)]),
        ("swagger: '2.0'\n", [(Code.UNSUPPORTED_VERSION, 1, 1)]),
        ("openapi: 3.1.0\na: " + "[" * 20_000, [(Code.TOO_DEEP, 0, 0)]),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", [(Code.TOO_DEEP, 1, 807)]),
        ("{" + '"a": {' * 801 + "}" * 802, [(Code.TOO_DEEP, 1, 4802)]),
        ('{"a": ' * 800 + "1" + "}" * 800, [(Code.TOO_DEEP, 0, 0)]),
        ('{"a": ' * 799 + "1" + "}" * 799, [(Code.NOT_OPENAPI, 1, 1)]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_refusals(text: str, findings: list[tuple[Code, int, int]]) -> None:
    assert refusal(text) == findings


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1", "3.1.0-rc1"])
def test_versions(version: str) -> None:
    major, minor = parse(f"openapi: {version}\n").version
    assert version.startswith(f"{major}.{minor}.")


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text("openapi: 3.1.0\n")
    assert read(file).file == file.as_posix()
    assert read(file, "shown").file == "shown"
    for path in (tmp_path, tmp_path / "spce.yaml", tmp_path / "no" / "spec.yaml"):
        with pytest.raises(Failure) as caught:
            read(path, path.name)
        assert caught.value.status is Exit.USAGE
        (item,) = caught.value.items
        assert (item.code, item.location) == (Code.FILE_UNREADABLE, Location(path.name))
        if path.name == "spce.yaml":
            assert item.hint == f"did you mean `{file.as_posix()}`?"
    monkeypatch.setattr(spec_reader, "MAX_BYTES", 10)
    with pytest.raises(Failure, match="more than 10") as caught:
        read(file)
    assert caught.value.status is Exit.SPEC


# --- Pointers and references --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("#", ()),
        ("#/", ("",)),
        ("#/a", ("a",)),
        ("#/a/b/0", ("a", "b", "0")),
        ("#/paths/~1embed/post", ("paths", "/embed", "post")),
        ("#/a~0b", ("a~b",)),
        ("#/~01", ("~1",)),
        ("#/~10", ("/0",)),
        ("#/a%20b", ("a b",)),
        ("#/%7Ea", None),
        ("#/%7E1a", ("/a",)),
        ("#/%C3%A9", ("é",)),
        ("#/a//b", ("a", "", "b")),
        ("#/a~", None),
        ("#/a~2", None),
        ("#a", None),
        ("", None),
        ("a.yaml#/b", None),
        ("/a", None),
    ],
)
def test_pointers(text: str, parts: tuple[str, ...] | None) -> None:
    assert parse_pointer(text) == parts
    if parts is not None:
        assert parse_pointer(format_pointer(parts)) == parts


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("#/a/b", 1),
        ("#/a/c/0", "x"),
        ("#/a/c/00", None),
        ("#/a/c/1", None),
        ("#/a/c/-1", None),
        ("#/a/c/-", None),
        ("#/a/b/c", None),
        ("#/a/x y~1z", 2),
        ("#/200", 3),
    ],
)
def test_lookup(pointer: str, value: object) -> None:
    document = parse("openapi: 3.1.0\na: {b: 1, c: [x], 'x y/z': 2}\n200: 3\n")
    node = lookup(document, parse_pointer(pointer) or ())
    assert (None if node is None else node.value) == value


@pytest.mark.parametrize(
    ("schemas", "codes"),
    [
        ("A: {$ref: '#/components/schemas/B'}\n    B: {type: string}", []),
        ("A: {$ref: '#/components/schemas/a%20b'}\n    a b: {}", []),
        ("A: {$ref: '#/components/schemas/C'}", [Code.REFERENCE_MISSING]),
        ("A: {$ref: 7}", [Code.REFERENCE_MISSING]),
        ("A: {$ref: ''}", [Code.REFERENCE_MISSING]),
        ("A: {$ref: 'A'}", [Code.REFERENCE_MISSING]),
        ("A: {$ref: 'file:///etc/passwd'}", [Code.REFERENCE_EXTERNAL]),
        ("A: {$ref: '#/components/schemas/A'}", [Code.REFERENCE_CYCLE]),
        ("A: {items: {$ref: '#/components/schemas/A'}}", []),
        # No references: a property, data, an extension
        ("A: {properties: {$ref: {type: string}}}", []),
        ("A: {example: {$ref: nowhere}, default: {$ref: nowhere}}", []),
        ("A: {enum: [{$ref: nowhere}], x-more: {$ref: nowhere}}", []),
        # References all the same: the names of properties say nothing
        ("A: {properties: {example: {$ref: nowhere}}}", [Code.REFERENCE_MISSING]),
        ("A: {properties: {properties: {$ref: nowhere}}}", [Code.REFERENCE_MISSING]),
        ("default: {$ref: nowhere}", [Code.REFERENCE_MISSING]),
        ("x-more: {$ref: nowhere}", [Code.REFERENCE_MISSING]),
    ],
)
def test_references(schemas: str, codes: list[Code]) -> None:
    document = parse(f"openapi: 3.1.0\ncomponents:\n  schemas:\n    {schemas}\n")
    diagnostics = Diagnostics()
    link(document, Library(Path("/nowhere"), roots=(Path("/nowhere"),)), diagnostics)
    assert [item.code for item in diagnostics.items] == codes
    assert all(item.location.line >= 4 for item in diagnostics.items)


def test_nodes_have_locations() -> None:
    document = parse(YAML)
    info = document.node.child("info")
    assert info.text("title") == "Places"
    assert info.text("missing") == ""
    assert info.get("missing") is None
    assert [name for name, _ in info.members()] == ["title", "quoted key"]
    operation = document.node.child("paths").child("/a~b/{c}").child("get")
    found = [(node.text("name"), node.location.line) for node in operation.entries("parameters")]
    assert found == [("first", 10), ("second", 12)]
    assert "Places" not in repr(info), "a node's repr shows its place, not the document"
