"""Exemptions: which reports units need not send, and why."""
