"""Requests and responses on the wire: messages, transports, connections."""
