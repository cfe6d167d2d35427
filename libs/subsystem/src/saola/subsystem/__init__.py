"""What a domain service does towards the warehouse: it declares, computes and delivers."""
