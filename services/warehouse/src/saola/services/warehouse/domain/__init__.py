"""The rules of the warehouse. No I/O here, no framework, no clock."""
