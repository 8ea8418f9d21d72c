"""Builds a site with Sphinx: furo as the theme, MyST to read Markdown."""

from __future__ import annotations

import os
import re
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from pcgen.site import doctrees
from pcgen.site.navigation import Navigation
from pcgen.site.symbols import SymbolDomain

if TYPE_CHECKING:
    from sphinx.util.typing import ExtensionMetadata

    from pcgen.site.book import Book

_STATIC = Path(__file__).parent / "static"
# Files of Sphinx's basic theme and for other tools, which no page of the site loads.
_UNUSED = (
    ".buildinfo",
    "objects.inv",
    "_static/file.png",
    "_static/minus.png",
    "_static/plus.png",
    "_static/scorer.js",  # `searchtools.js` has it.
)
_SIDEBAR = ("brand", "search", "scroll-start", "navigation", "scroll-end")


def build(book: Book) -> dict[str, str]:
    """Build the files of a site.

    Returns:
        The text of each file by its path.

    Raises:
        ValueError: Sphinx reports a warning.
    """
    with TemporaryDirectory(prefix="pcgen-docs-") as folder:
        source, output = Path(folder, "source"), Path(folder, "output")
        for path, text in book.pages.items():
            page = source / ("index.md" if path == "README.md" else path)
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, "utf-8")
        _run(book, source, output)
        files = sorted(p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file())
        kept = [path for path in files if path not in _UNUSED]
        # Hosts such as GitHub Pages leave out folders like `_static` without `.nojekyll`.
        return {path: (output / path).read_text("utf-8") for path in kept} | {".nojekyll": ""}


def _run(book: Book, source: Path, output: Path) -> None:
    """Let Sphinx build the site.

    Raises:
        ValueError: It reports a warning.
    """
    warnings = StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source,
            None,
            output,
            source.parent / "doctrees",
            "html",
            confoverrides=_configuration(book),
            status=None,
            warning=warnings,
            freshenv=True,
            # In parallel, Sphinx copies what it knows of all pages for each batch of pages: twice
            # the CPU time for 1,200 pages, and more than linear growth.
            parallel=1,
        )
        app.build()
    found = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())
    if found:
        raise ValueError(found.replace(f"{source}{os.sep}", ""))


def _configuration(book: Book) -> dict[str, Any]:
    return {
        "project": book.name,
        "version": book.version,
        "release": book.version,
        "html_title": f"{book.name} {book.version}",
        "extensions": ["myst_parser", "sphinx_copybutton", "sphinx_design", __name__],
        "pcgen_symbols": book.symbols,
        "pcgen_navigation": Navigation.of(book),
        "myst_gfm_only": True,
        "smartquotes": False,
        # Pages are in no table of contents: `navigation` lists them. Descriptions skip levels of
        # headings, and name languages of code that Pygments does not know, or write them wrongly.
        "suppress_warnings": ["toc.not_included", "myst.header", "misc.highlighting_failure"],
        "html_theme": "furo",
        "html_static_path": [str(_STATIC)],
        "html_css_files": ["site.css"],
        "html_js_files": ["site.js"],
        "html_search_scorer": str(_STATIC / "scorer.js"),
        "html_favicon": str(_STATIC / "favicon.svg"),
        "html_sidebars": {"**": [f"sidebar/{part}.html" for part in _SIDEBAR]},
        "html_copy_source": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_domain_indices": False,
        "pygments_dark_style": "github-dark",
        "copybutton_exclude": ".linenos, .gp, .go",  # The prompts and output of consoles.
    }


def setup(app: Sphinx) -> ExtensionMetadata:
    """Extend Sphinx; it calls this function."""
    app.setup_extension("furo")  # As a theme alone, it would add its settings too late.
    for name in ("pcgen_symbols", "pcgen_navigation"):
        app.add_config_value(name, None, "")
    app.add_domain(SymbolDomain)
    app.connect("doctree-read", doctrees.change)
    app.connect("html-page-context", _set_sidebar, priority=900)  # After furo's own.
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _set_sidebar(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    del template, doctree
    navigation: Navigation = app.config.pcgen_navigation
    context["furo_navigation_tree"] = navigation.html(page, context["pathto"])
