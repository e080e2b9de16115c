"""Benchmarks and parity."""
