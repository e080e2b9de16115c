"""The text of documents: code blocks, macro tokens, params, positions."""
