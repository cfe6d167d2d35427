"""A long random history of the warehouse, against a model in memory."""
