"""What is fast, as a ratio to a peer or a limit, on this machine in this run."""
