"""What is asked about connectors and their runs."""
