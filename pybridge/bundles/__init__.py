"""Signed bundles: built, verified, installed. Nothing of a bundle is used before all of it was verified."""
