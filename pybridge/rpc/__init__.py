"""JSON-RPC 2.0 over lines: messages, framing, connections; the methods are handed in."""
