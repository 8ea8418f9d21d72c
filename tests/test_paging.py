"""How pagination is recognized by the shape of an operation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pcgen import config, documents
from pcgen.diagnostics import Diagnostics
from pcgen.translate import translate

if TYPE_CHECKING:
    from pcgen import ir

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
UUID = {"type": "string", "format": "uuid"}
URL = {"type": "string", "description": "The URL of the next page."}
ITEMS = {"type": "array", "items": {"type": "object", "properties": {"id": TEXT, "n": NUMBER}}}
LINK = {"Link": {"schema": TEXT}}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def operation_of(
    name: str, query: dict[str, Any], page: Any, headers: Any = None, body: Any = None
) -> dict[str, Any]:
    """An operation with these query parameters and this result."""
    parameters = [
        {"name": name, "in": "query", "schema": schema, "description": schema.get("title", "")}
        for name, schema in query.items()
    ]
    response: Any = {"description": "", "content": {"application/json": {"schema": page}}}
    response |= {"headers": headers} if headers else {}
    content = {"requestBody": {"content": {"application/json": {"schema": body}}}}
    return {
        "operationId": name,
        "tags": ["things"],
        "parameters": parameters,
        "responses": {"200": response},
        **(content if body else {}),
    }


def translated(paths: dict[str, Any]) -> tuple[ir.Package, Diagnostics]:
    data = {
        "openapi": "3.0.3",
        "info": {"title": "Demo", "version": "1"},
        "servers": [{"url": "https://demo.example"}],
        "paths": paths,
    }
    settings = config.single("spec.json", "out", "demo")
    diagnostics = Diagnostics()
    text = json.dumps(data).encode()
    document = documents.load(text, settings.specs[0], Path(), diagnostics)
    package = translate([document], settings, diagnostics)
    diagnostics.stop_on_errors()
    return package, diagnostics


def paging_of(
    query: dict[str, Any], page: Any, *, method: str = "get", headers: Any = None, body: Any = None
) -> ir.Paging | None:
    """The pagination of an operation with these query parameters and this result."""
    operation = operation_of("find", query, page, headers, body)
    package, _ = translated({"/things": {method: operation}})
    return package.resources[0].operations[0].paging


def summary(paging: ir.Paging | None) -> str:
    """The style, the argument, and the paths that are not empty."""
    if paging is None:
        return ""
    known = ("cursor", "items", "more", "done", "total", "last")
    paths = [f"{key}={'.'.join(getattr(paging, key))}" for key in known if getattr(paging, key)]
    count = [f"first={paging.first}"] if paging.style.value in {"page", "offset"} else []
    return " ".join([paging.style.value, str(paging.argument or "-"), *paths, *count])


@pytest.mark.parametrize(
    ("query", "page", "found"),
    [
        # The names of argument and field match.
        ({"marker": TEXT}, {"next_marker": TEXT}, "cursor marker cursor=next marker"),
        ({"from_key": TEXT}, {"nextFromKey": TEXT}, "cursor from key cursor=next From Key"),
        ({"next_token": TEXT}, {"next_token": TEXT}, "cursor next token cursor=next token"),
        ({"page": TEXT}, {"next_page": TEXT}, "cursor page cursor=next page"),
        ({"page": NUMBER}, {"next_page": NUMBER}, "cursor page cursor=next page"),
        ({"start": UUID}, {"next_start": UUID}, "cursor start cursor=next start"),
        (
            {"offset": TEXT}, {"next_page": obj(offset=TEXT, uri=TEXT)},
            "cursor offset cursor=next page.offset",
        ),
        (
            {"cursor": TEXT}, {"next_cursor": TEXT, "cursor": TEXT},
            "cursor cursor cursor=next cursor",
        ),
        # Both are words for cursors.
        ({"cursor": TEXT}, {"cursor": TEXT}, "cursor cursor cursor=cursor"),
        (
            {"iterator": TEXT, "limit": NUMBER}, {"iterator": TEXT, "done": FLAG},
            "cursor iterator cursor=iterator done=done",
        ),
        (
            {"continue": TEXT}, {"metadata": obj(**{"continue": TEXT})},
            "cursor continue cursor=metadata.continue",
        ),
        (
            {"after": TEXT, "before": TEXT}, {"first_id": TEXT, "last_id": TEXT, "has_more": FLAG},
            "cursor after cursor=last id more=has more",
        ),
        (
            {"after": TEXT}, {"page_info": obj(end_cursor=TEXT, has_next_page=FLAG)},
            "cursor after cursor=page info.end cursor more=page info.has next page",
        ),
        # Types differ, there are two, or there is no first page.
        ({"marker": NUMBER}, {"next_marker": TEXT}, ""),
        ({"a": TEXT, "b": TEXT}, {"next_a": TEXT, "next_b": TEXT}, ""),
        ({"since": TEXT}, {"until": TEXT}, ""),
        ({"cursor": TEXT}, {"state": obj(next_cursor=TEXT)}, ""),
        # The id of the last item.
        (
            {"starting_after": TEXT}, {"has_more": FLAG},
            "last-id starting after cursor=id more=has more",
        ),
        ({"starting_after": TEXT}, {}, ""),
        ({"starting_after": NUMBER}, {"has_more": FLAG}, ""),
        # URLs.
        ({"page": NUMBER, "token": TEXT}, {"next_page_uri": TEXT}, "url - cursor=next page uri"),
        ({}, {"@odata.nextLink": TEXT}, "url - cursor=odata next Link"),
        ({"limit": NUMBER}, {"next": TEXT, "previous": TEXT}, "url - cursor=next"),
        ({"limit": NUMBER}, {"next": URL}, "url - cursor=next"),
        ({"limit": NUMBER}, {"next": TEXT}, ""),
        ({}, {"next": URL}, ""),
        ({"q": TEXT}, {"_links": obj(next=obj(href=TEXT))}, "url - cursor=links.next.href"),
        ({}, {"links": obj(pages=obj(next=TEXT))}, "url - cursor=links.pages.next"),
        # Numbers.
        ({"page": NUMBER}, {"total": NUMBER}, "page page total=total first=1"),
        ({"page": {**NUMBER, "minimum": 0}}, {"total": NUMBER}, "page page total=total first=0"),
        (
            {"page": NUMBER, "size": NUMBER}, {"number": NUMBER, "totalPages": NUMBER},
            "page page cursor=number last=total Pages first=1",
        ),
        (
            {"page": NUMBER, "size": NUMBER}, {"number": NUMBER, "last": FLAG},
            "page page cursor=number done=last first=1",
        ),
        (
            {"page": NUMBER, "size": NUMBER}, {"number": NUMBER, "total": NUMBER},
            "page page total=total first=1",
        ),
        (
            {"page": {**NUMBER, "default": 1, "minimum": 0}}, {"meta": obj(total_pages=NUMBER)},
            "page page last=meta.total pages first=1",
        ),
        ({"page": {**NUMBER, "title": "Starts at 0."}, "size": NUMBER}, {}, "page page first=0"),
        ({"page[number]": NUMBER, "page[size]": NUMBER}, {}, "page page number first=1"),
        (
            {"pageIndex": NUMBER}, {"page": obj(pageIndex=NUMBER, lastPage=FLAG)},
            "page page Index cursor=page.page Index done=page.last Page first=1",
        ),
        ({"offset": NUMBER, "limit": NUMBER}, {}, "offset offset first=0"),
        ({"$skip": NUMBER, "$top": NUMBER}, {}, "offset skip first=0"),
        ({"startIndex": {**NUMBER, "default": 1}, "top": NUMBER}, {}, "offset start Index first=1"),
        ({"startIndex": NUMBER, "count": NUMBER}, {}, ""),
        ({"start": NUMBER, "end": NUMBER, "limit": NUMBER}, {}, ""),
        ({"page": NUMBER}, {}, ""),
        ({"offset": NUMBER}, {}, ""),
        ({"limit": NUMBER}, {"total": NUMBER}, ""),
        ({"page": NUMBER, "offset": NUMBER, "limit": NUMBER}, {}, ""),
        ({"page": NUMBER, "limit": NUMBER, "page_token": TEXT}, {}, ""),
        # Two modes of a service.
        (
            {"offset": NUMBER, "limit": NUMBER, "marker": TEXT},
            {"next_marker": TEXT, "total_count": NUMBER},
            "",
        ),
    ],
)  # fmt: skip
def test_pages(query: Any, page: Any, found: str) -> None:
    paging = paging_of(query, obj(data=ITEMS, **page))
    assert summary(paging).replace(" items=data", "") == found


@pytest.mark.parametrize(
    ("name", "schema", "found"),
    [
        ("page", {**NUMBER, "default": 0}, "page page total=total first=0"),
        ("offset", {**NUMBER, "default": 0}, "offset offset total=total first=0"),
        ("page", NUMBER, ""),
    ],
)
def test_required_arguments_need_a_default(name: str, schema: Any, found: str) -> None:
    page = obj(data=ITEMS, total=NUMBER)
    operation = operation_of("find", {name: schema}, page)
    operation["parameters"][0]["required"] = True
    body = obj(**{name: schema}) | {"required": [name]}
    for changed, method in (
        (operation, "get"),
        (operation_of("find", {}, page, body=body), "post"),
    ):
        package, _ = translated({"/things": {method: changed}})
        paging = package.resources[0].operations[0].paging
        assert summary(paging).replace(" items=data", "") == found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (ITEMS, "page page first=1"),
        (obj(data=ITEMS, errors=ITEMS), "page page items=data first=1"),
        (obj(things=ITEMS, warnings=ITEMS), "page page items=things first=1"),
        (obj(result=obj(points=ITEMS)), "page page items=result.points first=1"),
        (obj(_embedded=obj(things=ITEMS)), "page page items=embedded.things first=1"),
        ({"anyOf": [ITEMS, {"type": "array", "items": TEXT}]}, "page page first=1"),
        ({"anyOf": [ITEMS, TEXT]}, ""),
        ({"nullable": True, **obj(data=ITEMS)}, "page page items=data first=1"),
        (obj(cats=ITEMS, dogs=ITEMS), ""),
        (obj(state=obj(points=ITEMS)), ""),
        (obj(data=obj(cats=ITEMS, dogs=ITEMS)), ""),
        (TEXT, ""),
    ],
)
def test_the_items_of_a_page(page: Any, found: str) -> None:
    assert summary(paging_of({"page": NUMBER, "per_page": NUMBER}, page)) == found


def test_ids_of_unions_and_of_their_type() -> None:
    cases = [obj(id=TEXT, a=TEXT), obj(id=TEXT, b=TEXT)]
    for items, found in ((cases, "last-id"), ([*cases, obj(id=NUMBER)], ""), ([obj(n=TEXT)], "")):
        array = {"type": "array", "items": {"anyOf": items}}
        page = obj(data=array, has_more=FLAG)
        assert summary(paging_of({"starting_after": TEXT}, page)).partition(" ")[0] == found


@pytest.mark.parametrize("page", [ITEMS, obj(total=NUMBER, things=ITEMS)])
@pytest.mark.parametrize("query", ["since", "page", "per_page"])
def test_the_link_header_comes_before_numbers(page: Any, query: str) -> None:
    size = {} if query == "per_page" else {"per_page": NUMBER}
    paging = paging_of({query: NUMBER, **size}, page, headers=LINK)
    assert summary(paging).startswith("link -")
    assert paging_of({"q": TEXT}, page, headers=LINK) is None


@pytest.mark.parametrize(
    ("method", "page", "found"),
    [
        ("post", {"next_offset": NUMBER}, "cursor offset cursor=next offset items=data"),
        ("post", {"total": NUMBER}, "offset offset items=data total=total first=0"),
        ("post", {}, ""),
        ("post", {"next_page_url": TEXT}, ""),
        ("put", {"next_offset": NUMBER}, ""),
        ("delete", {"next_offset": NUMBER}, ""),
    ],
)
def test_requests_with_a_body(method: str, page: Any, found: str) -> None:
    body = obj(offset=NUMBER, limit=NUMBER)
    paging = paging_of({}, obj(data=ITEMS, **page), method=method, body=body)
    assert summary(paging) == found
    assert paging is None or paging.in_body


def test_lists_that_look_paginated_are_noted() -> None:
    operations = {
        "find_cats": operation_of("find_cats", {"page": NUMBER}, ITEMS),
        "find_dogs": operation_of("find_dogs", {"page": NUMBER}, ITEMS),
        "birds/find": operation_of("birds/find", {"cursor": TEXT}, ITEMS),
        "find_fish": operation_of("find_fish", {}, obj(data=ITEMS, has_more=FLAG)),
        "find_best": operation_of("find_best", {"limit": NUMBER}, ITEMS),
        "find_start": operation_of("find_start", {"start": NUMBER, "end": NUMBER}, ITEMS),
    }
    _, diagnostics = translated({f"/{key}": {"get": one} for key, one in operations.items()})
    found = [(item.message.partition(":")[0], item.hint) for item in diagnostics.items]
    table = "describe it under `[package.paging]`: "
    assert found == [
        (
            "`birds/find` looks paginated, but returns one page",
            f'{table}`"birds/find" = {{ parameter = "cursor", cursor = "..." }}`, or `= false`',
        ),
        (
            "`find_cats`, `find_dogs` look paginated, but return one page",
            f'{table}`find_cats = {{ style = "page", parameter = "page" }}`, or `= false`',
        ),
        (
            "`find_fish` looks paginated, but returns one page",
            "add a parameter by an overlay, or `find_fish = false` under `[package.paging]`",
        ),
    ]
