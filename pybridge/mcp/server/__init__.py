"""The protocol around the tools: the only place that knows the SDK."""
