"""One report, and who entered what and when."""
