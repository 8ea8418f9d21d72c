"""Prints results: any JSON value, in the format that the user wants."""

from .printer import FORMATS, Output

__all__ = ["FORMATS", "Output"]
