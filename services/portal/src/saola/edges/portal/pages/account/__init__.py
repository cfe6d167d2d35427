"""Signing in and out, and what a reader may set."""
