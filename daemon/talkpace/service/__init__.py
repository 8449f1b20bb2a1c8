"""The daemon: what systemd starts. Strings source, pipeline, alert, record and publish together."""
