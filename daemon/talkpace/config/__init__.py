"""What the household sets: a TOML file and environment variables, validated."""
