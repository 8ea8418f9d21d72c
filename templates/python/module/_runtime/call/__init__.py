"""What a call goes through: the client, the engine, credentials, retries, responses."""
