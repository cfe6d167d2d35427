"""What one can do with connectors: say them, try them, and have them run."""
