"""A name that another module exports."""

__all__ = ["Name"]

Name = None
