"""Credentials of the program: where they are stored, how they are obtained, which one is used."""
