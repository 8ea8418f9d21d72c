"""The targets: what pcgen can make from the IR."""

# What each target makes, by the name that the configuration lists. Its module `build`, such as
# `pcgen.targets.python.build`, is imported when it is built.
TARGETS = {
    "python": "A typed Python client package with its documentation.",
}
