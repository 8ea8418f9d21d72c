"""It does not say what it exports."""

Name = None
