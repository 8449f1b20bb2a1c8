"""What is kept: every session on disk, and what waits for the broker."""
