"""The paths of resources."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace
from pcgen import ir, names
from pcgen.names import Name
from pcgen.translate import resources


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        ("pets", ["pets"]),
        ("beta.chat", ["beta", "chat"]),
        ("beta.observability.traces", ["beta", "observability", "traces"]),
        ("Beta/Chat Kit", ["Beta", "Chat Kit"]),
        ("admin:api-keys", ["admin", "api-keys"]),
        ("vector_stores/files.parts", ["vector_stores", "files", "parts"]),
        ("Фото.Альбом", ["Фото", "Альбом"]),
        # Versions, abbreviations and names
        ("v1.2", ["v1.2"]),
        ("OAuth 2.0", ["OAuth 2.0"]),
        ("e.g. pets", ["e.g. pets"]),
        ("A/B tests", ["A/B tests"]),
        ("CI/CD", ["CI/CD"]),
        ("Node.js", ["Node.js"]),
        ("example.com users", ["example.com users"]),
        # Separators beside spaces, at the ends, and one after another
        ("Users / Roles", ["Users / Roles"]),
        ("Users: roles", ["Users: roles"]),
        ("/pets", ["/pets"]),
        ("pets.", ["pets."]),
        ("a//b", ["a//b"]),
        ("", [""]),
        # Not deeper than names can be
        (".".join(["deep"] * 10), ["deep"] * 10),
        (".".join(["deep"] * 11), [".".join(["deep"] * 11)]),
    ],
)
def test_levels(tag: str, path: list[str]) -> None:
    assert [own for _, own in resources.levels(tag)] == path
    assert resources.levels(tag)[-1][0] == tag


def test_paths_with_the_same_keys_have_one_spelling() -> None:
    paths = [("beta",), ("Beta", "Chat"), ("beta", "chat"), ("BETA", "files")]
    found = resources.spellings(paths)
    assert [found[path] for path in paths] == [
        ("beta",),
        ("beta", "Chat"),
        ("beta", "Chat"),
        ("beta", "files"),
    ]


def _resource(*path: str) -> ir.Resource:
    text = " ".join(path)
    *parents, name = map(Name, path)
    whole = names.name_of(text, "model")
    return ir.Resource(name, text, whole, whole, ir.Doc(), (), tuple(parents))


def test_classes_and_modules_are_unique_whatever_the_order() -> None:
    given = [
        _resource("new pet", "food"),
        _resource("new", "pet food"),
        _resource("new pet food"),
        _resource("async new"),
        _resource("new"),
        _resource("new pet"),
        _resource("cup"),
    ]
    expected = {
        ("new pet food",): ("new pet food", "new pet food"),
        ("new", "pet food"): ("new pet food resource", "new pet food resource"),
        ("new pet", "food"): ("new pet food resource resource",) * 2,
        ("async new",): ("async new", "async new"),
        ("new",): ("new resource", "new"),
        ("new pet",): ("new pet", "new pet"),
        ("cup",): ("cup resource", "cup"),  # A model has its name.
    }
    for _ in range(10):
        Random(0).shuffle(given)
        found = resources.with_unique_names(given, {"cup"})
        assert [resource.path for resource in found] == [resource.path for resource in given]
        assert {r.path: (r.class_name, r.module) for r in found} == expected


def test_names_of_files_stay_short_whatever_collides() -> None:
    """The names of resources nested in themselves lose the words that are repeated."""
    found = resources.with_unique_names(
        [replace(_resource(*["x"] * n), module=Name("x x")) for n in range(1, 60)], set()
    )
    modules = {resource.module.key for resource in found}
    assert len(modules) == len(found)
    assert max(map(len, modules)) < 200


def test_a_package_has_every_parent() -> None:
    service = ir.Service("", "", (), (), ())
    name = Name("demo")
    package = ir.Package(
        "demo", "1", name, name, "Demo", "1", ir.Doc(), "", service, (_resource("beta"),), ()
    )
    inner = _resource("beta", "chat")
    whole = replace(package, resources=(inner, *package.resources))
    assert whole.children == {("beta",): (inner,), (): package.resources}
    with pytest.raises(ValueError, match="a parent of a resource is not in the package"):
        replace(package, resources=(inner,))
