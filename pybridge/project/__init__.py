"""A project on disk: its settings, documents, media and scripts."""
