"""What every generated package runs on: models, JSON, arguments, HTTP."""
