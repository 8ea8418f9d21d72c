"""Names that are taken, and one that cannot be exported."""

__all__ = ("APIError", "Name", "Pet", "__secret")

APIError = Name = Pet = __secret = None
