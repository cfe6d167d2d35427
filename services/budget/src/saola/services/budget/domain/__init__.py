"""The rules of the budget, without I/O and without a clock."""
