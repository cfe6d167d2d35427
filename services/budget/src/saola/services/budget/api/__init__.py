"""The gRPC face of the budget: entries, allocations, projects."""
