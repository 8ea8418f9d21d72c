"""What people read: exceptions, warnings, log lines, readable forms of models."""
