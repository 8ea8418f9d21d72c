"""A resource has this name."""

__all__ = ()
