"""The tests of the connectors service."""
