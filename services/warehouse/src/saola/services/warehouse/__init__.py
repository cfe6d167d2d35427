"""The shared data warehouse: indicators, forms, obligations, submissions, observations."""
