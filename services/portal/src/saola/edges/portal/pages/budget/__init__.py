"""The budget: what was planned and done, line by line, and public investment."""
