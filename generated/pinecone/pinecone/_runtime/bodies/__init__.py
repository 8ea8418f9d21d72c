"""Request bodies, a module for each encoding."""
