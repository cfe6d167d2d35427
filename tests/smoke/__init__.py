"""A separate client of a running site: it knows the messages and OpenID Connect, nothing else."""
