"""A server of every revision of MCP, strict in each, that offers everything and can be made to misbehave."""
