"""The gRPC face of identity, by noun: a message in, a use case or a query, a message out."""
