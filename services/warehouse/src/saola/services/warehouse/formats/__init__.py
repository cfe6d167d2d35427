"""Reports in files: workbooks out of domain values, and back. It runs in worker processes."""
