"""The daemon process that systemd starts: builds the parts, runs them, and stops them in order."""
