"""Installed bundles: a folder for each version, and one file that says which are installed."""
