"""Signed bundles: keys, build, verify, install."""
