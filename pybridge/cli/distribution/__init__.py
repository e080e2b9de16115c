"""Commands that bring packages and bundles to a machine, and from it."""
