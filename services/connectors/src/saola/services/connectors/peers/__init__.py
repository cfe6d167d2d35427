"""What connectors asks of others: of sources what they have, of the warehouse to take it."""
