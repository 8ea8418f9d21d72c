"""The parts of a call: the client, the engine, credentials, retries, responses."""
