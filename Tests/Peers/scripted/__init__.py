"""Clients of every revision of MCP that send exact bytes, answer questions, and judge what they get."""
