"""The library of command lines."""
