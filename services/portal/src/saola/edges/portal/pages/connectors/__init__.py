"""Connectors: what fetches reports from systems of agencies, and how it goes."""
