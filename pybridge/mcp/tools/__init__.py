"""The tools: their arguments, what they start, what they answer. Nothing here knows the protocol."""
