"""The Python package: IR to modules, metadata and pages."""
