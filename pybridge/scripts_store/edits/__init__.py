"""New contents for scripts and documents, decided without touching a file."""
