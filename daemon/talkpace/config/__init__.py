"""The configuration: a TOML file and environment variables, validated."""
