"""What goes into an image: tried without Docker."""
