"""The tests of notices."""
