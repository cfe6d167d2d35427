"""The copy of agencies and calendar that each service keeps, and the scope of a caller."""
