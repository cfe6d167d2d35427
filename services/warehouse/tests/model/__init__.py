"""A model of the warehouse in memory, and random histories on which both must agree."""
