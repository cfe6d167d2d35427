"""One indicator: its figure over time and by parts, down to the reports it comes from."""
