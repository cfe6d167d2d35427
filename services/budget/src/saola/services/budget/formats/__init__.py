"""Files of others: bytes in, lines out. They run in worker processes."""
