"""The entry point of an executable that needs no Python on the machine it runs on."""
