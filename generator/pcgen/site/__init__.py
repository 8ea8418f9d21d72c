"""Sites of a package's pages: HTML with search, or MDX for those who publish with Mintlify.

`book` reads the pages that the target `docs` has written. `html` builds a site of them with Sphinx:
`doctrees` changes what Sphinx has parsed, `navigation` makes the sidebar, and `symbols` lets search
find operations and models. `mdx` translates the pages, and `serve` serves a folder on loopback.
"""

from __future__ import annotations

from importlib.util import find_spec

INSTALL = "pip install 'pcgen[docs]'"
_NEEDED = ("sphinx", "furo", "myst_parser", "sphinx_copybutton", "sphinx_design")


def require() -> None:
    """Check that the packages of the extra are installed.

    Raises:
        ImportError: They are not.
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            raise ImportError(f"the site needs {name}: {INSTALL}", name=name)
