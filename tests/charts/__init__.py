"""The charts, rendered by Helm itself."""
