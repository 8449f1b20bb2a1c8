"""The page in the browser: a process of its own, which knows the daemon only by its control socket."""
