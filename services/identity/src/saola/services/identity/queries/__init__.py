"""What can be seen, by noun."""
