"""The targets: what pcgen can make from the IR."""

# What each target makes, by the name that the configuration lists. Its module `build`, such as
# `pcgen.targets.python.build`, is imported when it is built.
TARGETS = {
    "python": "A typed Python client package.",
    "docs": "The documentation of the package: pages in Markdown, and indexes of all names.",
}
# The targets that get the references of the others, after these are built.
DOCUMENTING = frozenset(("docs",))
DEFAULT = ("python", "docs")
# The languages other than Python in which documentation can show calls: the names that the
# configuration lists, in the order of pages.
SAMPLES = ("curl", "javascript", "java", "go", "csharp")
DEFAULT_SAMPLES = ("curl",)
