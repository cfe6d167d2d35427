"""What leaves: mails, short messages and webhooks. Pure."""
