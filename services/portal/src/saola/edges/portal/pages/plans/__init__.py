"""Plans of many units, indicators and periods by file: the file to fill in, and taking it back."""
