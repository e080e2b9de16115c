"""JSON-RPC 2.0 over lines: messages, framing, connections; no method of ours."""
