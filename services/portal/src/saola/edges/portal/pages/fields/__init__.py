"""All indicators of one field."""
