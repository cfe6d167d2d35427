"""The realm of a site in Keycloak: what it is to be, and how it is made so, again and again."""
