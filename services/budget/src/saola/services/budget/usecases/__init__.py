"""What one can do: one verb, one transaction."""
