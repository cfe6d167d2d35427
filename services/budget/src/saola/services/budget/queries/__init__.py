"""What one can see: reads, no events."""
