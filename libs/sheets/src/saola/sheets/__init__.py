"""Workbooks and tables in plain text that strangers send: opened with care, written with care."""
