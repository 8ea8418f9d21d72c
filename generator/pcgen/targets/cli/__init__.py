"""The target `cli`: a command-line program, as tables for the library that it runs on."""
