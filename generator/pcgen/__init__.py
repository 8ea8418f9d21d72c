"""pcgen: typed Python client packages from pinned OpenAPI documents."""

__version__ = "0.1.0"
