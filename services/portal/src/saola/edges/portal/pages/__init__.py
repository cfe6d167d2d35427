"""The pages, one folder each: the first word of the address."""
