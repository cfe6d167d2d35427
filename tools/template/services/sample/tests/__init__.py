"""The tests of the sample service."""
