"""The rules of connectors: where to fetch and when, what an answer says, what becomes of it."""
