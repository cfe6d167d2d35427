"""Real servers from packages: PostgreSQL, NATS, SeaweedFS, Keycloak, a browser."""
