"""The Python target: IR to modules, metadata and pages.

`files` says which template makes which file, and `views` and `pages` prepare what the templates
print. In them, `types` writes annotations, with the help of `unions`; `descriptions`, `constraints`
and `examples` write the text that `docstrings` wraps. `printer` prints a view: `formatter`, with
`layout` or black, formats the result, `formatted` remembers it, and `allowlist` checks it.
`hand_written` reads the modules that users add.
"""
