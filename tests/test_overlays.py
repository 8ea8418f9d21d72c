"""Overlays: changes to a document in separate files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pcgen import cli, spec
from pcgen.diagnostics import Code, Diagnostics

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("jsonpath_rfc9535")

SPEC = """\
openapi: 3.1.0
info: {title: Demo, version: '1'}
paths: {}
components:
  schemas:
    Pet: {type: object, required: [id], properties: {id: {type: string}, old: {type: string}}}
    Tag: {type: string, enum: [a, b, c, d]}
"""
HEAD = "overlay: 1.0.0\ninfo: {title: Fixes, version: '1'}\nactions:\n"


HEAD_1_1 = HEAD.replace("1.0.0", "1.1.0", 1)


def apply(actions: str, head: str = HEAD) -> tuple[spec.Document, list[Code]]:
    """The document with an overlay applied, and the diagnostics."""
    diagnostics = Diagnostics()
    document = spec.parse(SPEC.encode(), "spec.yaml")
    changes = spec.parse_values((head + actions).encode(), "fix.yaml")
    document = spec.overlay(document, changes, diagnostics)
    return document, [item.code for item in diagnostics.items]


def test_an_update_is_merged() -> None:
    action = "- {target: $.components.schemas.Pet, update: {required: [name], properties: "
    action += "{id: {type: integer}, name: {type: string}}, description: A pet.}}\n"
    document, codes = apply(action)
    assert codes == []
    assert document.root["components"]["schemas"]["Pet"] == {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "integer"},
            "old": {"type": "string"},
            "name": {"type": "string"},
        },
        "description": "A pet.",
    }


def test_what_is_updated_points_to_the_overlay() -> None:
    action = "- target: $.components.schemas.Pet.properties\n  update:\n    id:\n      type: [x]\n"
    document, _ = apply(action)
    pet = ("components", "schemas", "Pet", "properties")
    changed, kept = (document.location((*pet, name, "type")) for name in ("id", "old"))
    assert (changed.file, changed.line) == ("fix.yaml", 7)
    assert changed.pointer == "#/actions/0/update/id/type"
    assert (kept.file, kept.line) == ("spec.yaml", 6)


def test_items_that_are_removed_let_the_others_move_up() -> None:
    document, codes = apply("- {target: '$.components.schemas.Tag.enum[0,2]', remove: true}\n")
    assert codes == []
    assert document.root["components"]["schemas"]["Tag"]["enum"] == ["b", "d"]
    location = document.location(("components", "schemas", "Tag", "enum", "1"))
    assert location.pointer == "#/components/schemas/Tag/enum/3"


def test_a_list_gets_items() -> None:
    document, _ = apply("- {target: $.components.schemas.Tag.enum, update: e}\n")
    assert document.root["components"]["schemas"]["Tag"]["enum"][-1] == "e"


def test_a_value_that_is_not_an_object_is_replaced() -> None:
    actions = "- {target: $.components.schemas.Pet.properties.id.type, update: integer}\n"
    actions += "- {target: '$.components.schemas.Tag.enum[1]', update: B}\n"
    document, codes = apply(actions, HEAD_1_1)
    assert codes == []
    schemas = document.root["components"]["schemas"]
    assert schemas["Pet"]["properties"]["id"] == {"type": "integer"}
    assert schemas["Tag"]["enum"] == ["a", "B", "c", "d"]
    location = document.location(("components", "schemas", "Tag", "enum", "1"))
    assert (location.file, location.pointer) == ("fix.yaml", "#/actions/1/update")


def test_a_copy_is_merged_into_the_target() -> None:
    pet = ("components", "schemas", "Pet")
    actions = "- {target: $.components.schemas, update: {Dog: {description: A dog.}}}\n"
    actions += "- {target: $.components.schemas.Dog, copy: $.components.schemas.Pet}\n"
    actions += "- {target: $.components.schemas.Pet, update: {description: A pet.}}\n"
    document, codes = apply(actions, HEAD_1_1)
    assert codes == []
    schemas = document.root["components"]["schemas"]
    assert schemas["Dog"] == {**schemas["Pet"], "description": "A dog."}
    assert schemas["Dog"]["properties"] is not schemas["Pet"]["properties"]
    dog = (*pet[:-1], "Dog", "properties", "id")
    assert document.location(dog) == document.location((*pet, "properties", "id"))


def test_a_copy_into_itself_ends() -> None:
    action = "- {target: $.components.schemas.Pet.properties, copy: $.components.schemas}\n"
    document, codes = apply(action, HEAD_1_1)
    assert codes == []
    pet = document.root["components"]["schemas"]["Pet"]["properties"]["Pet"]
    assert set(pet["properties"]) == {"id", "old"}


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("- {target: $.paths.nothing, remove: true}\n", Code.OVERLAY_UNMATCHED),
        ("- {target: '$.[', remove: true}\n", Code.OVERLAY_INVALID),
        ("- {target: $, remove: true}\n", Code.OVERLAY_INVALID),
        ("- {target: $.info}\n", Code.OVERLAY_INVALID),
        ("- {target: $.info, update: text}\n", Code.OVERLAY_INVALID),
        ("- {target: $.info.title, update: {a: b}}\n", Code.OVERLAY_INVALID),
        ("- {target: $.info, copy: $.nothing}\n", Code.OVERLAY_UNMATCHED),
        ("- {target: $.info, copy: '$.components.schemas.*'}\n", Code.OVERLAY_INVALID),
        ("- {target: $.info, copy: $.openapi}\n", Code.OVERLAY_INVALID),
        ("- {target: $.info, copy: 7}\n", Code.OVERLAY_INVALID),
    ],
)
def test_mistakes(action: str, code: Code) -> None:
    assert apply(action)[1] == [code]


def test_no_overlay() -> None:
    assert apply("", "openapi: 3.1.0\n")[1] == [Code.OVERLAY_INVALID]


def test_what_grows_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pcgen.spec.overlays.MAX_CHARACTERS", 30)
    action = "- {target: '$.components.schemas.*', update: {description: twenty characters}}\n"
    assert apply(action)[1] == [Code.OVERLAY_INVALID]


def test_builds_report_their_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = '[[package]]\nname = "demo"\nspec = "spec.yaml"\noutput = "out"\n'
    config += 'overlays = ["fix.yaml"]\n'
    (tmp_path / "pcgen.toml").write_text(config, encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    fix = tmp_path / "fix.yaml"
    fix.write_text(HEAD + "- {target: $.paths.x, remove: true}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PCGEN_CACHE_DIR", str(tmp_path / "cache"))
    assert cli.run(["build"]) == 3
    wanted = "fix.yaml:4:4: error[overlay-unmatched]: `target` '$.paths.x' matches nothing\n"
    assert capsys.readouterr().err.startswith(wanted)
    fix.write_text(HEAD + "- {target: $.info, update: {title: Other}}\n", encoding="utf-8")
    assert cli.run(["build"]) == 0
    assert cli.run(["build"]) == 0
    assert "up to date" in capsys.readouterr().out
    fix.write_text(HEAD + "- {target: $.info, update: {title: Third}}\n", encoding="utf-8")
    assert cli.run(["build", "--check"]) == 1
