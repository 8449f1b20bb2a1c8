"""The commands. Each module is one command or a family of them, imported only when it is called."""
