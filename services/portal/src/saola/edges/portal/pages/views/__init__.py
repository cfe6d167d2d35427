"""Views that a person has saved: an address with a name of one's own."""
