"""What agencies keep here."""
