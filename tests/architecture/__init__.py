"""What holds for every service, those that do not exist yet included."""
