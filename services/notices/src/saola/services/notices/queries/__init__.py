"""What is asked, by noun."""
