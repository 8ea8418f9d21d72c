"""References into other files, within limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pcgen import cli, spec
from pcgen.diagnostics import Code, Diagnostics

HEAD = "openapi: 3.1.0\ninfo: {title: Demo, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n"


def write(folder: Path, **files: str) -> Path:
    """Write a document with some schemas, and other files."""
    for name, text in files.items():
        path = folder / name.replace("_", ".")
        path.write_text(HEAD + text if name == "spec_yaml" else text, encoding="utf-8")
    return folder / "spec.yaml"


def link(path: Path, diagnostics: Diagnostics) -> spec.Document:
    """Read a document and the files that it refers to."""
    return spec.link(spec.read(path), spec.Library.beside(path, path.name), diagnostics)


def codes(path: Path) -> list[Code]:
    """The codes of the diagnostics about references of a document."""
    diagnostics = Diagnostics()
    link(path, diagnostics)
    return [item.code for item in diagnostics.items]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("type: string\n", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "pet.yaml").symlink_to(tmp_path / "secret.yaml")
    path = write(tmp_path / "inside", spec_yaml="    A: {$ref: pet.yaml}\n")
    assert codes(path) == [Code.REFERENCE_EXTERNAL]


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    path = write(tmp_path, spec_yaml="    A: {$ref: pet.yaml}\n", real_yaml="type: string\n")
    (tmp_path / "pet.yaml").symlink_to(tmp_path / "real.yaml")
    assert codes(path) == []


@pytest.mark.parametrize(
    "ref",
    ["file:pet.yaml", "pet.yaml?x=1", "C:/pet.yaml", "..%2fpet.yaml", "%5cpet.yaml", "pet%00.yaml"],
)
def test_paths_outside_the_folder_are_refused(tmp_path: Path, ref: str) -> None:
    path = write(tmp_path, spec_yaml=f"    A: {{$ref: '{ref}'}}\n", pet_yaml="type: string\n")
    assert len(codes(path)) == 1


def test_locations_are_those_of_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        spec_yaml="    A: {$ref: pet.yaml}\n    B: {items: {$ref: 'pet.yaml#/properties/a'}}\n",
        pet_yaml="type: object\nproperties:\n  a: {type: string}\n",
    )
    document = link(path, Diagnostics())
    location = document.location(("components", "schemas", "A", "properties", "a", "type"))
    assert (location.file, location.line, location.pointer) == (
        "pet.yaml",
        3,
        "#/properties/a/type",
    )
    item = document.node.child("components").child("schemas").child("B").child("items")
    assert item.follow().pointer == ("components", "schemas", "A", "properties", "a")


def test_every_file_that_was_read_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, spec_yaml="    A: {$ref: pet.yaml}\n", pet_yaml="type: object\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PCGEN_CACHE_DIR", str(tmp_path / "cache"))
    build = ["build", "--spec", "spec.yaml", "--output", "out"]
    assert cli.run(build) == 0
    first = json.loads((tmp_path / "out" / "pcgen.lock").read_text(encoding="utf-8"))
    write(tmp_path, pet_yaml="type: object\nproperties: {name: {type: string}}\n")
    capsys.readouterr()
    assert cli.run(build) == 0
    assert "up to date" not in capsys.readouterr().out
    second = json.loads((tmp_path / "out" / "pcgen.lock").read_text(encoding="utf-8"))
    assert first["specs"] != second["specs"]
    assert cli.run(build) == 0
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize("last", ["{type: string}", "{type: object}"])
def test_a_chain_of_2000(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    chain = "".join(f"    C{i}: {{$ref: '#/components/schemas/C{i + 1}'}}\n" for i in range(2000))
    write(tmp_path, spec_yaml=f"{chain}    C2000: {last}\n")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["build", "--spec", "spec.yaml", "--output", "out", "--no-cache"]) == 0


def test_files_may_refer_to_each_other(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        spec_yaml="    A: {properties: {b: {$ref: b.yaml}}}\n",
        b_yaml="properties: {c: {$ref: c.yaml}}\n",
        c_yaml="properties: {b: {$ref: b.yaml}, a: {$ref: 'spec.yaml#/components/schemas/A'}}\n",
    )
    assert codes(path) == []
    write(tmp_path, b_yaml="$ref: c.yaml\n", c_yaml="$ref: b.yaml\n")
    assert set(codes(path)) == {Code.REFERENCE_CYCLE}


def test_data_and_properties_called_ref_are_not_references(tmp_path: Path) -> None:
    """A property called `$ref`, and data that looks like a reference."""
    text = "    A: {type: object, properties: {$ref: {type: string}}, default: {$ref: file:///x}}\n"
    text += "    B: {enum: [{$ref: nowhere}], examples: [{$ref: nowhere}], const: {$ref: 'x#y'}}\n"
    path = write(tmp_path, spec_yaml=text)
    assert codes(path) == []
