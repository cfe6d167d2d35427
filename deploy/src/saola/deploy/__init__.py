"""What make up starts: the parts, the realm, the processes, the demo province."""
