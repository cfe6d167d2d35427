"""The gRPC faces of notices, one a noun."""
