"""The first page: the figures of the site at a glance."""
