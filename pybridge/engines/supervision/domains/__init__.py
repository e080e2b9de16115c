"""Several interpreters as one engine: those of trust domains, and those of isolated scripts."""
