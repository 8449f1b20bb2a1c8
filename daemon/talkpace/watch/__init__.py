"""What a daemon publishes, from the other side of the broker: heard, kept as long as it is fresh."""
