"""Build a bundle from its configuration."""
