"""The sidebar of a page.

It lists the pages near the current one, so that the size of a site grows with the number of its
pages, and not with the square of it.
"""

from __future__ import annotations

from html import escape
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from pcgen.site.book import Book

_NEAR = 20
"""How many pages a long list shows before the current one, and after it."""
_FEW = 2 * _NEAR
"""The length of lists that are shown as a whole, on all pages."""


class Entry(Struct, frozen=True):
    """A link of the sidebar, as HTML."""

    page: str
    label: str


class Navigation(Struct, frozen=True):
    """What the sidebars of a site list; pages are without a suffix."""

    version: str
    general: Sequence[Entry]
    resources: Mapping[str, Entry]
    methods: Mapping[str, Sequence[Entry]]
    models: Sequence[Entry]
    owners: Mapping[str, str]

    @classmethod
    def of(cls, book: Book) -> Navigation:
        """Sort the pages of a book."""
        methods: dict[str, list[Entry]] = {"": [], **{call: [] for call in book.symbols.resources}}
        for operation in book.symbols.operations:
            call = _owner(operation.call, book.symbols.resources)
            verb = badge(operation.method) if operation.method else ""
            name = operation.call[len(call) + 1 :] if call else operation.call
            label = f"{verb}<span>{escape(name)}</span>"
            methods[call].append(Entry(docname(operation.page), label))
        resources = {
            call: Entry(docname(page), escape(call.partition(".")[2] or call))
            for call, page in book.symbols.resources.items()
        }
        owners = {entry.page: call for call, entries in methods.items() for entry in entries}
        owners |= {entry.page: call for call, entry in resources.items()}
        return cls(
            version=escape(" and ".join(lock.versions(book.lock))),
            general=[e for e in _GENERAL if e.page == _START or f"{e.page}.md" in book.pages],
            resources=resources,
            methods=methods,
            models=[Entry(docname(p), escape(name)) for name, p in book.symbols.models.items()],
            owners=owners,
        )

    def html(self, page: str, url: Callable[[str], str]) -> str:
        """Make the sidebar of a page; `url` returns the URL of another one."""
        current = self.owners.get(page, "")
        version = f'<p class="api-version">API version {self.version}</p>' if self.version else ""
        parts = [version, _listed(map(self._item(page, url), self.general))]
        if self.resources or self.methods[""]:
            alone = map(self._item(page, url), _near(self.methods[""], page))
            resources = self._resources(current, page, url)
            parts += [_caption("Resources"), _listed(chain(alone, resources))]
        if self.models:
            models = Entry("docs/index#models", "All models")
            near = _near(self.models, page)
            parts += [_caption("Models"), _listed(map(self._item(page, url), [models, *near]))]
        return "".join(parts)

    def _resources(self, current: str, page: str, url: Callable[[str], str]) -> Iterator[str]:
        """The items of all top resources, and of what is on the way to the current one."""
        item = self._item(page, url)
        are_few = len(self.owners) <= _FEW
        for call, entry in self.resources.items():
            parent, _, _ = call.rpartition(".")
            near = f"{current}.".startswith(f"{parent}.")
            if near or are_few or call.count(".") < 2:
                methods = self.methods[call] if are_few or call == current else ()
                yield item(entry, _listed(map(item, _near(methods, page))))

    def _item(self, page: str, url: Callable[[str], str]) -> Callable[..., str]:
        def item(entry: Entry, inside: str = "") -> str:
            name, _, anchor = entry.page.partition("#")
            link = escape(f"{url(name).rstrip('#')}#{anchor}" if anchor else url(name))
            state = " current current-page" if entry.page == page else ""
            link = f'<a class="reference internal" href="{link}">{entry.label}</a>'
            return f'<li class="toctree-l1{state}">{link}{inside}</li>'

        return item


def docname(page: str) -> str:
    """The name of a page that is relative to `docs/`, without its suffix."""
    return f"docs/{page.removesuffix('.md')}"


def badge(method: str) -> str:
    """A method of HTTP, as HTML."""
    return f'<span class="verb verb-{escape(method.lower())}">{escape(method)}</span>'


def _caption(text: str) -> str:
    return f'<p class="caption" role="heading"><span class="caption-text">{text}</span></p>'


def _listed(items: Iterable[str]) -> str:
    inside = "".join(items)
    return f"<ul>{inside}</ul>" if inside else ""


def _near(entries: Sequence[Entry], page: str) -> Sequence[Entry]:
    """The entries around that of a page; of a long list without the page, none."""
    if len(entries) <= _FEW:
        return entries
    found = next((i for i, entry in enumerate(entries) if entry.page == page), None)
    return () if found is None else entries[max(0, found - _NEAR) : found + _NEAR + 1]


def _owner(call: str, resources: Container[str]) -> str:
    """The resource of a method, or the group of a command; "" for one of the whole program."""
    owners = (call.rpartition(separator)[0] for separator in ". ")
    return next((owner for owner in owners if owner in resources), "")


_START = "index"
_GENERAL = (
    Entry(_START, "Start"),
    Entry("docs/guide", "Guide"),
    Entry("docs/errors", "Errors"),
    Entry("docs/index", "All pages"),
)
