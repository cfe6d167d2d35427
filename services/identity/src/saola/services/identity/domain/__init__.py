"""The rules of the directory, by noun. No I/O here, no framework, no clock."""
