"""A project over JSON-RPC: the commands of the command line as methods, and events."""
