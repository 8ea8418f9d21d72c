"""Text for people: exceptions, warnings, log lines, readable forms of models."""
