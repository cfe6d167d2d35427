"""What the reader has to report, and the forms to do it."""
