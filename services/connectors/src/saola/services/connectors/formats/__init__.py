"""What sources answer: bytes in, rows out. It runs in a worker process."""
