"""Python for assistants: a server of the Model Context Protocol whose tools run code in a sandbox."""
