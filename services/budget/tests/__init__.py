"""The tests of the budget service."""
