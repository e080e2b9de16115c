"""Ed25519 keys: their encodings, the files they are in, and which of them are trusted."""
