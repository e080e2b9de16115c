"""Render, call, run, transform: commands that run scripts."""
