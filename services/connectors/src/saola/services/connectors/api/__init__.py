"""The gRPC face of connectors: connectors, runs."""
