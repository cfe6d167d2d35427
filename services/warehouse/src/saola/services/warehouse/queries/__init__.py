"""What is asked about the warehouse."""
