"""What one can do in the warehouse."""
