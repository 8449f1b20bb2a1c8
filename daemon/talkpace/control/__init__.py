"""The control socket: JSON-RPC 2.0 over a Unix socket, for commands and pages on this host."""
