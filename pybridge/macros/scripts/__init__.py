"""Scripts: source, header, declarations, metadata, namespace, registry."""
