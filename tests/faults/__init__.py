"""Kill what runs, and compare what clients were told with what the site then says."""
