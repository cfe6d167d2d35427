"""What the reader is told."""
