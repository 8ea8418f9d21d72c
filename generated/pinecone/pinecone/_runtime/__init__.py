"""The runtime of generated packages: models, JSON, arguments, HTTP."""
