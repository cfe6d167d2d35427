"""What waits for the approver."""
