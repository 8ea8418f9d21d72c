"""The views: all names and code that the templates of a Python package print."""
