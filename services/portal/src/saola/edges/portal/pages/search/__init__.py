"""Finding pages, agencies and indicators by their names."""
