"""What one can do, by noun: one verb, one transaction."""
