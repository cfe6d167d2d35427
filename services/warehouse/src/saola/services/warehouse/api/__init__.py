"""The gRPC faces of the warehouse, one a noun."""
