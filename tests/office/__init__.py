"""What LibreOffice makes of our workbooks: `make office`. It takes minutes, so no test does it."""
